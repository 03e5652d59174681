"""Registering and the password, as a browser without JavaScript does them."""

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import RoleRequest, User
from accounts.tests.factories import PASSWORD, make_user, token_pair
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db
NEW = "another-good-long-one"
PAGES = ["/account", "/account/password", "/account/sessions"]


def asha(**changes: str) -> dict[str, str]:
    return {"username": "asha", "email": "asha@desk.example", "password": PASSWORD, "role": "analyst", **changes}


def new_password(**changes: str) -> dict[str, str]:
    return {"current_password": PASSWORD, "new_password": NEW, "again": NEW, **changes}


def browser(role: str, *, checks_csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=checks_csrf)
    if role != "nobody":
        client.force_login(make_user(role))
    return client


def actions() -> list[str]:
    return list(AuditEntry.objects.in_order().values_list("action", flat=True))


@pytest.mark.parametrize(
    ("mode", "role", "waits"), [("open", "analyst", False), ("approval", "viewer", True)]
)  # fmt: skip
def test_registering_leads_to_signing_in(client: Client, settings: Settings, mode: str, role: str, waits: bool) -> None:
    settings.REGISTRATION_MODE = mode

    page = client.post("/register", asha(), follow=True)

    assert page.redirect_chain == [("/login", 302)]
    assert "The account asha is made" in page.text
    assert ("until an administrator approves the role analyst" in page.text) is waits
    assert User.objects.get().role == role and RoleRequest.objects.exists() is waits
    assert actions()[0] == "user_registered"
    assert client.post("/login", {"username": "asha", "password": PASSWORD}).status_code == 302


def test_closed_registration_offers_no_form_and_takes_none(client: Client, settings: Settings) -> None:
    settings.REGISTRATION_MODE = "closed"

    assert "<form" not in client.get("/register").text.split("<main", 1)[1]
    assert 'href="/register"' not in client.get("/login").text
    assert client.post("/register", asha()).status_code == 403
    assert not User.objects.exists()


def test_a_refusal_stands_beside_its_field_and_what_was_typed_stays(client: Client, settings: Settings) -> None:
    settings.REGISTRATION_MODE = "open"
    make_user(username="asha")

    page = client.post("/register", asha(password="short", email="<b>x</b>@desk.example"))

    assert page.status_code == 400
    assert "Enter a valid email address." in page.text.split('id="email-said"')[1].split("</div>")[0]
    page = client.post("/register", asha(password="short", email="new@desk.example"))
    assert "already exists" in page.text.split('id="username-said"')[1].split("</div>")[0]
    assert "too short" in page.text.split('id="password-said"')[1].split("</div>")[0]
    assert 'value="new@desk.example"' in page.text and "short&quot;" not in page.text


def test_what_was_typed_is_escaped_and_no_password_comes_back(client: Client, settings: Settings) -> None:
    settings.REGISTRATION_MODE = "open"

    page = client.post("/register", asha(username='"><script>x</script>', password="hunter2hunter2", email="x"))

    assert "<script>x" not in page.text and "&lt;script&gt;x" in page.text
    assert "hunter2hunter2" not in page.text


def test_nobody_makes_themselves_an_administrator(client: Client, settings: Settings) -> None:
    settings.REGISTRATION_MODE = "open"

    page = client.post("/register", asha(role="admin"))

    assert page.status_code == 403 and 'role="alert"' in page.text
    assert 'value="admin"' not in page.text
    assert not User.objects.exists() and actions() == ["registration_refused"]


def test_the_page_says_the_rules_of_passwords(client: Client, settings: Settings) -> None:
    settings.REGISTRATION_MODE = "open"

    assert "at least 8 characters" in client.get("/register").text
    assert "at least 8 characters" in browser("viewer").get("/account/password").text


def test_registrations_of_an_address_are_limited_as_in_the_api(client: Client, settings: Settings) -> None:
    settings.REGISTRATION_MODE, settings.REGISTRATIONS_PER_ADDRESS = "open", 1
    client.post("/register", asha())

    page = client.post("/register", asha(username="second", email="second@desk.example"))

    assert page.status_code == 429 and int(page.headers["Retry-After"]) > 0
    assert User.objects.count() == 1


@pytest.mark.parametrize("address", ["/register", "/login"])
def test_a_form_of_another_site_is_refused(address: str) -> None:
    assert browser("nobody", checks_csrf=True).post(address, asha()).status_code == 403
    assert not User.objects.exists()


@pytest.mark.parametrize("address", PAGES[1:])
def test_a_form_about_oneself_needs_its_token(address: str) -> None:
    assert browser("viewer", checks_csrf=True).post(address, {**new_password(), "which": "others"}).status_code == 403
    assert actions() == ["login"]


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("analyst", 200), ("viewer", 200), ("nobody", 302)])
@pytest.mark.parametrize("address", PAGES)
def test_everybody_has_an_account(address: str, role: str, status: int) -> None:
    assert browser(role).get(address).status_code == status


def test_who_is_signed_in_is_not_asked_to_register() -> None:
    assert browser("viewer").get("/register").headers["Location"] == "/account"


def test_a_new_password_ends_everything_but_this_browser() -> None:
    here, user = browser("viewer"), User.objects.get()
    there = Client()
    there.force_login(user)
    token_pair(user)

    page = here.post("/account/password", new_password(), follow=True)

    assert page.redirect_chain == [("/account", 302)] and "The password is changed" in page.text
    assert there.get("/account").status_code == 302
    assert not user.token_families.open().exists()
    assert Client().post("/login", {"username": "viewer", "password": NEW}).status_code == 302
    assert "password_changed" in actions()


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"current_password": "wrong"}, "current_password", "not your current password"),
        ({"current_password": ""}, "current_password", "may not be blank"),
        ({"new_password": "short", "again": "short"}, "new_password", "too short"),
        ({"again": "something-else"}, "again", "not the same"),
    ],
)
def test_a_password_that_cannot_be_is_refused_beside_its_field(changed: dict[str, str], field: str, said: str) -> None:
    page = browser("viewer").post("/account/password", new_password(**changed))

    assert page.status_code == 400
    assert said in page.text.split(f'id="{field}-said"')[1].split("</div>")[0]
    assert User.objects.get().check_password(PASSWORD)


def test_guessing_the_current_password_is_limited(settings: Settings) -> None:
    settings.SIGN_IN_ATTEMPTS_PER_NAME = 2
    client = browser("viewer")

    tries = [client.post("/account/password", new_password(current_password="wrong")) for _ in range(3)]

    assert [one.status_code for one in tries] == [400, 400, 429]
    assert client.post("/account/password", new_password()).status_code == 429
    assert int(tries[2].headers["Retry-After"]) > 0
