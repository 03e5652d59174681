"""The simulated market's latent prices: one value per second and symbol, untied.

A minute's move is drawn first and its seconds given the move, so that a session's total needs no seconds.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from streaming.feeds.simulated_dynamics import generator, minute_deviation, opening_level, session_minutes
from streaming.feeds.simulated_market import MINUTES, SECONDS, SHOCKS, mixed

_SECONDS_STREAM = 3


@lru_cache(maxsize=2)
def simulate_prices(seed: int, session: int) -> NDArray[np.float64]:
    """Return the latent prices of the session in rupees: SECONDS rows, one column per symbol; read-only.

    A jump falls into the first second of its minute.
    """
    minutes = session_minutes(seed, session)
    seconds = generator(seed, _SECONDS_STREAM, session).standard_normal((MINUTES, 60, SHOCKS), dtype=np.float32)
    # Independent normals given that they add up to the minute's shock.
    surplus = seconds.sum(axis=1, dtype=np.float64) - minutes.shocks * np.sqrt(60.0)
    moves = seconds - (surplus / 60.0)[:, None, :]
    moves[:, 0] += minutes.jumps * np.sqrt(60.0)
    moves *= (minutes.volatility * minute_deviation()[:, None] / np.sqrt(60.0))[:, None, :]
    walk = np.cumsum(mixed(moves.reshape(SECONDS, SHOCKS)), axis=0)
    prices = np.exp(opening_level(seed, session) + walk)
    prices.flags.writeable = False
    return np.asarray(prices)
