"""The two ways to make a virtual environment and fill it, uv and pip, with progress shown and failures in one sentence.

Standard library only.
"""

from __future__ import annotations

import collections
import contextlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OLDEST_PYTHON = (3, 11)
PROGRESS = re.compile(r"^\s*(?:Downloading|Using cached|Downloaded|Prepared|Installing collected|Installed|Building)\b")
DISK_FULL = re.compile(r"No space left on device|os error 28|Disk quota exceeded", re.IGNORECASE)
NO_NETWORK = re.compile(
    r"Temporary failure in name resolution|Name or service not known|nodename nor servname|NewConnectionError"
    r"|Network is unreachable|No route to host|Connection refused|dns error|error sending request|tcp connect error"
    r"|timed out|ProxyError|Could not connect",
    re.IGNORECASE,
)


class SetupError(Exception):
    """The environment cannot be made; the text is one sentence for the person who started it."""


@dataclass(frozen=True)
class Installer:
    """Makes and fills virtual environments with uv, or with venv and pip when `uv` is None."""

    base: str
    uv: str | None
    lock: int

    def can_use(self, python: Path) -> bool:
        """Say whether this environment's interpreter runs, is new enough, and can be installed into."""
        version = self.version_of(python)
        if version is None or tuple(map(int, version.split("."))) < OLDEST_PYTHON:
            return False
        return self.uv is not None or self._quiet([str(python), "-m", "pip", "--version"]) is not None

    def version_of(self, python: Path) -> str | None:
        """Return the interpreter's `major.minor`, or None when it does not run."""
        return self._quiet([str(python), "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"])

    def create(self, directory: Path) -> None:
        """Make an empty environment for the interpreter that runs this."""
        if self.uv is not None:
            say("Making .venv with uv.")
            self._show(
                [
                    self.uv,
                    "venv",
                    "--quiet",
                    "--no-project",
                    "--python",
                    self.base,
                    "--cache-dir",
                    _uv_cache(directory),
                    str(directory),
                ]
            )
            return
        if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
            version = f"{sys.version_info[0]}.{sys.version_info[1]}"
            raise SetupError(
                f"This Python {version} has no ensurepip, which makes .venv: install python{version}-venv "
                f"(Debian, Ubuntu: apt install python{version}-venv) or uv, and start again."
            )
        say("Making .venv.")
        self._show([self.base, "-m", "venv", str(directory)])

    def install(self, python: Path, requirements: Path) -> None:
        """Install the pinned requirements; what is already there is kept."""
        count = sum(1 for line in requirements.read_text().splitlines() if re.match(r"[A-Za-z0-9]", line))
        say(f"Installing {count} pinned packages of {requirements.name} (a minute or two the first time).")
        started = time.monotonic()
        if self.uv is not None:
            cache = _uv_cache(python.parent.parent)
            self._show(
                [self.uv, "pip", "install", "--python", str(python), "--cache-dir", cache, "-r", str(requirements)]
            )
        else:
            cache_option = [] if os.environ.get("PIP_CACHE_DIR") else ["--no-cache-dir"]
            options = [
                "--disable-pip-version-check",
                "--no-input",
                "--progress-bar",
                "off",
                "--no-compile",
                *cache_option,
            ]
            self._show([str(python), "-m", "pip", "install", *options, "-r", str(requirements)])
        say(f"Installed in {time.monotonic() - started:.0f} s.")

    def _show(self, command: Sequence[str]) -> None:
        """Run an installer with its progress shown; raise SetupError with the reason when it fails."""
        environ = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "PYTHONUNBUFFERED": "1"}
        environ.pop("PYTHONHOME", None)
        tail: collections.deque[str] = collections.deque(maxlen=40)
        with subprocess.Popen(
            command,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            pass_fds=(self.lock,),
        ) as process:
            for line in process.stdout or ():
                tail.append(line.rstrip())
                if PROGRESS.match(line):
                    say(f"  {line.split(' (from ')[0].strip()[:100]}")
        if process.returncode:
            raise SetupError(reason("\n".join(tail), Path(command[0]).name))

    def _quiet(self, command: Sequence[str]) -> str | None:
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()
        return None


def find_installer(lock: int) -> Installer:
    """Return uv where it is on PATH and works, else pip; `lock` is the descriptor that installers inherit."""
    base = str(getattr(sys, "_base_executable", None) or sys.executable)
    installer = Installer(base=base, uv=shutil.which("uv"), lock=lock)
    # A version manager's shim may be on PATH without a uv behind it.
    if installer.uv is not None and installer._quiet([installer.uv, "--version"]) is None:
        return Installer(base=base, uv=None, lock=lock)
    return installer


def reason(output: str, tool: str) -> str:
    """Return one sentence for an installer's failure, with its last lines where the cause is not a known one."""
    if DISK_FULL.search(output):
        return "The disk is full: free about 1 GB and start again; the installation continues where it stopped."
    if NO_NETWORK.search(output):
        settings = "PIP_INDEX_URL, UV_INDEX_URL and the proxy"
        return f"The package index cannot be reached: check the network (or {settings}) and start again."
    last = "\n  ".join(line for line in output.splitlines()[-8:] if line.strip())
    return f"{tool} could not install the requirements; its last lines were:\n  {last}"


def say(text: str) -> None:
    """Show one line of progress at once, on standard error: a command's own output stays clean."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _uv_cache(directory: Path) -> str:
    return os.environ.get("UV_CACHE_DIR") or str(directory.parent / ".venv.cache")
