import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.tests.factories import PASSWORD, make_user
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
