"""The variance that the simulated market truly expects, from the state that only the simulator knows."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from streaming.feeds.simulated_dynamics import (
    BETWEEN,
    CALM_MEMORY,
    DECAY,
    GAP,
    INSIDE,
    JUMP_RATE,
    JUMP_SIZE,
    calm,
    session_minutes,
)
from streaming.feeds.simulated_market import LOADINGS, MINUTES, seasonal_variance

FloatArray = NDArray[np.float64]

JUMP_SHARE: Final = JUMP_RATE / MINUTES * JUMP_SIZE**2  # of the variance without jumps


def expected_variance(seed: int, session: int, *, second: int, last_session: int) -> FloatArray:
    """Return the expected squared log move of each symbol from `second` of the session to the close of `last_session`.

    Exact given what had happened when the minute of `second` began: the square of a lognormal volatility has a closed
    form.  The slow pull of levels to their base is left out.  Raises ValueError when `last_session` is over.
    """
    if last_session < session:
        raise ValueError(f"the last session must not lie before {session}, was {last_session}")
    source = (1.0 + JUMP_SHARE) * _rest_of_session(seed, session, second)
    later = np.arange(1, last_session - session + 1)
    fading = CALM_MEMORY ** later[:, None]
    calms = np.exp(2.0 * fading * calm(seed, session) - 2.0 * (BETWEEN * fading) ** 2)
    source = source + ((1.0 + JUMP_SHARE) * calms + GAP**2).sum(axis=0)
    market, banking, own = LOADINGS**2
    return np.asarray(source[0] * market + source[1] * banking + source[2:] * own)


def _rest_of_session(seed: int, session: int, second: int) -> FloatArray:
    """Return the expected variance [SHOCKS] without jumps until the close, in ordinary sessions."""
    minute, passed = divmod(second, 60)
    share = seasonal_variance()[minute:] / MINUTES  # a copy
    share[0] *= 1.0 - passed / 60.0
    fading = DECAY ** np.arange(MINUTES - minute)[:, None]
    state = session_minutes(seed, session).wander[minute]
    mean = calm(seed, session) + INSIDE * fading * state - (BETWEEN**2 + INSIDE**2)
    squares = np.exp(2.0 * mean + 2.0 * INSIDE**2 * (1.0 - fading**2))
    return np.asarray((share[:, None] * squares).sum(axis=0))
