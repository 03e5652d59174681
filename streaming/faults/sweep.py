"""A worker dies at each step of its work in turn; afterwards the database must be what the log says."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from django.conf import settings

from risk.services import partitions
from riskplatform.celery import app
from streaming.comparison import Comparison
from streaming.faults.orders import Orders
from streaming.faults.processes import Process, wait_until, worker
from streaming.faults.progress import is_folded, positions
from streaming.faults.short_market import ShortMarket
from streaming.tick_log import TickLog, platform_log
from streaming.verification import compare_with_log

DRAIN: Final = "streaming.drain"
WORKER: Final = "streaming.faults.worker"
PATIENCE_SECONDS: Final = 60.0
RING_EVERY_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Death:
    """A worker that died at `step`, and the seconds until all of its run was committed."""

    step: str
    seconds: float


@dataclass
class Swept:
    """Every death, and what the comparison of each partition says afterwards."""

    deaths: list[Death] = field(default_factory=list)
    ticks: int = 0
    comparisons: list[Comparison] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return all(found.is_equal for found in self.comparisons)


def sweep(*, steps: Sequence[str], repetitions: int, seed: int, sabotage: str | None = None) -> Swept:
    """Let the worker die `repetitions` times at each step, each time in a run of its own.

    The run of repetition n is appended in n pieces and the worker dies in the last, so that it dies in commits that
    begin a run and in such that continue one.  Raises FaultRunFailed when a step is not reached or nobody goes on.
    """
    orders, log, swept = Orders(settings.RISK_HOME / "run" / "orders"), platform_log(), Swept()
    options = ("--orders", str(orders.folder), *(("--sabotage", sabotage) if sabotage else ()))
    market = ShortMarket(log, seed=seed)
    with ExitStack() as stack:
        process = worker("worker", stack, app=WORKER, options=options)
        for repetition in range(1, repetitions + 1):
            for step in steps:
                swept.deaths.append(_die_at(step, process, orders, market, log, pieces=repetition))
    swept.ticks = market.ticks
    swept.comparisons = [compare_with_log(log, partition=partition) for partition in partitions()]
    return swept


def _die_at(step: str, process: Process, orders: Orders, market: ShortMarket, log: TickLog, *, pieces: int) -> Death:
    appending = market.pieces(pieces)
    for _ in range(pieces - 1):
        before = positions()
        next(appending)  # what lies behind its last record instant is folded, and committed with the next piece
        _wait_ringing(lambda: _have_moved(before), process, what=f"a commit before the death {step}")  # noqa: B023
    orders.give(step)
    next(appending)
    _wait_ringing(lambda: not orders.is_open, process, what=f"the worker to die {step}")
    began = time.monotonic()
    _wait_ringing(lambda: is_folded(log), process, what=f"a commit after the death {step}")
    return Death(step, time.monotonic() - began)


def _wait_ringing(condition: Callable[[], bool], process: Process, *, what: str) -> None:
    """Ring the doorbell as beat does until the condition holds."""
    rung = 0.0

    def holds() -> bool:
        nonlocal rung
        if condition():
            return True
        if time.monotonic() - rung > RING_EVERY_SECONDS:
            app.send_task(DRAIN, expires=2)
            rung = time.monotonic()
        return False

    wait_until(holds, seconds=PATIENCE_SECONDS, what=f"{what} ({process.name} {process.pid})")


def _have_moved(before: dict[int, str]) -> bool:
    """Return whether every partition was committed since."""
    now = positions()
    return all(now.get(partition, "") != before.get(partition, "") for partition in partitions())
