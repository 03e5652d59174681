"""Where the time of a drain goes: the product's own functions, timed from outside, each without those it calls."""

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db.backends.base.base import BaseDatabaseWrapper

from alerts import services as alerts
from risk import record_services as records
from risk import rollup_services as rollups
from risk.quant.market import MarketFold
from streaming import pipeline, resumption, tick_log
from streaming.partition_fold import PartitionFold
from streaming.tick_log import TickLog

Function = Callable[..., Any]
STAGES: Final[tuple[tuple[str, object, str], ...]] = (
    ("read", TickLog, "read"),
    ("decode", tick_log, "_entries"),
    ("fold", PartitionFold, "take"),
    ("score", MarketFold, "scores"),
    ("write records", records, "_insert"),
    ("write latest rows", records, "_refresh_latest"),
    ("count", records, "_count"),
    ("sum minutes", rollups, "sum_up"),
    ("alerts", alerts, "judge_records"),
    ("bars", pipeline, "_keep_history"),
    ("state and cursor", resumption, "advance_cursor"),
    ("COMMIT", BaseDatabaseWrapper, "commit"),
)
REST: Final = "all else"


class Stopwatch:
    """Seconds by stage, of the wall clock and of this process's processor time; `all else` is what no stage took."""

    def __init__(self) -> None:
        names = [name for name, _, _ in STAGES]
        self.seconds, self.busy = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
        self._inner = [(0.0, 0.0)]

    def timed(self, stage: str, original: Function) -> Function:
        @functools.wraps(original)
        def watched(*values: Any, **named: Any) -> Any:
            self._inner.append((0.0, 0.0))
            began = _now()
            try:
                return original(*values, **named)
            finally:
                self._note(stage, began)

        return watched

    def _note(self, stage: str, began: tuple[float, float]) -> None:
        now, inner, outer = _now(), self._inner.pop(), self._inner.pop()
        took = now[0] - began[0], now[1] - began[1]
        self.seconds[stage] += took[0] - inner[0]
        self.busy[stage] += took[1] - inner[1]
        self._inner.append((outer[0] + took[0], outer[1] + took[1]))


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


@contextmanager
def watched_stages() -> Iterator[Stopwatch]:
    """Time every stage until the end of the block."""
    watch = Stopwatch()
    originals = [(owner, name, getattr(owner, name)) for _, owner, name in STAGES]
    for stage, owner, name in STAGES:
        setattr(owner, name, watch.timed(stage, getattr(owner, name)))
    began = _now()
    try:
        yield watch
    finally:
        ended = _now()
        for owner, name, original in originals:
            setattr(owner, name, original)
        watch.seconds[REST] = ended[0] - began[0] - sum(watch.seconds.values())
        watch.busy[REST] = ended[1] - began[1] - sum(watch.busy.values())
