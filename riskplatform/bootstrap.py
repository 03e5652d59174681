"""Makes the checkout's `.venv`, installs the pinned requirements there, and starts manage.py again in it.

Standard library only.  A stamp file in `.venv`, written last, names the requirements that are installed; while it is
missing or differs the environment counts as unfinished and is completed or made anew.  A file lock keeps two starts
apart.  Nothing outside the checkout is touched: caches stay in it too, unless UV_CACHE_DIR or PIP_CACHE_DIR name
another place.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from riskplatform.installation import Installer, SetupError, find_installer, say

CHECKOUT = Path(__file__).resolve().parent.parent
RUNTIME, DEVELOPER = "requirements.txt", "requirements-dev.txt"
DEVELOPER_COMMANDS = {"test"}


@dataclass(frozen=True)
class Environment:
    """The `.venv` of one checkout."""

    checkout: Path

    @property
    def directory(self) -> Path:
        return self.checkout / ".venv"

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    def is_current(self, requirements: str) -> bool:
        """Say whether exactly these requirements are installed, for the interpreter that is there now."""
        with contextlib.suppress(OSError, ValueError):
            kept = json.loads(self._stamp.read_text())
            library = self.directory / "lib" / f"python{kept['python']}"
            same = kept["requirements"] == requirements and kept["digest"] == _digest(self.checkout / requirements)
            return same and library.is_dir() and os.access(self.python, os.X_OK)
        return False

    def wanted(self, command: str) -> str:
        """Return the requirements file for this command: the developer's superset once it has been installed."""
        with contextlib.suppress(OSError, ValueError):
            if json.loads(self._stamp.read_text())["requirements"] == DEVELOPER:
                return DEVELOPER
        return DEVELOPER if command in DEVELOPER_COMMANDS else RUNTIME

    def complete(self, requirements: str, installer: Installer) -> None:
        """Bring `.venv` to these requirements; an interrupted run is finished by the next one."""
        digest = _digest(self.checkout / requirements)
        self._stamp.unlink(missing_ok=True)
        if not installer.can_use(self.python):
            shutil.rmtree(self.directory, ignore_errors=True)
            installer.create(self.directory)
        installer.install(self.python, self.checkout / requirements)
        version = installer.version_of(self.python)
        draft = self._stamp.with_suffix(".draft")
        draft.write_text(json.dumps({"requirements": requirements, "digest": digest, "python": version}))
        draft.replace(self._stamp)

    @property
    def _stamp(self) -> Path:
        return self.directory / "installed.json"


def ensure_environment(arguments: list[str]) -> None:
    """Return when this interpreter is the finished `.venv`; else finish it and go on as manage.py in it."""
    if os.environ.get("RISK_NO_BOOTSTRAP") == "1":
        return
    os.environ.setdefault("RISK_STARTED", str(time.time()))
    environment = Environment(CHECKOUT)
    requirements = environment.wanted(arguments[1] if len(arguments) > 1 else "")
    installed = prepare_or_exit(environment, requirements)
    if _is_running_in(environment) and not installed:
        return
    _restart(environment, arguments)


def prepare_or_exit(environment: Environment, requirements: str) -> bool:
    """Complete the environment and return whether it changed; end with one sentence when that is impossible."""
    if environment.is_current(requirements):
        return False
    try:
        with _only_one(environment.checkout) as lock:
            if environment.is_current(requirements):
                return True
            environment.complete(requirements, find_installer(lock))
            return True
    except SetupError as problem:
        sys.exit(str(problem))
    except OSError as problem:
        sys.exit(_sentence(environment.checkout, problem))
    except KeyboardInterrupt:
        sys.exit("Stopped; the next start completes .venv.")


def _is_running_in(environment: Environment) -> bool:
    return Path(sys.prefix).resolve() == environment.directory.resolve()


def _restart(environment: Environment, arguments: list[str]) -> None:
    if os.environ.get("RISK_BOOTSTRAPPED") == str(os.getpid()):
        sys.exit(
            f"{environment.python} does not run in {environment.directory}: delete that directory and start again."
        )
    os.environ["RISK_BOOTSTRAPPED"] = str(os.getpid())
    # macOS framework builds leave this behind, and it makes the next interpreter forget its virtual environment.
    os.environ.pop("__PYVENV_LAUNCHER__", None)
    os.environ.pop("PYTHONHOME", None)
    sys.stdout.flush()
    os.execv(environment.python, [str(environment.python), str(environment.checkout / "manage.py"), *arguments[1:]])


@contextlib.contextmanager
def _only_one(checkout: Path) -> Iterator[int]:
    """Hold the checkout's lock; the installers inherit it, so it stays held when only this process is killed."""
    with (checkout / ".venv.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is completing .venv; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sentence(checkout: Path, problem: OSError) -> str:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {checkout} is full: free about 1 GB and start again."
    if isinstance(problem, FileNotFoundError):
        return f"{problem.filename} is missing: restore it with git."
    place = problem.filename or checkout
    return f"{place} cannot be used ({problem.strerror}): make the checkout writable and start again."


if __name__ == "__main__":  # `python3 -m riskplatform.bootstrap` gives make and editors the developer's environment
    prepare_or_exit(Environment(CHECKOUT), DEVELOPER)
