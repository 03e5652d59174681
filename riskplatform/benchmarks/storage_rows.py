"""Realistic records for the storage benchmark: scores that wander, with a market in common, and few of them high."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from risk import rollup_services as rollups
from risk.models import RiskRecord
from risk.record_services import SCORED_COLUMNS, SEVERITIES
from risk.storage import Row, insert_rows

SYMBOLS: Final = 500
RUN: Final = 1
BEGIN: Final = datetime(2026, 1, 5, 3, 45, tzinfo=UTC)
SECONDS: Final = 300  # of one portion: a rollup of the market
# Between two records of a symbol: ten million records of 500 symbols last longer than a day, which statistics look at.
CYCLE_SECONDS: Final = 5
CYCLES: Final = SECONDS // CYCLE_SECONDS
THRESHOLDS: Final = (0.3, 0.5, 0.8, 0.9)
_REASONS: Final = '{"base": 0.12, "recent_moves": 0.01, "volatility": 0.02, "jump": 0.0, "liquidity": 0.003}'
_REST: Final = ("OK", 0.0052, 0.004, 0.00171, 60.0, "bench", "bench", 1, _REASONS)


def fill(first_second: int, seconds: int, *, ids: list[int]) -> None:
    """Store a record per cycle and symbol, and their rollups; `seconds` are whole portions of 300."""
    for begin in range(first_second, first_second + seconds, SECONDS):
        scores = _scores(begin)
        levels = np.searchsorted(THRESHOLDS, scores, side="right")
        insert_rows(RiskRecord, ("id", "instrument_id", *SCORED_COLUMNS), list(_records(begin, scores, levels, ids)))
        since, bounds = microseconds(begin), (64 * begin * SYMBOLS, 64 * ((begin + SECONDS) * SYMBOLS - 1))
        counted = rollups.Counted(RUN, since, *bounds, scores.ravel(), levels.ravel())
        rollups.count_instants([counted], partition=0)
        rollups.sum_up(run=RUN, partition=0, instruments=ids, since=since, until=since + SECONDS * 1_000_000)


def record_rows(second: int, *, ids: list[int]) -> list[Row]:
    """Return the rows of one cycle, in the columns that `fill` writes."""
    scores = _scores(second)[:1]
    return list(_records(second, scores, np.searchsorted(THRESHOLDS, scores, side="right"), ids))


def microseconds(second: int) -> int:
    """Return the instant of a second since BEGIN in microseconds UTC."""
    return (int(BEGIN.timestamp()) + second) * 1_000_000


def _at(second: int) -> datetime:
    return BEGIN + timedelta(seconds=second)


def _scores(begin: int) -> NDArray[np.float64]:
    """Return [cycle, symbol]: log-odds that move slowly, so that a high score lasts, around a level in common."""
    random = np.random.default_rng(begin)
    market = 0.4 * np.sin(2 * np.pi * begin / 6000)
    levels = -2.0 + market + 0.9 * random.standard_normal(SYMBOLS)
    steps = np.cumsum(0.03 * random.standard_normal((CYCLES, SYMBOLS)), axis=0)
    return np.asarray(1.0 / (1.0 + np.exp(-(levels + steps))))


def _records(
    begin: int, scores: NDArray[np.float64], levels: NDArray[np.intp], ids: list[int]
) -> Iterator[tuple[Any, ...]]:
    for offset, (own, severities) in enumerate(zip(scores.tolist(), levels.tolist(), strict=True)):
        second = begin + offset * CYCLE_SECONDS
        at, first = _at(second), second * SYMBOLS
        for place, (score, level) in enumerate(zip(own, severities, strict=True)):
            pk = 64 * (first + place)
            yield pk, ids[place], RUN, at, at, "2450.5000", "2400.0000", score, SEVERITIES[level].value, *_REST
