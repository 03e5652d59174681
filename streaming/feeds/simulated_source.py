"""The simulator as a source of bars for the backtest: whole sessions, and the truth about every judged window."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.bar_sources import BarSource
from risk.quant.calendar import SimulatedClock
from risk.quant.cases import Cases
from risk.quant.universe import Universe
from streaming.feeds.simulated_history import simulated_bars
from streaming.feeds.simulated_market import MINUTES, SYMBOLS
from streaming.feeds.simulated_trading import IS_INDEX
from streaming.feeds.simulated_truth import PATHS, touch_truth

FIRST_SESSION: Final = 100_000  # far from any that the live simulator has reached
SEED: Final = 1973
_INSTRUMENTS: Final = {symbol: number for number, symbol in enumerate(SYMBOLS, start=1)}
_END_OF_TIME_US: Final = 2**62


def simulated_source(sessions: int, *, seed: int = SEED, paths: int = PATHS) -> BarSource:
    """Return the bars of so many whole sessions, numbered from FIRST_SESSION, with the truth about their windows.

    `paths` are drawn per window for the truth; its standard error is about .35 / sqrt(paths).  Raises ValueError for
    no session.
    """
    if sessions < 1:
        raise ValueError(f"a simulated source needs at least one session, was {sessions}")
    numbers = range(FIRST_SESSION, FIRST_SESSION + sessions)
    bars = [simulated_bars(seed, n, instruments=_INSTRUMENTS, before_us=_END_OF_TIME_US) for n in numbers]
    universe = Universe(np.array(list(_INSTRUMENTS.values()), dtype=np.int64), np.where(IS_INDEX, 0, 1).astype(np.int8))
    return BarSource(
        bars=np.concatenate(bars),
        universe=universe,
        symbols=SYMBOLS,
        clock=SimulatedClock(),
        truth=lambda cases: true_probabilities(cases, seed=seed, paths=paths),
    )


def true_probabilities(cases: Cases, *, seed: int, paths: int) -> NDArray[np.float64]:
    """Return the true probability [N] that each case touches its barrier.

    Instruments are numbered as in `simulated_source`.  Raises ValueError for a case whose window does not end at the
    longest horizon among the cases or at the close.
    """
    truth = np.full(len(cases), np.nan)
    horizon = int(cases.horizon.max(initial=1.0))
    if not np.array_equal(cases.horizon, np.minimum(horizon, MINUTES - cases.minute)):
        raise ValueError(f"every window must end after {horizon} minutes or at the close")
    for session in np.unique(cases.session_key).tolist():
        own = np.flatnonzero(cases.session_key == session)
        starts, row = np.unique(cases.minute[own], return_inverse=True)
        column = cases.instrument[own] - 1
        barrier = np.full((len(starts), len(SYMBOLS)), np.nan)
        barrier[row, column] = cases.barrier[own]
        found = touch_truth(seed, session, starts=starts, barrier=barrier, horizon=horizon, paths=paths)
        truth[own] = found.probability[row, column]
    return truth
