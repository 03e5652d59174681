"""Rows of the feature table that closed minutes and past sessions alone decide, as of the end of a minute."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.comovement import BLOCK_MINUTES, WEIGHT, co_movement
from risk.quant.daily_facts import DailyFacts
from risk.quant.feature_past import RANGE_SESSIONS, SESSION_DECAY, SPREAD_ROW, FeaturePast
from risk.quant.features import LIQUIDITY_WINDOWS, RANGES, RETURN_WINDOWS, TableWriter
from risk.quant.jumps import SESSIONS_A_YEAR
from risk.quant.liquidity import BUCKET_MINUTES, standardised
from risk.quant.session_tape import SessionTape
from risk.quant.trailing import (
    RealisedVariance,
    jumps_since_open,
    largest_jump_test,
    log_liquidity,
    realised_session,
    realised_window,
)

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

MINUTE_SECONDS: Final = 60.0


def put_returns(writer: TableWriter, tape: SessionTape, end: int) -> None:
    """Put realised and bipower variance and the jump share of each window."""
    for width in RETURN_WINDOWS:
        _put_realised(writer, str(width), realised_window(tape, end=end, width=width), width, _age(tape, end))
    _put_realised(writer, "session", realised_session(tape), max(end, 1), _age(tape, end))


def put_jumps(writer: TableWriter, tape: SessionTape, end: int) -> None:
    """Put the test of the newest minute, the largest of an hour, and the flags since the open."""
    age = _age(tape, end)
    newest, tested = largest_jump_test(tape, end=end, width=1)
    writer.put("jump_test", newest, n=tested, coverage=tested, age=age)
    largest, tested = largest_jump_test(tape, end=end, width=60)
    writer.put("jump_test_60", largest, n=tested, coverage=tested / 60, age=age)
    flags, tested = jumps_since_open(tape)
    writer.put("jumps_session", flags, n=tested, coverage=tested / max(end, 1), age=age)


def put_ranges(writer: TableWriter, daily: DailyFacts, tape: SessionTape, end: int) -> None:
    """Put the range estimators as volatilities per year of 252 sessions; today does not count yet."""
    age = (daily.sessions_behind * tape.minutes + end) * MINUTE_SECONDS
    for name in RANGES:
        n = daily.ranges.nights if name == "yang_zhang" else daily.ranges.sessions
        volatility = np.sqrt(SESSIONS_A_YEAR * getattr(daily.ranges, name))
        writer.put(name, volatility, n=n, coverage=n / RANGE_SESSIONS, age=age)


def put_liquidity(writer: TableWriter, past: FeaturePast, tape: SessionTape, end: int) -> None:
    """Put price impact and volume of each window against the quarter of an hour in which it ends."""
    bucket = min(max(end - 1, 0) // BUCKET_MINUTES, past.statistics.shape[1] - 1)
    usual, age = past.statistics[:, bucket], _age(tape, end)
    found = log_liquidity(tape, end=end, widths=LIQUIDITY_WINDOWS)
    z = standardised(found.logs, usual[:, :SPREAD_ROW])
    names = [(kind, width) for kind in ("amihud", "volume") for width in LIQUIDITY_WINDOWS]
    for row, (kind, width) in enumerate(names):
        writer.put(f"{kind}_z_{width}", z[row], n=found.n[row], coverage=found.n[row] / width, age=age)


def put_co_movement(writer: TableWriter, past: FeaturePast, tape: SessionTape, end: int) -> None:
    """Put beta, correlation and systematic share; n is the faded count of five-minute returns."""
    moments = SESSION_DECAY * past.moments + tape.blocks.sums(end)
    n = moments[WEIGHT]
    coverage = np.minimum(n * (1 - SESSION_DECAY) / (tape.minutes / BLOCK_MINUTES), 1.0)
    age = np.where(tape.sums[0] > 0, _age(tape, end), np.where(n > 0, end * MINUTE_SECONDS, np.nan))
    for name, value in co_movement(moments)._asdict().items():
        writer.put(name, value, n=n, coverage=coverage, age=age)


def _put_realised(writer: TableWriter, window: str, found: RealisedVariance, width: int, age: FloatArray) -> None:
    facts = {"n": found.n, "coverage": found.n / width, "age": age}
    writer.put(f"rv_{window}", found.realised, **facts)
    writer.put(f"bv_{window}", found.bipower, **facts)
    writer.put(f"jump_share_{window}", found.jump_share, **facts)


def _age(tape: SessionTape, end: int) -> FloatArray:
    """Return seconds since each symbol's last closed bar ended [S], NaN without one."""
    return np.where(tape.sums[0] > 0, (end - (tape.last_minute + 1)) * MINUTE_SECONDS, np.nan)
