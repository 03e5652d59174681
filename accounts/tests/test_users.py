import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.conftest import ClientOf
from accounts.tests.factories import PASSWORD, make_user, token_pair
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db

USERS, ME = "/api/v1/users", "/api/v1/auth/me"
ACCESS = [("admin", 200), ("analyst", 403), ("viewer", 403), ("nobody", 401)]
FORBIDDEN_FIELDS = {
    "is_superuser": True, "is_staff": True, "id": 99, "token_version": 0, "date_joined": "2020-01-01T00:00:00Z",
    "last_login": None, "groups": [1], "user_permissions": [1], "scopes": ["users.manage"],
}  # fmt: skip


def form(**changes: object) -> dict[str, object]:
    return {"username": "asha", "email": "asha@desk.example", "password": PASSWORD, "role": "analyst", **changes}


@pytest.mark.parametrize(("role", "status"), ACCESS)
def test_only_administrators_list_people(client_of: ClientOf, role: str, status: int) -> None:
    assert client_of(role).get(USERS).status_code == status


@pytest.mark.parametrize(("role", "status"), ACCESS)
def test_only_administrators_see_one(client_of: ClientOf, role: str, status: int) -> None:
    user = make_user(username="asha")

    assert client_of(role).get(f"{USERS}/{user.pk}/").status_code == status


@pytest.mark.parametrize(("role", "status"), [("admin", 201), *ACCESS[1:]])
def test_only_administrators_make_people(client_of: ClientOf, role: str, status: int) -> None:
    assert client_of(role).post(USERS, form(), format="json").status_code == status
    assert User.objects.filter(username="asha").exists() == (status == 201)


@pytest.mark.parametrize(("role", "status"), ACCESS)
def test_only_administrators_change_people(client_of: ClientOf, role: str, status: int) -> None:
    user = make_user(username="asha")

    response = client_of(role).patch(f"{USERS}/{user.pk}", {"role": "analyst"}, format="json")

    assert response.status_code == status
    assert User.objects.get(pk=user.pk).role == ("analyst" if status == 200 else "viewer")


def test_a_person_is_shown_without_anything_secret(client_of: ClientOf) -> None:
    body = client_of("admin").post(USERS, form(), format="json").json()

    expected = {"id", "username", "email", "first_name", "last_name", "role", "date_joined", "last_login", "is_active"}
    assert set(body) == expected


def test_an_administrator_may_make_another(client_of: ClientOf) -> None:
    client_of("admin").post(USERS, form(role="admin"), format="json")

    made = User.objects.get(username="asha")
    assert (made.is_staff, made.is_superuser, made.check_password(PASSWORD)) == (True, True, True)
    entry = AuditEntry.objects.get(action="user_created")
    assert (entry.actor_name, entry.detail["role"]) == ("admin", "admin")


@pytest.mark.parametrize("field", FORBIDDEN_FIELDS)
def test_no_field_is_smuggled_into_a_new_account(client_of: ClientOf, field: str) -> None:
    response = client_of("admin").post(USERS, form(**{field: FORBIDDEN_FIELDS[field]}), format="json")

    assert (response.status_code, list(response.json()["fields"])) == (400, [field])
    assert not User.objects.filter(username="asha").exists()


@pytest.mark.parametrize("field", [*FORBIDDEN_FIELDS, "password", "username"])
def test_no_field_is_smuggled_into_a_change(client_of: ClientOf, field: str) -> None:
    user = make_user(username="asha")
    before = User.objects.values().get(pk=user.pk)

    response = client_of("admin").patch(f"{USERS}/{user.pk}", {field: FORBIDDEN_FIELDS.get(field, "x")}, format="json")

    assert (response.status_code, list(response.json()["fields"])) == (400, [field])
    assert User.objects.values().get(pk=user.pk) == before


