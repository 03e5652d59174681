"""Futures of the simulated market: expiries, carry, and a basis that wanders a little around it.

The simulator's year has 252 sessions and nothing between them; contracts expire at the close of a session.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from streaming.feeds.simulated_dynamics import generator
from streaming.feeds.simulated_market import MINUTES, SECONDS, TRAITS
from streaming.feeds.simulated_paths import simulate_prices

FloatArray = NDArray[np.float64]

SESSIONS_A_YEAR: Final = 252
WEEK: Final = 5  # sessions between expiries of index options
MONTH: Final = 20  # sessions between expiries of futures and of share options
RATE: Final = 0.06  # a year, continuously compounded
DIVIDEND_YIELD: Final = 0.012
BASIS_NOISE: Final = 0.0002  # deviation of the log basis around the carry
BASIS_HALF_LIFE: Final = 20.0  # minutes
_STREAM: Final = 6


def next_expiry(session: int, *, every: int) -> int:
    """Return the session at whose close the contract nearest to its end expires; it may be this session."""
    return session + (every - 1 - session) % every


def years_to_expiry(session: int, *, second: int, expiry_session: int) -> float:
    """Return the time from the beginning of the second to the close of the expiry session, never 0.

    Raises ValueError when that close is past.
    """
    if expiry_session < session:
        raise ValueError(f"the contract must not have expired before session {session}, expired in {expiry_session}")
    return (expiry_session - session + 1 - second / SECONDS) / SESSIONS_A_YEAR


def futures_prices(seed: int, session: int, *, expiry_session: int | None = None) -> FloatArray:
    """Return the futures prices of a session in rupees [SECONDS, symbols]: S exp((r - q) T + noise).

    Of the near monthly future, unless another expiry session is given; the noise is the same for every expiry.
    """
    expiry = next_expiry(session, every=MONTH) if expiry_session is None else expiry_session
    opening = years_to_expiry(session, second=0, expiry_session=expiry)
    years = opening - np.arange(SECONDS) / SECONDS / SESSIONS_A_YEAR
    carry = (RATE - DIVIDEND_YIELD) * years
    return np.asarray(simulate_prices(seed, session) * np.exp(carry[:, None] + basis_noise(seed, session)))


@lru_cache(maxsize=2)
def basis_noise(seed: int, session: int) -> FloatArray:
    """Return the log basis beyond the carry [SECONDS, symbols], normal with deviation BASIS_NOISE; read-only.

    Drawn once a minute with the half-life BASIS_HALF_LIFE and interpolated; each session begins anew.
    """
    decay = 0.5 ** (1.0 / BASIS_HALF_LIFE)
    drawn = generator(seed, _STREAM, session).standard_normal((MINUTES + 1, len(TRAITS)))
    drawn[0] /= np.sqrt(1.0 - decay**2)
    state = lfilter([1.0], [1.0, -decay], drawn, axis=0) * np.sqrt(1.0 - decay**2)
    part = (np.arange(60) / 60.0)[:, None]
    seconds = state[:-1, None] * (1.0 - part) + state[1:, None] * part
    noise = BASIS_NOISE * seconds.reshape(SECONDS, len(TRAITS))
    noise.flags.writeable = False
    return np.asarray(noise)
