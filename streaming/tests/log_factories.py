"""A small market in a real tick log: one run, three instruments, an entry every 100 ms."""

import numpy as np
import redis

from risk.models import Instrument
from risk.quant.ticks import blank_ticks
from streaming import services
from streaming.models import FeedRun
from streaming.tick_entries import Kind
from streaming.tick_log import TickLog

SECOND = 1_000_000
SESSION = 375 * 60 * SECOND
NUMBER = 75_556
OPEN = NUMBER * SESSION


def make_run() -> FeedRun:
    return services.open_run(source="simulated", description="made for a test", session=NUMBER)


def fill_log(client: redis.Redis, prefix: str, *, run: FeedRun, seconds: float, begin: int = OPEN) -> TickLog:
    """Append a run-start entry, entries of ticks (every third one silent), and a run-end entry."""
    log, random = TickLog(client, prefix=prefix), np.random.default_rng(run.pk)
    ids = np.array(Instrument.objects.order_by("id").values_list("id", flat=True)[:3])
    log.append(0, run_id=run.pk, number=1, kind=Kind.RUN_START, log_time=begin, wall_time=begin, ticks=blank_ticks(0))
    number = 1
    for step in range(1, round(seconds * 10)):
        number += 1
        at = begin + step * SECOND // 10
        ticks = blank_ticks(0 if step % 3 == 0 else len(ids))
        ticks["instrument"] = ids[: len(ticks)]
        ticks["exchange_time"] = at - 20_000
        ticks["last_price"] = np.round(100.0 * np.exp(random.normal(0.0, 1e-3, len(ticks))), 2)
        kind = Kind.TICKS if len(ticks) else Kind.CLOCK
        log.append(0, run_id=run.pk, number=number, kind=kind, log_time=at, wall_time=at, ticks=ticks)
    end = begin + round(seconds * SECOND)
    log.append(
        0, run_id=run.pk, number=number + 1, kind=Kind.RUN_END, log_time=end, wall_time=end, ticks=blank_ticks(0)
    )
    return log
