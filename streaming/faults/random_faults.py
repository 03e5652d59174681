"""A platform hurt at random while the simulated market runs; afterwards the database must be what the log says."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseProblem
from django.db import connection
from websockets.exceptions import WebSocketException

from audit import verification as chain
from audit.verification import Verification
from risk.services import partitions
from riskplatform import embedded
from streaming.comparison import Comparison
from streaming.faults import processes
from streaming.faults.account import Account, account_of
from streaming.faults.processes import wait_until
from streaming.faults.progress import is_folded
from streaming.faults.reader import Reader
from streaming.faults.stage import GOALS, PAUSES, Stage
from streaming.feed_pace import wall_clock_us
from streaming.models import FoldCursor
from streaming.tick_log import platform_log
from streaming.verification import compare_with_log

PATIENCE_SECONDS: Final = 180.0
QUIET_SECONDS: Final = (0.05, 2.0)  # between two faults
LOOK_SECONDS: Final = 0.25  # each look at the processes costs the machine something
ON_TOP: Final = 0.2  # of the faults: they do not wait until what the ones before killed has come back


@dataclass(frozen=True)
class Fault:
    """What was hurt, and the seconds from then (of a pause: from its end) to results that are newer.

    `on_top` says that something which an earlier fault had killed was not back yet.
    """

    kind: str
    seconds: float
    on_top: bool


@dataclass
class Suffered:
    """Every fault, and what is found afterwards."""

    faults: list[Fault] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    chain: Verification | None = None
    restarts: int = 0  # that the watchdog asked for

    @property
    def lost(self) -> int:
        return sum(account.lost for account in self.accounts)

    @property
    def is_equal(self) -> bool:
        """Whether nothing was lost, repeated or changed."""
        is_whole = self.chain is not None and self.chain.broken is None
        return all(found.is_equal for found in self.comparisons) and not self.lost and is_whole

    def recoveries(self, kind: str, *, on_top: bool = False) -> list[float]:
        """Return the recoveries of a kind of fault, ascending."""
        return sorted(fault.seconds for fault in self.faults if fault.kind == kind and fault.on_top == on_top)


def suffer(stage: Stage, *, faults: int, kinds: Sequence[str]) -> Suffered:
    """Hurt a platform that is well, each kind as often as the others in random order; then stop it and compare.

    Raises FaultRunFailed when nobody goes on.
    """
    suffered, order = Suffered(), [kinds[number % len(kinds)] for number in range(faults)]
    stage.chance.shuffle(order)
    for kind in order:
        time.sleep(stage.chance.uniform(*QUIET_SECONDS))
        suffered.faults.append(_suffer(stage, kind))
    suffered.restarts = stage.platform.log().count("the watchdog asked for it")
    stage.platform.stop()
    _judge(suffered, needs_store=stage.redis is None)
    return suffered


def _suffer(stage: Stage, kind: str) -> Fault:
    if stage.chance.random() >= ON_TOP:
        wait_until(stage.is_whole, seconds=PATIENCE_SECONDS, every=LOOK_SECONDS, what="every process to be back")
    on_top = not stage.is_whole()
    began, moment = time.monotonic(), wall_clock_us()
    stage.hurt(kind)
    if kind in PAUSES:
        began, moment = time.monotonic(), wall_clock_us()
    wait_until(lambda: _has_passed(moment), seconds=PATIENCE_SECONDS, what=f"results that are newer than {kind}")
    if kind == "web":
        wait_until(lambda: _is_served(stage), seconds=PATIENCE_SECONDS, what="a client to be served again")
    return Fault(kind, time.monotonic() - began, on_top)


def _has_passed(moment: int) -> bool:
    """Return whether every partition has committed what came behind this time of day (the simulator's log time)."""
    try:
        times = FoldCursor.objects.filter(partition__in=partitions()).values_list("log_time", flat=True)
        return len(times) == len(partitions()) and min(times) > moment
    except DatabaseProblem:
        connection.close()
        return False


def _is_served(stage: Stage) -> bool:
    """Return whether somebody can sign in, read by REST, and hear a new record on the socket."""
    reader = Reader(stage.platform.url, stage.platform.home, role="viewer")
    try:
        return reader.sign_in().status == 200 and reader.get("risk/live").status == 200 and reader.hears("risk_update")
    except (OSError, HTTPException, WebSocketException):
        return False


def _judge(suffered: Suffered, *, needs_store: bool) -> None:
    """Let a worker alone fold what is left of the log, then compare."""
    log = platform_log()
    with ExitStack() as stack:
        if needs_store:
            stack.enter_context(embedded.EmbeddedStore(settings.RISK_HOME))
        with ExitStack() as workers:
            processes.worker("last", workers)
            processes.beat(workers)
            wait_until(lambda: is_folded(log), seconds=PATIENCE_SECONDS, what="the cursors to reach the log's end")
        suffered.comparisons = [compare_with_log(log, partition=partition) for partition in partitions()]
        suffered.accounts = [account_of(log, partition) for partition in partitions()]
    suffered.chain = chain.verify()


def table(suffered: Suffered) -> list[str]:
    """Return how long each kind of fault took to recover from, beside its goal."""
    lines = [f"{'fault':<18}{'times':>6}{'median s':>10}{'worst s':>9}{'goal s':>8}"]
    for kind, goal in GOALS.items():
        if waits := suffered.recoveries(kind):
            lines.append(f"{kind:<18}{_figures(waits)}{goal or '–':>8}")
    if late := sorted(fault.seconds for fault in suffered.faults if fault.on_top):
        lines.append(f"{'on top of others':<18}{_figures(late)}{'–':>8}")
    return lines


def _figures(waits: list[float]) -> str:
    return f"{len(waits):>6}{waits[len(waits) // 2]:>10.1f}{waits[-1]:>9.1f}"
