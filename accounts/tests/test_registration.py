import pytest
from django.test import override_settings
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import registration_services as registration
from accounts.account_rules import FieldsRefused, NewUser
from accounts.models import RoleRequest, User
from accounts.tests.factories import PASSWORD, make_user
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db

REGISTER = "/api/v1/auth/register"
MODES = ["open", "approval", "closed"]


def form(**changes: object) -> dict[str, object]:
    return {"email": "Asha@Desk.example", "username": "asha", "password": PASSWORD, "role": "analyst", **changes}


def actions() -> list[str]:
    return list(AuditEntry.objects.in_order().values_list("action", flat=True))


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_open_registration_grants_the_role_asked_for(api: APIClient, settings: Settings, role: str) -> None:
    settings.REGISTRATION_MODE = "open"

    response = api.post(REGISTER, form(role=role), format="json")

    assert response.status_code == 201
    assert (response.json()["role"], "requested_role" in response.json()) == (role, False)
    assert response.headers["Cache-Control"] == "no-store"
    assert actions() == ["user_registered"]


def test_the_answer_is_the_user_as_me_shows_them(api: APIClient, settings: Settings) -> None:
    settings.REGISTRATION_MODE = "open"

    made = api.post(REGISTER + "/", form(), format="json").json()

    pair = api.post("/api/v1/auth/login", {"username": "asha", "password": PASSWORD}, format="json").json()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {pair['access_token']}")
    assert {**made, "last_login": None} == {**api.get("/api/v1/auth/me").json(), "last_login": None}


def test_a_role_left_out_is_a_viewers(api: APIClient, settings: Settings) -> None:
    settings.REGISTRATION_MODE = "open"
    body = form()
    del body["role"]

    assert api.post(REGISTER, body, format="json").json()["role"] == "viewer"


def test_where_approval_is_needed_the_account_is_a_viewers_and_the_wish_waits(
    api: APIClient, settings: Settings
) -> None:
    settings.REGISTRATION_MODE = "approval"

    body = api.post(REGISTER, form(), format="json").json()

    assert (body["role"], body["requested_role"]) == ("viewer", "analyst")
    assert "administrator" in body["detail"]
    assert list(RoleRequest.objects.values_list("user__username", "role", "status")) == [("asha", "analyst", "pending")]
    assert actions() == ["user_registered", "role_requested"]


def test_a_viewer_waits_for_nothing(api: APIClient, settings: Settings) -> None:
    settings.REGISTRATION_MODE = "approval"

    body = api.post(REGISTER, form(role="viewer"), format="json").json()

    assert "requested_role" not in body
    assert not RoleRequest.objects.exists()


def test_closed_registration_says_so(api: APIClient, settings: Settings) -> None:
    settings.REGISTRATION_MODE = "closed"

    response = api.post(REGISTER, form(), format="json")

    assert (response.status_code, response.json()["code"]) == (403, "registration_closed")
    assert not User.objects.exists()


@pytest.mark.parametrize("mode", MODES)
def test_nobody_makes_themselves_an_administrator(api: APIClient, settings: Settings, mode: str) -> None:
    settings.REGISTRATION_MODE = mode

    response = api.post(REGISTER, form(role="admin"), format="json")

    assert (response.status_code, response.json()["code"]) == (403, "role_not_self_assignable")
    assert not User.objects.exists()
    assert actions() == ["registration_refused"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("is_superuser", True), ("is_staff", True), ("is_active", True), ("id", 1), ("token_version", 9),
        ("date_joined", "2020-01-01T00:00:00Z"), ("groups", [1]), ("user_permissions", [1]), ("last_login", None),
        ("requested_role", "admin"), ("capabilities", ["users.manage"]),
    ],
)  # fmt: skip
def test_a_field_that_the_form_does_not_have_is_refused(
    api: APIClient, settings: Settings, field: str, value: object
) -> None:
    settings.REGISTRATION_MODE = "open"

    response = api.post(REGISTER, form(**{field: value}), format="json")

    assert response.status_code == 400
    assert field in response.json()["fields"]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "as@ha"), ("username", ""), ("username", "a b"), ("username", "x" * 151),
        ("email", "nowhere"), ("email", ""), ("password", "short"), ("password", "password1234"), ("role", "owner"),
        ("role", None), ("password", "asha@desk.example"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_on_its_field(
    api: APIClient, settings: Settings, field: str, value: object
) -> None:
    settings.REGISTRATION_MODE = "open"

    response = api.post(REGISTER, form(**{field: value}), format="json")

    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field]


def test_the_password_validators_say_their_sentences(api: APIClient, settings: Settings) -> None:
    settings.REGISTRATION_MODE = "open"

    fields = api.post(REGISTER, form(password="12345"), format="json").json()["fields"]

    assert len(fields["password"]) == 2
    assert "too short" in fields["password"][0] and "too common" in fields["password"][1]


@pytest.mark.parametrize(("field", "value"), [("username", "ASHA"), ("email", "asha@desk.EXAMPLE")])
def test_a_name_or_address_is_taken_whatever_its_case(
    api: APIClient, settings: Settings, field: str, value: str
) -> None:
    settings.REGISTRATION_MODE = "open"
    make_user(username="asha")

    body = {**form(username="other", email="other@desk.example"), field: value}
    response = api.post(REGISTER, body, format="json")

    assert response.status_code == 400
    assert list(response.json()["fields"]) == [field]


def test_a_name_taken_between_look_and_write_is_refused_on_its_field(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(username="asha")
    monkeypatch.setattr("accounts.account_rules.check_new", lambda user, password: None)

    with (
        override_settings(REGISTRATION_MODE="open"),
        pytest.raises(FieldsRefused) as refused,
    ):
        registration.register(NewUser("Asha", "new@desk.example", PASSWORD, "viewer"), address=None)

    assert list(refused.value.fields) == ["username"]


def test_registrations_from_one_address_are_limited(api: APIClient, settings: Settings) -> None:
    settings.REGISTRATION_MODE, settings.REGISTRATIONS_PER_ADDRESS = "open", 1
    api.post(REGISTER, form(), format="json")

    response = api.post(REGISTER, form(username="b", email="b@desk.example"), format="json")

    assert response.status_code == 429
    assert 3500 <= int(response.headers["Retry-After"]) <= 3600
