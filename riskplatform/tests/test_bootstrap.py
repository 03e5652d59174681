"""The bootstrap in throw-away checkouts, with installers that only pretend."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from riskplatform import bootstrap
from riskplatform.bootstrap import DEVELOPER, RUNTIME, Environment
from riskplatform.home import CHECKOUT
from riskplatform.installation import Installer, find_installer

MANAGE = f"""
import sys
sys.path.insert(0, {str(CHECKOUT)!r})
from pathlib import Path
from riskplatform import bootstrap
bootstrap.CHECKOUT = Path(__file__).resolve().parent
bootstrap.ensure_environment(sys.argv)
print("running", sys.prefix, *sys.argv[1:], flush=True)
"""
# Makes a working environment without pip, and notes each call; with REFUSE set it fails as uv does without a network.
FAKE_UV = f"""#!/bin/sh
echo "$*" >> "$CALLS"
case "$1" in
  --version) echo uv 0.13.9 ;;
  venv) for last; do :; done; exec {sys.executable} -m venv --without-pip "$last" ;;
  pip) echo "Installed 3 packages"; [ -z "$REFUSE" ] || {{ echo "$REFUSE"; exit 2; }} ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with two pinned packages and a pretended uv first on PATH."""
    place = tmp_path / "check out"
    place.mkdir()
    (place / "manage.py").write_text(MANAGE)
    (place / RUNTIME).write_text("django==5.2.19\n    # via riskplatform\n")
    (place / DEVELOPER).write_text("django==5.2.19\npytest==9.2.0\n")
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "uv").write_text(FAKE_UV)
    (tools / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("RISK_NO_BOOTSTRAP", "RISK_BOOTSTRAPPED", "UV_CACHE_DIR", "PIP_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    return place


def manage(checkout: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(checkout / "manage.py"), *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def installs(checkout: Path) -> list[str]:
    """Return the requirements files that were installed, in order."""
    calls = (checkout.parent / "calls").read_text().splitlines()
    return [Path(call.split(" -r ")[1]).name for call in calls if call.startswith("pip install")]


def test_the_first_start_makes_the_environment_and_runs_in_it(checkout: Path) -> None:
    result = manage(checkout, "up", "--port", "8001")

    assert result.stdout == f"running {checkout / '.venv'} up --port 8001\n"
    assert "Making .venv with uv." in result.stderr
    assert "Installing 1 pinned packages of requirements.txt" in result.stderr
    assert installs(checkout) == [RUNTIME]


def test_the_second_start_installs_nothing_and_says_nothing(checkout: Path) -> None:
    manage(checkout, "up")

    result = manage(checkout, "up")

    assert result.stdout.startswith("running ")
    assert result.stderr == ""
    assert installs(checkout) == [RUNTIME]


def test_changed_requirements_are_installed(checkout: Path) -> None:
    manage(checkout, "up")
    (checkout / RUNTIME).write_text("django==5.2.20\n")

    manage(checkout, "up")

    assert installs(checkout) == [RUNTIME, RUNTIME]


def test_the_test_command_installs_the_developers_superset_which_then_serves_all(checkout: Path) -> None:
    manage(checkout, "up")
    manage(checkout, "test")

    manage(checkout, "up")

    assert installs(checkout) == [RUNTIME, DEVELOPER]


def test_an_interrupted_installation_is_finished_by_the_next_start(checkout: Path) -> None:
    broken = manage(checkout, "up", REFUSE="error: killed half-way")

    healed = manage(checkout, "up")

    assert broken.returncode == 1
    assert healed.stdout.startswith("running ")


def test_an_environment_whose_interpreter_has_gone_is_made_anew(checkout: Path) -> None:
    manage(checkout, "up")
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/no/such/python3.11")

    assert manage(checkout, "up").stdout.startswith("running ")


def test_an_environment_of_another_python_version_is_not_current(checkout: Path) -> None:
    manage(checkout, "up")
    stamp = checkout / ".venv" / "installed.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "python": "3.99"}))

    assert not Environment(checkout).is_current(RUNTIME)


def test_two_starts_at_once_install_once(checkout: Path) -> None:
    command = [sys.executable, str(checkout / "manage.py"), "up"]

    both = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(2)]
    outputs = [process.communicate(timeout=60)[0] for process in both]

    assert [output.startswith("running ") for output in outputs] == [True, True]
    assert installs(checkout) == [RUNTIME]


def test_nothing_outside_the_checkout_is_touched(checkout: Path) -> None:
    manage(checkout, "up")

    calls = (checkout.parent / "calls").read_text().splitlines()
    assert not (checkout.parent / "home").exists()
    assert all(f"--cache-dir {checkout / '.venv.cache'}" in call for call in calls if not call.startswith("--version"))


def test_the_escape_keeps_the_current_interpreter(checkout: Path) -> None:
    result = manage(checkout, "up", RISK_NO_BOOTSTRAP="1")

    assert result.stdout == f"running {sys.prefix} up\n"
    assert not (checkout / ".venv").exists()


def test_a_shim_without_a_uv_behind_it_counts_as_no_uv(checkout: Path) -> None:
    (checkout.parent / "bin" / "uv").write_text("#!/bin/sh\necho 'uv: command not found' >&2; exit 127\n")

    assert find_installer(lock=0).uv is None


def test_the_installers_failure_reaches_the_person(checkout: Path) -> None:
    result = manage(checkout, "up", REFUSE="error sending request for url (https://example.invalid/simple/django)")

    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith("The package index cannot be reached")
    assert "Traceback" not in result.stderr


def test_a_full_disk_is_one_sentence(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Environment, requirements: str, installer: Installer) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Environment, "complete", refuse)

    with pytest.raises(SystemExit, match=r"^The disk that holds .* is full: free about 1 GB and start again\.$"):
        bootstrap.prepare_or_exit(Environment(checkout), RUNTIME)


def test_missing_requirements_are_named(checkout: Path) -> None:
    (checkout / RUNTIME).unlink()

    result = manage(checkout, "up")

    assert result.stderr.strip() == f"{checkout / RUNTIME} is missing: restore it with git."
