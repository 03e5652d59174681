"""The simulated market behind the ticks: twenty price paths per session, one value per second.

Every session is a function of (seed, session number) alone, so that any of them can be made at any
time and in any order.  A path is a random walk with a common factor, a banking factor, volatility
that wanders (and rises when prices fall), a U-shaped day and jumps; it is tied at both ends to a
level that is itself a function of (seed, session), so that sessions join.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

MINUTES: Final = 375
SECONDS: Final = MINUTES * 60


class Traits(NamedTuple):
    """How one symbol moves and trades."""

    symbol: str
    price: float  # rupees, around which the level wanders
    market: float  # volatility per session from the common factor, as a fraction
    banking: float  # from the banking factor
    own: float  # from nothing else
    activity: float  # ticks per second; 1 for an index, which is published every second
    turnover: float  # shares traded per session; 0 for an index

    @property
    def is_index(self) -> bool:
        """Indices are published, not traded: no volume, no quotes."""
        return self.turnover == 0.0


TRAITS: Final = (
    Traits("NIFTY", 24500.0, 0.0080, 0.0015, 0.0010, 1.0, 0.0),
    Traits("BANKNIFTY", 52000.0, 0.0085, 0.0055, 0.0015, 1.0, 0.0),
    Traits("RELIANCE", 1420.0, 0.0085, 0.0, 0.0090, 0.85, 9.0e6),
    Traits("TCS", 3350.0, 0.0065, 0.0, 0.0090, 0.55, 2.2e6),
    Traits("INFY", 1560.0, 0.0080, 0.0, 0.0100, 0.70, 6.5e6),
    Traits("HDFCBANK", 1720.0, 0.0080, 0.0060, 0.0060, 0.85, 1.2e7),
    Traits("ICICIBANK", 1290.0, 0.0085, 0.0065, 0.0065, 0.80, 1.1e7),
    Traits("SBIN", 815.0, 0.0100, 0.0070, 0.0090, 0.80, 1.5e7),
    Traits("HINDUNILVR", 2480.0, 0.0050, 0.0, 0.0095, 0.45, 1.6e6),
    Traits("ITC", 428.0, 0.0055, 0.0, 0.0085, 0.60, 1.3e7),
    Traits("LT", 3580.0, 0.0090, 0.0, 0.0095, 0.50, 1.9e6),
    Traits("BAJFINANCE", 7150.0, 0.0105, 0.0060, 0.0115, 0.55, 1.0e6),
    Traits("MARUTI", 12350.0, 0.0080, 0.0, 0.0110, 0.40, 4.0e5),
    Traits("ASIANPAINT", 2460.0, 0.0060, 0.0, 0.0110, 0.40, 1.0e6),
    Traits("NESTLEIND", 2310.0, 0.0045, 0.0, 0.0090, 0.30, 7.0e5),
    Traits("KOTAKBANK", 1880.0, 0.0075, 0.0060, 0.0080, 0.55, 3.5e6),
    Traits("AXISBANK", 1140.0, 0.0095, 0.0070, 0.0085, 0.65, 7.5e6),
    Traits("TATAMOTORS", 905.0, 0.0110, 0.0, 0.0125, 0.75, 1.3e7),
    Traits("HDFC", 2730.0, 0.0080, 0.0055, 0.0075, 0.55, 3.0e6),
    Traits("M&M", 2890.0, 0.0090, 0.0, 0.0115, 0.55, 2.4e6),
)
SYMBOLS: Final = tuple(trait.symbol for trait in TRAITS)
_COUNT: Final = len(TRAITS)
_LOADINGS: Final = np.array([(trait.market, trait.banking, trait.own) for trait in TRAITS])
_SHOCKS: Final = _COUNT + 2  # market, banking, then one of its own per symbol

_MEMORY: Final = 0.985  # of a level from one session to the next
_CALM_MEMORY: Final = 0.85  # of volatility from one session to the next
_HISTORY: Final = 512  # sessions that a level looks back on: 0.985^512 < 0.001
_VOLATILITY_HALF_LIFE: Final = 45.0  # minutes
_VOLATILITY_SPREAD: Final = (0.30, 0.40)  # standard deviation of log volatility: between, inside sessions
_LEVERAGE: Final = -0.5
_JUMPS: Final = (0.4, 7.0)  # per session and source; size in ordinary minutes
_OVERNIGHT: Final = 0.10  # gap at the open, in session volatilities


def seasonal_variance() -> NDArray[np.float64]:
    """Return the share of each minute of the session in its variance, with mean 1: high, low, then higher."""
    minute = np.arange(MINUTES)
    shape = 0.62 + 2.6 * np.exp(-minute / 14.0) + 0.75 * np.exp(-(MINUTES - 1 - minute) / 28.0)
    return np.asarray(shape / shape.mean())


@dataclass(frozen=True, slots=True)
class _Levels:
    start: NDArray[np.float64]  # log level at the open, per symbol
    end: NDArray[np.float64]  # log level at the close
    calm: NDArray[np.float64]  # log volatility of the session, per shock


def simulate_prices(seed: int, session: int) -> NDArray[np.float64]:
    """Return the latent prices of the session in rupees: SECONDS rows, one column per symbol of TRAITS."""
    levels = _levels(seed, session)
    random = np.random.Generator(np.random.PCG64([seed, 1, session % 2**32]))
    shocks = random.standard_normal((MINUTES, 60, _SHOCKS), dtype=np.float32)
    market = shocks[:, :, 0].sum(axis=1, dtype=np.float64) / np.sqrt(60.0)
    volatility = np.exp(levels.calm + _wandering(random, market=market))  # minute by shock
    scale = volatility * np.sqrt(seasonal_variance() / SECONDS)[:, None]
    shocks[:, 0] += _jumps(random)
    moves = (shocks * scale[:, None, :].astype(np.float32)).reshape(SECONDS, _SHOCKS)
    walk = np.cumsum(moves.astype(np.float64) @ _mixing(), axis=0)
    passed = np.repeat(np.cumsum(seasonal_variance()) / MINUTES, 60)
    passed += (np.tile(np.arange(1, 61), MINUTES) - 60) / 60.0 * np.repeat(seasonal_variance(), 60) / MINUTES
    walk += passed[:, None] * (levels.end - levels.start - walk[-1])
    return np.asarray(np.exp(levels.start + walk))


def _wandering(random: np.random.Generator, *, market: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return log volatility around the session's own, minute by shock, with half-life 45 minutes.

    `market` is the common shock of each minute: a fall raises volatility from the next minute on.
    The mean of the squared volatility over sessions is 1.
    """
    decay = 0.5 ** (1.0 / _VOLATILITY_HALF_LIFE)
    noise = random.standard_normal((MINUTES, _SHOCKS))
    noise[1:, 0] = _LEVERAGE * market[:-1] + np.sqrt(1.0 - _LEVERAGE**2) * noise[1:, 0]
    noise[:, 1:] = 0.6 * noise[:, :1] + 0.8 * noise[:, 1:]
    noise[0] /= np.sqrt(1.0 - decay**2)  # begins in its stationary state
    wander = lfilter([1.0], [1.0, -decay], noise, axis=0) * np.sqrt(1.0 - decay**2)
    between, inside = _VOLATILITY_SPREAD
    return np.asarray(wander * inside - (between**2 + inside**2))


