"""`manage.py test` hands its arguments to pytest and its status back."""

import os
import sys
from pathlib import Path

import pytest

from riskplatform.management.commands import test as command


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one failing and one passing test, and a front end whose `npm` notes how it is called."""
    (tmp_path / "test_one.py").write_text("def test_passes(): pass\ndef test_fails(): assert False\n")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("npm", "node"):
        (tools / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {tmp_path}/calls\n[ "$1" != test ]\n')
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:django -p no:cacheprovider -q")
    return tmp_path


def test_a_failing_suite_gives_pytests_status(checkout: Path) -> None:
    assert command.run_suite(["-k", "fails"], checkout=checkout) == 1


def test_arguments_reach_pytest_as_they_are(checkout: Path) -> None:
    assert command.run_suite(["test_one.py", "-k", "passes"], checkout=checkout) == 0
    assert command.run_suite(["--no-such-option"], checkout=checkout) == 4


def test_djangos_parser_sees_no_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "run_suite", lambda arguments: len(arguments))

    with pytest.raises(SystemExit) as ended:
        command.Command().run_from_argv(["manage.py", "test", "-x", "--lf", "--settings=none"])

    assert ended.value.code == 3


def test_the_front_ends_tests_join_when_they_exist(checkout: Path) -> None:
    (checkout / "test_one.py").write_text("def test_passes(): pass\n")
    (checkout / "frontend").mkdir()
    (checkout / "frontend" / "package.json").write_text("{}")

    status = command.run_suite([], checkout=checkout)

    assert status == 1, "npm test fails here, and that is the command's status"
    assert (checkout / "calls").read_text() == "npm install --no-audit --no-fund\nnpm test\n"


def test_a_choice_of_python_tests_leaves_the_front_end_out(checkout: Path) -> None:
    (checkout / "frontend").mkdir()
    (checkout / "frontend" / "package.json").write_text("{}")

    command.run_suite(["-k", "passes"], checkout=checkout)

    assert not (checkout / "calls").exists()


def test_the_suite_runs_with_this_interpreter(checkout: Path) -> None:
    (checkout / "test_one.py").write_text(f"import sys\ndef test_it(): assert sys.executable == {sys.executable!r}\n")

    assert command.run_suite(["test_one.py"], checkout=checkout) == 0


def test_the_whole_suite_uses_every_core(checkout: Path) -> None:
    (checkout / "test_one.py").write_text("import os\ndef test_it(): assert os.environ['PYTEST_XDIST_WORKER']\n")

    assert command.run_suite([], checkout=checkout) == 0