@pytest.mark.parametrize("changes", [{"role": "analyst"}, {"is_active": False}])
def test_a_new_role_or_activity_ends_tokens_and_browser_sessions_at_once(
    client_of: ClientOf, client: Client, changes: dict[str, object]
) -> None:
    user = make_user(username="asha")
    pair = token_pair(user)
    client.force_login(user)

    client_of("admin").patch(f"{USERS}/{user.pk}", changes, format="json")

    assert APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {pair.access_token}").status_code == 401
    assert client.get(ME).status_code == 401
    refreshed = APIClient().post("/api/v1/auth/refresh", {"refresh_token": pair.refresh_token}, format="json")
    assert refreshed.status_code == 401
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert client.get(ME).status_code == 401  # what has ended stays ended


def test_a_new_role_is_announced_and_a_new_name_is_not(
    client_of: ClientOf, published: list[int], django_capture_on_commit_callbacks: object
) -> None:
    user, admin = make_user(username="asha"), client_of("admin")

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        admin.patch(f"{USERS}/{user.pk}", {"first_name": "Asha"}, format="json")
    assert published == []
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        admin.patch(f"{USERS}/{user.pk}", {"role": "analyst"}, format="json")

    assert published == [user.pk]


def test_a_change_is_audited_with_what_was_and_what_is(client_of: ClientOf) -> None:
    user = make_user(username="asha")

    client_of("admin").patch(f"{USERS}/{user.pk}", {"role": "analyst", "first_name": ""}, format="json")

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name, entry.object_id) == ("user_changed", "admin", str(user.pk))
    assert entry.detail == {"username": "asha", "changed": {"role": ["viewer", "analyst"]}}


def test_a_change_of_nothing_leaves_no_trace_and_ends_nothing(client_of: ClientOf) -> None:
    user = make_user(username="asha")
    pair = token_pair(user)

    assert client_of("admin").patch(f"{USERS}/{user.pk}", {"role": "viewer"}, format="json").status_code == 200

    assert APIClient().get(ME, HTTP_AUTHORIZATION=f"Bearer {pair.access_token}").status_code == 200
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"email": "ADMIN@desk.example"}, {"email": "x"}, {"role": "owner"}, {"role": None}]
)
def test_a_value_that_cannot_be_is_refused_on_its_field(client_of: ClientOf, changes: dict[str, object]) -> None:
    user, admin = make_user(username="asha"), client_of("admin")

    response = admin.patch(f"{USERS}/{user.pk}", changes, format="json")

    assert (response.status_code, list(response.json()["fields"])) == (400, list(changes))


def test_who_is_not_there_is_not_found(client_of: ClientOf) -> None:
    admin = client_of("admin")

    assert [admin.get(f"{USERS}/999").status_code, admin.patch(f"{USERS}/999").status_code] == [404, 404]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"role": "analyst"}, ["asha"]),
        ({"is_active": "false"}, ["gone"]),
        ({"search": "ASH"}, ["asha"]),
        ({"search": "gone@desk"}, ["gone"]),
        ({"role": "viewer", "search": "asha"}, []),
    ],
)
def test_people_are_found(client_of: ClientOf, query: dict[str, str], names: list[str]) -> None:
    make_user("analyst", username="asha")
    make_user(username="gone", is_active=False)

    rows = client_of("admin").get(USERS, query).json()["results"]

    assert [row["username"] for row in rows] == names


@pytest.mark.parametrize("query", [{"role": "x"}, {"search": "a\x00"}, {"page_size": "0"}])
def test_a_filter_that_cannot_be_is_a_bad_request(client_of: ClientOf, query: dict[str, str]) -> None:
    assert client_of("admin").get(USERS, query).status_code == 400


def test_the_list_takes_two_queries_whatever_its_length(
    client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    admin = client_of("admin")
    for number in range(3):
        make_user(username=f"user{number}")

    with django_assert_num_queries(2):
        assert len(admin.get(USERS).json()["results"]) == 4
