"""A worker and beat of one's own, for a replay on a machine where the platform does not run."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from streaming import services
from streaming.models import Heartbeat

STOP_SECONDS: Final = 10.0
_FRESH_SECONDS: Final = 10.0
_WATCH_SECONDS: Final = 3.0


def a_worker_runs() -> bool:
    """Return whether some worker drains the log: its heartbeat moves while we look."""
    first = _last_beat()
    if first is None or (timezone.now() - first).total_seconds() > _FRESH_SECONDS:
        return False
    deadline = time.monotonic() + _WATCH_SECONDS
    while time.monotonic() < deadline:
        if _last_beat() != first:
            return True
        time.sleep(0.1)
    return False


class LocalWorker:
    """`with LocalWorker():` runs a worker and beat that end with the block; their output goes to RISK_HOME/logs."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[bytes]] = []
        self._files: list[IO[bytes]] = []
        self._schedule = tempfile.TemporaryDirectory(prefix="risk-beat-")

    def __enter__(self) -> Self:
        place = Path(self._schedule.name)
        beat = ("beat", "-l", "WARNING", f"--schedule={place / 'schedule'}", f"--pidfile={place / 'beat.pid'}")
        pool = ("-Q", "drain,default", "-c", "1", "--without-gossip", "--without-mingle", "-l", "WARNING")
        self._start("replay-worker", ("worker", "-n", f"replay-{os.getpid()}@%h", *pool))
        self._start("replay-beat", beat)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._processes:
            _wait_or_kill(process, deadline)
        for file in self._files:
            file.close()
        self._schedule.cleanup()

    def died(self) -> str | None:
        """Return a sentence about a process that ended by itself, None while both live."""
        for process, file in zip(self._processes, self._files, strict=True):
            if process.poll() is not None:
                return f"the worker's process ended with code {process.returncode}: see {file.name}"
        return None

    def _start(self, name: str, arguments: tuple[str, ...]) -> None:
        logs = settings.RISK_HOME / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        file = (logs / f"{name}.log").open("ab")
        self._files.append(file)
        command = (sys.executable, "-m", "celery", "-A", "riskplatform", *arguments)
        self._processes.append(
            subprocess.Popen(
                command,
                cwd=settings.BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,  # Ctrl-C is ours to pass on, and the pool's children end with the group
                env={**os.environ, "RISK_HOME": str(settings.RISK_HOME), "SECRET_KEY": settings.SECRET_KEY},
            )
        )


def _last_beat() -> datetime | None:
    last: datetime | None = Heartbeat.objects.filter(name__startswith=f"{services.WORKER}:").aggregate(
        last=Max("beat_at")
    )["last"]
    return last


def _wait_or_kill(process: subprocess.Popen[bytes], deadline: float) -> None:
    try:
        process.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
