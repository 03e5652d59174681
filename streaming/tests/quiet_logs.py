"""Tick logs of a market in which symbols fall silent or stand still."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import redis
from numpy.typing import NDArray

from risk.models import Instrument
from risk.quant.ticks import blank_ticks
from streaming.models import FeedRun
from streaming.tests.log_factories import OPEN, SECOND
from streaming.tick_entries import Kind
from streaming.tick_log import TickLog

Span = tuple[int, int]  # seconds from the beginning, the end excluded
EVERYBODY = range(3)


@dataclass(frozen=True)
class Trouble:
    """When which of the three symbols (by column) sends no ticks, and when it repeats its price."""

    silent: Mapping[int, Span] = field(default_factory=dict)
    frozen: Mapping[int, Span] = field(default_factory=dict)


def everybody(span: Span) -> Mapping[int, Span]:
    return dict.fromkeys(EVERYBODY, span)


def quiet_log(
    client: redis.Redis,
    prefix: str,
    *,
    run: FeedRun,
    seconds: int,
    trouble: Trouble,
    begin: int = OPEN,
    ends: bool = True,
) -> TickLog:
    """Append one entry a second, of ticks or a clock entry in silence; two ticks of each symbol that is heard."""
    log, random = TickLog(client, prefix=prefix), np.random.default_rng(7)
    ids = list(Instrument.objects.order_by("id").values_list("id", flat=True)[:3])
    log.append(0, run_id=run.pk, number=1, kind=Kind.RUN_START, log_time=begin, wall_time=begin)
    price = np.array([100.0, 200.0, 300.0])
    for second in range(1, seconds):
        at = begin + second * SECOND
        moving = np.array([not _inside(trouble.frozen, column, second) for column in EVERYBODY])
        price = np.where(moving, price + np.round(random.normal(0.0, 0.2, 3), 2), price)
        heard = [column for column in EVERYBODY if not _inside(trouble.silent, column, second)]
        ticks = _ticks([ids[column] for column in heard], price[heard], at, second)
        kind = Kind.TICKS if len(ticks) else Kind.CLOCK
        log.append(0, run_id=run.pk, number=second + 1, kind=kind, log_time=at, wall_time=at, ticks=ticks)
    if ends:
        end = begin + seconds * SECOND
        log.append(0, run_id=run.pk, number=seconds + 1, kind=Kind.RUN_END, log_time=end, wall_time=end)
    return log


def rounds(count: int) -> Callable[[], bool]:
    """Return an `is_over` that lets `count` reads happen."""
    left = iter(range(count))
    return lambda: next(left, None) is None


def _inside(spans: Mapping[int, Span], column: int, second: int) -> bool:
    start, end = spans.get(column, (0, 0))
    return start <= second < end


def _ticks(ids: list[int], price: NDArray[np.float64], at: int, second: int) -> NDArray[np.void]:
    ticks = blank_ticks(2 * len(ids))
    ticks["instrument"], ticks["last_price"] = np.repeat(ids, 2), np.repeat(price, 2)
    ticks["exchange_time"] = at - 20_000
    ticks["volume"] = 100.0 * second
    return ticks
