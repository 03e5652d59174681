"""The true probability that a simulated symbol touches a barrier, for one who knows the state of the market.

Known are the latent price, the volatility of every source and the last traded price at the window's start; unknown
is all that the generator has yet to draw.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streaming.feeds.simulated_dynamics import calm, generator, session_minutes
from streaming.feeds.simulated_market import MINUTES, TRAITS
from streaming.feeds.simulated_paths import simulate_prices
from streaming.feeds.simulated_session import session_bars
from streaming.feeds.simulated_survival import Future, Walls, survival_chances
from streaming.feeds.simulated_trading import touching_prices

FloatArray = NDArray[np.float64]

PATHS: Final = 1_000
_STREAM: Final = 5


class TouchTruth(NamedTuple):
    """Probability and its standard error [windows, symbols]; NaN where no barrier was asked for or no price known."""

    probability: FloatArray
    standard_error: FloatArray


def touch_truth(
    seed: int, session: int, *, starts: NDArray[np.int64], barrier: FloatArray, horizon: int, paths: int = PATHS
) -> TouchTruth:
    """Return the true probability that later highs or lows lie `barrier` or more from the last close, in logs.

    `starts` [W] are minutes from the open; a window ends `horizon` minutes later or at the close.  `barrier` [W, S],
    one column per symbol of SYMBOLS, NaN where it is not asked for.  Each window has random numbers of its own, the
    same at every call.  Raises ValueError for a start outside the session, a barrier that is not positive, a shape
    that does not fit, and a horizon or number of paths below 1 and 2.

    The move inside a minute is exact for continuous monitoring far from the other wall; the correction for printing
    at seconds only is that of Broadie, Glasserman and Kou (1997), in the form for prints at random seconds.
    """
    _check(starts, barrier, horizon=horizon, paths=paths)
    minutes, latent = session_minutes(seed, session), np.log(simulate_prices(seed, session))
    closes = last_closes(session_bars(seed, session).close)
    probability, error = np.full(barrier.shape, np.nan), np.full(barrier.shape, np.nan)
    for row, start in enumerate(starts.tolist()):
        asked = np.isfinite(barrier[row]) & (closes[start - 1] > 0)
        above, below = touching_prices(np.where(asked, closes[start - 1], 100.0), np.where(asked, barrier[row], 1.0))
        walls = Walls(np.log(above) - latent[60 * start - 1], latent[60 * start - 1] - np.log(below))
        survival = survival_chances(
            generator(seed, _STREAM, session, start),
            Future(minutes, calm(seed, session), start, min(start + horizon, MINUTES)),
            walls=walls,
            paths=paths,
        )
        probability[row, asked] = 1.0 - survival.mean(axis=0, dtype=np.float64)[asked]
        error[row, asked] = survival.std(axis=0, ddof=1, dtype=np.float64)[asked] / np.sqrt(paths)
    return TouchTruth(probability, error)


def last_closes(closes: NDArray[np.int64]) -> FloatArray:
    """Return closes in paise [minutes, symbols] with minutes without a tick filled by the last close, 0 before any."""
    known = np.where(closes > 0, np.arange(len(closes))[:, None], 0)
    return np.take_along_axis(closes, np.maximum.accumulate(known, axis=0), axis=0).astype(np.float64)


def _check(starts: NDArray[np.int64], barrier: FloatArray, *, horizon: int, paths: int) -> None:
    if barrier.shape != (len(starts), len(TRAITS)):
        raise ValueError(f"barrier must have shape {(len(starts), len(TRAITS))}, had {barrier.shape}")
    if len(starts) and not (starts.min() >= 1 and starts.max() < MINUTES):
        raise ValueError(f"starts must lie in 1..{MINUTES - 1}, were {starts.min()}..{starts.max()}")
    if (barrier <= 0).any():
        raise ValueError(f"barrier must be positive, was {np.nanmin(barrier)}")
    if horizon < 1 or paths < 2:
        raise ValueError(f"needs a horizon of 1 minute and 2 paths at least, were {horizon} and {paths}")
