import json
from pathlib import Path

import pytest
from django.contrib.auth import authenticate

from accounts.demo import DemoUser, DemoUsersUnreadable, ensure_demo_users
from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "demo-users.json"


def test_three_users_are_made_who_can_sign_in(path: Path) -> None:
    users = ensure_demo_users(path)

    assert [(user.username, user.role) for user in users] == [(r, r) for r in ("viewer", "analyst", "admin")]
    assert all(authenticate(username=user.username, password=user.password) for user in users)


def test_only_the_admin_is_staff_and_superuser(path: Path) -> None:
    ensure_demo_users(path)

    assert [user.username for user in User.objects.filter(is_staff=True, is_superuser=True)] == ["admin"]
    assert User.objects.filter(is_staff=False, is_superuser=False).count() == 2


def test_the_file_is_a_list_that_only_its_owner_reads(path: Path) -> None:
    users = ensure_demo_users(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert [DemoUser(**row) for row in json.loads(path.read_text())] == users
    assert list(path.parent.iterdir()) == [path]


def test_a_second_run_changes_nothing(path: Path) -> None:
    first = ensure_demo_users(path)
    hashes = list(User.objects.values_list("password"))

    assert ensure_demo_users(path) == first
    assert list(User.objects.values_list("password")) == hashes


def test_a_missing_user_comes_back_with_the_password_of_the_file(path: Path) -> None:
    first = ensure_demo_users(path)
    User.objects.get(username="analyst").delete()

    assert ensure_demo_users(path) == first
    assert authenticate(username="analyst", password=first[1].password)


def test_a_lost_file_means_new_passwords(path: Path) -> None:
    first = ensure_demo_users(path)
    path.unlink()

    second = ensure_demo_users(path)

    assert second[0].password != first[0].password
    assert authenticate(username="viewer", password=second[0].password)


def test_a_mode_that_was_opened_up_is_closed_again(path: Path) -> None:
    ensure_demo_users(path)
    path.chmod(0o644)

    ensure_demo_users(path)

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_broken_file_is_named(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("{")

    with pytest.raises(DemoUsersUnreadable, match="delete it"):
        ensure_demo_users(path)
