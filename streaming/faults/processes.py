"""The platform's processes as a supervisor runs them, with handles to hurt them by."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

from django.conf import settings

from riskplatform.supervision.warded import WardedProcess

CELERY: Final = (sys.executable, "-m", "celery")
POLL_SECONDS: Final = 0.02
SHOWN_OF_A_LOG: Final = 1_500  # characters


class FaultRunFailed(Exception):
    """The platform did not come back, or did not do what was to be watched."""


class Process:
    """One process under a warden: it ends with us, and the rest of its group ends with it."""

    def __init__(self, name: str, command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._command = command
        self._environment = {**os.environ, **(environment or {})}
        self._process: WardedProcess | None = None
        self.start()

    def start(self) -> None:
        """Start the process; its output is appended to RISK_HOME/logs."""
        self._process = WardedProcess(self._command, log=log_of(self.name), environ=self._environment)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.command_pid

    @property
    def children(self) -> list[int]:
        """Return the process ids of its children."""
        found = subprocess.run(["pgrep", "-P", str(self.pid)], capture_output=True, text=True, check=False)
        return [int(line) for line in found.stdout.split()]

    @property
    def has_ended(self) -> bool:
        return self._process is None or self._process.has_ended

    def kill(self) -> None:
        """SIGKILL the process itself; the warden then ends what is left of its group."""
        os.kill(self.pid, signal.SIGKILL)
        assert self._process is not None
        self._process.stop()
        self._process = None

    def pause(self) -> None:
        """SIGSTOP the whole group."""
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGCONT)

    def stop(self) -> None:
        """End the process politely."""
        if self._process is not None:
            self.resume()
            self._process.stop()
            self._process = None


def worker(name: str, stack: ExitStack, *, app: str = "riskplatform", options: Sequence[str] = ()) -> Process:
    """Start a worker as `up` does, of the real application or of one that loads it."""
    pool = ("-Q", "drain,default", "-c", "2", "--without-gossip", "--without-mingle", "-l", "INFO")
    return started(stack, name, (*CELERY, "-A", app, "worker", "-n", f"{name}@%h", *pool, *options))


def beat(stack: ExitStack) -> Process:
    files = settings.RISK_HOME / "run"
    places = (f"--schedule={files / 'fault-beat'}", f"--pidfile={files / 'fault-beat.pid'}")
    return started(stack, "beat", (*CELERY, "-A", "riskplatform", "beat", "-l", "WARNING", *places))


def started(stack: ExitStack, name: str, command: Sequence[str]) -> Process:
    """Start a process that ends with the stack."""
    process = Process(name, command)
    stack.callback(process.stop)
    return process


def log_of(name: str) -> Path:
    folder: Path = settings.RISK_HOME / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"fault-{name}.log"


def wait_until(
    condition: Callable[[], bool],
    *,
    seconds: float,
    what: str,
    every: float = POLL_SECONDS,
    logs: Path | None = None,
) -> float:
    """Wait for the condition; return how long it took.  Raises FaultRunFailed naming `what` and the logs' ends."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            said = _last_lines(logs or settings.RISK_HOME / "logs")
            raise FaultRunFailed(f"waited {seconds:.0f} s for {what}\n{said}")
        time.sleep(every)
    return time.monotonic() - began


def _last_lines(folder: Path) -> str:
    """Return the end of every process's log: the folder goes with the run."""
    logs = sorted(folder.glob("*.log"))
    return "\n".join(f"--- {path.name}\n{path.read_text(errors='replace')[-SHOWN_OF_A_LOG:]}" for path in logs)
