"""The commands for accounts, at a terminal."""

import io

import pytest
from django.core.management import CommandError, ManagementUtility, call_command

from accounts.models import TokenFamily, User
from accounts.tests.factories import PASSWORD, make_user, token_pair
from audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def bootstrap(*options: str) -> str:
    out = io.StringIO()
    call_command("bootstrap_admin", "--username", "asha", "--email", "asha@desk.example", *options, stdout=out)
    return out.getvalue()


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISK_ADMIN_PASSWORD", PASSWORD)


@pytest.mark.usefixtures("password")
def test_it_makes_an_administrator_who_may_enter_the_admin_site() -> None:
    said = bootstrap()

    user = User.objects.get()
    assert (user.role, user.is_staff, user.is_superuser, user.is_active) == ("admin", True, True, True)
    assert user.check_password(PASSWORD) and PASSWORD not in said
    assert list(AuditEntry.objects.values_list("action", "actor_name")) == [
        ("administrator_bootstrapped", "bootstrap_admin")
    ]


def test_a_generated_password_is_printed_and_works() -> None:
    said = bootstrap("--generate")

    assert User.objects.get().check_password(said.split("password: ")[1].strip())


def test_it_asks_for_the_password_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, PASSWORD])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))

    bootstrap()

    assert User.objects.get().check_password(PASSWORD)


def test_two_answers_that_differ_make_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([PASSWORD, "another"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))

    with pytest.raises(CommandError, match="differ"):
        bootstrap()
    assert not User.objects.exists()


@pytest.mark.usefixtures("password")
def test_with_an_administrator_there_it_refuses_unless_forced() -> None:
    make_user("admin")

    with pytest.raises(CommandError, match="active administrator already"):
        bootstrap()
    assert User.objects.count() == 1
    bootstrap("--force-additional")

    assert User.objects.filter(role="admin").count() == 2


@pytest.mark.usefixtures("password")
def test_an_administrator_who_is_not_active_does_not_count() -> None:
    make_user("admin", is_active=False)

    bootstrap()

    assert User.objects.filter(role="admin", is_active=True).count() == 1


def test_a_weak_password_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RISK_ADMIN_PASSWORD", "12345")

    with pytest.raises(CommandError, match="too short"):
        bootstrap()
    assert not User.objects.exists()


def test_a_forgotten_password_is_set_at_the_terminal_audited_and_ends_what_was_open() -> None:
    user = make_user()
    token_pair(user)
    out = io.StringIO()

    call_command("changepassword", "viewer", "--generate", stdout=out)

    user.refresh_from_db()
    assert user.check_password(out.getvalue().split("password: ")[1].strip())
    assert not TokenFamily.objects.open().exists()
    entries = list(AuditEntry.objects.values_list("action", "actor_name", "object_id"))
    assert entries == [("password_reset", "changepassword", str(user.pk))]


def test_a_password_is_not_set_for_who_is_not_there() -> None:
    with pytest.raises(CommandError, match="no such user"):
        call_command("changepassword", "nobody", "--generate")


def test_djangos_own_way_to_a_superuser_is_closed_and_names_ours() -> None:
    with pytest.raises(CommandError, match="bootstrap_admin"):
        call_command("createsuperuser")
    with pytest.raises(SystemExit):
        ManagementUtility(["manage.py", "createsuperuser", "--noinput", "--username", "x"]).execute()

    assert not User.objects.exists()
