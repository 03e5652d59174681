"""A whole platform as `manage.py up` runs it, with a home and stores of its own, for a browser to look at."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from riskplatform import embedded
from riskplatform.home import CHECKOUT, prepare_home
from riskplatform.supervision.platform import Address
from riskplatform.supervision.warded import WardedProcess

PATIENCE_SECONDS: Final = 420.0  # preparing the past and the first score, on a machine that is busy
STOP_SECONDS: Final = "30"
# What was chosen for whoever runs this: the stack chooses for itself, as a fresh machine does.
NOT_INHERITED: Final = frozenset({"DEBUG", "SECRET_KEY", "RISK_NO_BOOTSTRAP", "RISK_STARTED", "REDIS_KEY_PREFIX"})
# `manage.py` itself would look at `.venv` first, which this process already runs in.
UP: Final = (sys.executable, "-c", "import sys, manage; manage.run_django(sys.argv)", "up")


class StackFailed(Exception):
    """The platform did not come up, or went away."""


@dataclass(frozen=True)
class Stack:
    """A running platform: where it is, where its state lies, and the passwords of its demo users by role."""

    address: Address
    home: Path
    passwords: dict[str, str]

    @property
    def url(self) -> str:
        return self.address.url.rstrip("/")

    def web_process(self) -> int | None:
        """Return the id of the web server's process, None while there is none."""
        mark = f"-p {self.address.port} "
        listed = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        found = [line.split()[0] for line in listed.splitlines() if mark in line and _is_daphne(line)]
        return int(found[0]) if found else None

    def kill_web_server(self) -> int:
        """Kill the web server with SIGKILL and return the id that it had; the supervisor starts another.

        Raises StackFailed when there is none.
        """
        process = self.web_process()
        if process is None:
            raise StackFailed("there is no web server to kill")
        os.kill(process, signal.SIGKILL)
        return process


@contextmanager
def running_stack(home: Path, port: int, **environment: str) -> Iterator[Stack]:
    """Run `up` on this home, and yield when a score is known.  It ends with us, even when we are killed.

    Raises StackFailed, with the end of its log.
    """
    home = home.resolve()  # as the settings have it: the store's address must be the same text
    prepare_home(home)
    (home / "logs").mkdir(exist_ok=True)
    address, log = Address("127.0.0.1", port), home / "logs" / "stack.log"
    command = (*UP, "--port", str(port))
    platform = WardedProcess(command, log=log, environ=_environment(home, port) | environment)
    try:
        wait_until(lambda: address.answers("/health"), what="a first score", platform=platform, log=log)
        users = json.loads((home / "demo-users.json").read_text())
        yield Stack(address, home, {user["role"]: user["password"] for user in users})
    finally:
        platform.stop()


def wait_until(holds: Callable[[], bool], *, what: str, platform: WardedProcess, log: Path) -> None:
    """Return when it holds.  Raises StackFailed after PATIENCE_SECONDS, or when the platform has ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if platform.has_ended:
            raise StackFailed(f"the platform ended by itself:\n{_end_of(log)}")
        if time.monotonic() > deadline:
            raise StackFailed(f"waited {PATIENCE_SECONDS:.0f} s for {what}:\n{_end_of(log)}")
        time.sleep(0.25)


def _environment(home: Path, port: int) -> dict[str, str]:
    """Return ours without its choices; the stores are named, so that no `.env` file can name others."""
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    stores = {"DATABASE_URL": f"sqlite:///{home / 'db.sqlite3'}", "REDIS_URL": embedded.redis_url(home)}
    own = {"RISK_HOME": str(home), "PORT": str(port), "RISK_WARDEN_GRACE": STOP_SECONDS}
    return {**kept, **stores, **own, "PYTHONPATH": str(CHECKOUT)}


def _is_daphne(line: str) -> bool:
    return "-m daphne " in line and "warden.py" not in line


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
