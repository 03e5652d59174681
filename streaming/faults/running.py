"""A whole platform as a person starts it, `manage.py up`, with handles to ask it and to hurt its processes."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from riskplatform.home import CHECKOUT
from riskplatform.supervision.readiness import free_port, http_ok
from riskplatform.supervision.warded import WardedProcess
from streaming.faults.processes import FaultRunFailed, wait_until

# The word in its command line by which each process is known.
MARKS: Final = {
    "worker": "worker@%h",
    "second worker": "second-worker@%h",
    "beat": "beat",
    "feed": "run_feed",
    "web": "daphne",
    "watchdog": "watchdog",
}
START_SECONDS: Final = 420.0
LOOK_SECONDS: Final = 0.25
GRACE_SECONDS: Final = 12.0  # `up` ends everything within ten


@dataclass(frozen=True)
class _Row:
    pid: int
    parent: int
    group: int
    words: list[str]

    @property
    def is_warden(self) -> bool:
        """Its command line ends with that of what it watches."""
        return any(word.endswith("warden.py") for word in self.words)


class RunningPlatform:
    """`up` in a RISK_HOME of its own, on a free port; it ends with this process, however that ends."""

    def __init__(self, environment: Mapping[str, str], *, home: Path) -> None:
        self.home, self.port = home, free_port()
        command = [sys.executable, str(CHECKOUT / "manage.py"), "up", "--port", str(self.port)]
        grace = {"RISK_WARDEN_GRACE": str(GRACE_SECONDS), "RISK_HOME": str(home), "RISK_NO_BOOTSTRAP": "1"}
        (home / "logs").mkdir(parents=True, exist_ok=True)
        environ = {**environment, **grace, "DJANGO_SETTINGS_MODULE": "riskplatform.settings"}
        self._up = WardedProcess(command, log=home / "logs" / "terminal.log", environ=environ)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_well(self) -> bool:
        """Return whether /health answers 200.  Raises FaultRunFailed when the platform has ended."""
        if self._up.has_ended:
            raise FaultRunFailed(f"the platform ended:\n{(self.home / 'logs' / 'terminal.log').read_text()[-2_000:]}")
        return http_ok("127.0.0.1", self.port, "/health")

    def wait_until_well(self) -> None:
        """Return when /health is well and every process runs.  Raises FaultRunFailed with the log's end."""
        logs = self.home / "logs"
        wait_until(self.is_well, seconds=START_SECONDS, every=LOOK_SECONDS, what="a platform that is well", logs=logs)
        wait_until(self._is_whole, seconds=START_SECONDS, every=LOOK_SECONDS, what="every process", logs=logs)

    def _is_whole(self) -> bool:
        return all(self.find(name) for name in MARKS)

    def find(self, name: str) -> int | None:
        """Return the process of this name (a key of MARKS), None while it does not run."""
        rows = _table()
        ours = _descendants(self._up.command_pid, rows)
        leaders = [row for row in rows if row.pid in ours and row.pid == row.group]  # a pool's children are none
        return next((row.pid for row in leaders if MARKS[name] in row.words and not row.is_warden), None)

    def children(self, name: str) -> list[int]:
        """Return the children of a process, none while it does not run."""
        main = self.find(name)
        return [row.pid for row in _table() if main is not None and row.parent == main]

    def kill(self, name: str) -> None:
        """SIGKILL the process; its warden ends the rest of its group and the supervisor starts it again."""
        self._signal(name, signal.SIGKILL)

    def pause(self, name: str) -> None:
        """SIGSTOP the process and its children."""
        self._signal(name, signal.SIGSTOP)

    def resume(self, name: str) -> None:
        self._signal(name, signal.SIGCONT)

    def stop(self) -> None:
        """End the platform as Ctrl-C does."""
        self._up.stop()

    def log(self) -> str:
        """Return what the supervisor itself said."""
        return (self.home / "logs" / "up.log").read_text(errors="replace")

    def _signal(self, name: str, number: int) -> None:
        if (main := self.find(name)) is None:
            return
        with suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.kill(main, number)
            else:
                os.killpg(main, number)


def _table() -> list[_Row]:
    """Return every process of this machine."""
    command = ["ps", "-ww", "-eo", "pid=,ppid=,pgid=,args="]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    fields = [line.split() for line in lines]
    return [_Row(int(one[0]), int(one[1]), int(one[2]), one[3:]) for one in fields]


def _descendants(root: int, rows: list[_Row]) -> set[int]:
    found, newest = {root}, {root}
    while newest:
        newest = {row.pid for row in rows if row.parent in newest} - found
        found |= newest
    return found