def _jumps(random: np.random.Generator) -> NDArray[np.float32]:
    rate, size = _JUMPS
    happens = random.random((MINUTES, _SHOCKS)) < rate / MINUTES
    sizes = random.standard_normal((MINUTES, _SHOCKS)) * size * np.sqrt(60.0)
    return np.where(happens, sizes, 0.0).astype(np.float32)


def _mixing() -> NDArray[np.float64]:
    """Return the matrix from shocks to log returns of symbols."""
    return np.vstack([_LOADINGS[:, 0], _LOADINGS[:, 1], np.diag(_LOADINGS[:, 2])])


def _levels(seed: int, session: int) -> _Levels:
    """Return where the session begins and ends: a slowly reverting walk over the sessions before it.

    A weighted sum of the past innovations of (seed, session) needs no state, and its steps are as
    large as a session's own moves, so tying a path to it leaves the path's statistics as they are.
    """
    shocks = _session_shocks(seed, session)  # newest last, up to and with this session
    weights = _MEMORY ** np.arange(_HISTORY - 1, -1, -1.0)
    base = np.log([trait.price for trait in TRAITS])
    moves = shocks[:, :_SHOCKS] @ _mixing()
    start, end = base + weights @ moves[:-1], base + weights @ moves[1:]
    gap = _OVERNIGHT * _LOADINGS.sum(axis=1) * shocks[-1, _SHOCKS : _SHOCKS + _COUNT]
    calm_weights = _CALM_MEMORY ** np.arange(_HISTORY - 1, -1, -1.0) * np.sqrt(1.0 - _CALM_MEMORY**2)
    calm = calm_weights @ shocks[1:, _SHOCKS + _COUNT :]
    calm[1:] = 0.6 * calm[0] + 0.8 * calm[1:]
    return _Levels(start=start + gap, end=end, calm=_VOLATILITY_SPREAD[0] * calm)


def _session_shocks(seed: int, session: int) -> NDArray[np.float64]:
    """Return the innovations of the sessions up to and with this one, newest last: _HISTORY + 1 rows."""
    width = 2 * _SHOCKS + _COUNT
    block, position = divmod(session, _HISTORY)
    drawn = [_block(seed, number, width=width) for number in (block - 1, block)]
    newest = _HISTORY + position
    return np.concatenate(drawn)[newest - _HISTORY : newest + 1]


@lru_cache(maxsize=4)
def _block(seed: int, number: int, *, width: int) -> NDArray[np.float64]:
    random = np.random.Generator(np.random.PCG64([seed, 0, number % 2**32]))
    return random.standard_normal((_HISTORY, width))
