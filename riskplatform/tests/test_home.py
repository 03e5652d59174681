"""RISK_HOME: private, provably writable, one platform at a time."""

import errno
import os
import shutil
import stat
from pathlib import Path

import pytest

from riskplatform import home


def test_the_home_and_its_directories_are_private(tmp_path: Path) -> None:
    place = tmp_path / "var"

    home.prepare_home(place)

    assert {stat.S_IMODE(path.stat().st_mode) for path in (place, *place.iterdir())} == {0o700}


def test_the_secret_is_kept_private_and_the_same(tmp_path: Path) -> None:
    first = home.secret_key(tmp_path)

    assert home.secret_key(tmp_path) == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_up_turns_debug_on_and_makes_a_secret(tmp_path: Path) -> None:
    environ = {"RISK_HOME": str(tmp_path)}

    home.prepare_command("up", environ)

    assert environ["DEBUG"] == "true"
    assert environ["SECRET_KEY"] == home.secret_key(tmp_path)


def test_other_commands_leave_debug_off(tmp_path: Path) -> None:
    environ = {"RISK_HOME": str(tmp_path)}

    home.prepare_command("replay", environ)

    assert "DEBUG" not in environ


def test_what_the_operator_set_is_kept(tmp_path: Path) -> None:
    environ = {"RISK_HOME": str(tmp_path), "DEBUG": "false", "SECRET_KEY": "the operator's"}

    home.prepare_command("up", environ)

    assert (environ["DEBUG"], environ["SECRET_KEY"]) == ("false", "the operator's")


def test_the_suite_gets_a_secret_and_touches_no_home(tmp_path: Path) -> None:
    environ = {"RISK_HOME": str(tmp_path / "var")}

    home.prepare_command("test", environ)

    assert environ["SECRET_KEY"]
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "is full: free at least 50 MB"),
        (errno.EDQUOT, "is full: free at least 50 MB"),
        (errno.EROFS, r"cannot be written \(Read-only file system\): set RISK_HOME"),
        (errno.EIO, r"cannot be used \(Input/output error\): set RISK_HOME"),
    ],
)
def test_what_the_disk_refuses_is_one_sentence(
    number: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(home.HomeError, match=sentence):
        home.prepare_home(tmp_path)


def test_a_nearly_full_disk_is_refused_before_anything_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)

    with pytest.raises(home.HomeError, match=r"^The disk that holds .* is full: "):
        home.prepare_home(tmp_path)


def test_a_file_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")

    with pytest.raises(home.HomeError, match="cannot be used"):
        home.prepare_home(tmp_path / "var")


def test_a_lock_of_a_living_process_is_refused_at_once(tmp_path: Path) -> None:
    home.prepare_home(tmp_path)
    first = home.HomeLock(tmp_path)
    first.acquire()

    with pytest.raises(home.HomeError, match=rf"already runs on .* \(process {os.getpid()}\)"):
        home.HomeLock(tmp_path).acquire()

    first.release()
    second = home.HomeLock(tmp_path)
    second.acquire()
    second.release()
