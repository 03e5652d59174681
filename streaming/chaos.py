"""Kill the real worker at random while ticks flow, then hold every record against a fault-free fold of the same log."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from django.conf import settings

from streaming.comparison import Comparison
from streaming.models import FoldCursor
from streaming.tick_log import platform_log
from streaming.verification import compare_with_log

Target = Literal["worker", "pool child"]
CELERY = (sys.executable, "-m", "celery", "-A", "riskplatform")


@dataclass
class Outcome:
    """What was killed, how long each recovery took (kill to the next commit), and whether the facts agree."""

    kills: dict[Target, int] = field(default_factory=lambda: {"worker": 0, "pool child": 0})
    recovery_seconds: list[float] = field(default_factory=list)
    comparison: Comparison = field(default_factory=Comparison)


def run_kills(*, kills: int, seed: int) -> Outcome:
    """Run feed, beat and worker on the configured stores; kill `kills` times; stop the feed; compare."""
    outcome, chance = Outcome(), random.Random(seed)
    with ExitStack() as stack:
        stack.enter_context(
            _process("beat", (*CELERY, "beat", "-l", "WARNING", "-s", str(_run_folder() / "kill-beat")))
        )
        feed = stack.enter_context(_process("feed", (sys.executable, "manage.py", "run_feed")))
        worker = _Worker()
        stack.callback(worker.stop)
        _wait_for_commit_after("0-0", seconds=60)
        for _ in range(kills):
            time.sleep(chance.uniform(0.05, 2.0))
            position, began = _position(), time.monotonic()
            outcome.kills[worker.kill(chance)] += 1
            _wait_for_commit_after(position, seconds=60)
            outcome.recovery_seconds.append(time.monotonic() - began)
        feed.terminate()
        feed.wait(timeout=20)
        log = platform_log()
        head = log.head(0)
        assert head is not None
        _wait_until(lambda: _position() == head.id, seconds=60, what=f"the cursor to reach {head.id}")
        outcome.comparison = compare_with_log(log)
    return outcome


class _Worker:
    def __init__(self) -> None:
        self._stack = ExitStack()
        self._start()

    def kill(self, chance: random.Random) -> Target:
        """SIGKILL the worker or one of its pool children; a dead worker is started again, as the supervisor does."""
        children = _children(self._process.pid)
        if children and chance.random() < 0.5:
            os.kill(chance.choice(children), signal.SIGKILL)
            return "pool child"
        self._process.kill()
        self._process.wait()
        self._stack.close()
        self._start()
        return "worker"

    def stop(self) -> None:
        self._stack.close()

    def _start(self) -> None:
        pool = ("worker", "-Q", "drain,default", "-c", "2", "--without-gossip", "--without-mingle", "-l", "WARNING")
        self._process = self._stack.enter_context(_process("worker", (*CELERY, *pool)))


@contextmanager
def _process(name: str, command: tuple[str, ...]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process in a session of its own; its whole group goes when the block ends."""
    with (_run_folder() / f"kill-{name}.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=log, stderr=log, start_new_session=True)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _children(process: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def _run_folder() -> Path:
    folder: Path = settings.RISK_HOME / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _position() -> str:
    return str(FoldCursor.objects.values_list("position", flat=True).filter(pk=0).first() or "0-0")


def _wait_for_commit_after(position: str, *, seconds: float) -> None:
    _wait_until(lambda: _position() != position, seconds=seconds, what=f"a commit after {position}")


def _wait_until(condition: Callable[[], bool], *, seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}; the logs are in {_run_folder()}")
        time.sleep(0.05)
