"""How the simulated market's volatility and levels move: minute by minute, session by session.

Everything is a function of (seed, session).  A session's volatility is its own calm, which remembers
the sessions before it, times a wandering inside the session, which rises after the market falls.  Its
level is the decaying sum of what the sessions before it moved, overnight gaps included, so that nothing
inside a session knows where the session will end.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from streaming.feeds.simulated_market import MINUTES, SHOCKS, TRAITS, mixed, seasonal_variance

FloatArray = NDArray[np.float64]
Real = TypeVar("Real", np.float32, np.float64)

LEVEL_MEMORY: Final = 0.98  # of a level from one session to the next: the gap takes back 2 % of the distance
CALM_MEMORY: Final = 0.85  # of log volatility from one session to the next
VOLATILITY_HALF_LIFE: Final = 45.0  # minutes
DECAY: Final = 0.5 ** (1.0 / VOLATILITY_HALF_LIFE)
BETWEEN, INSIDE = 0.30, 0.40  # standard deviation of log volatility between sessions and inside one
LEVERAGE: Final = -0.5  # correlation of the market's minute with the next innovation of its volatility
SHARED, UNSHARED = 0.6, 0.8  # how much of every volatility innovation is the market's, and how much is not
JUMP_RATE: Final = 0.4  # per session and source
JUMP_SIZE: Final = 7.0  # in deviations of the minute it happens in
GAP: Final = 0.20  # overnight deviation, in session volatilities

_LEVEL_SESSIONS: Final = 256  # that a level looks back on: 0.98^256 < 0.006
_CALM_SESSIONS: Final = 64  # that a volatility looks back on: 0.85^64 < 0.0001
_BLOCK: Final = 256  # sessions whose innovations are drawn together
_LEVELS_STREAM, _MINUTES_STREAM = 0, 1


@dataclass(frozen=True, slots=True)
class SessionMinutes:
    """What happens in each minute of one session to each source, arrays [MINUTES, SHOCKS].

    `volatility` is a multiple of the ordinary one (mean square over sessions 1) and `wander` its state inside the
    session; `shocks` (standard normal) and `jumps` (mostly 0) are in deviations of the minute.
    """

    volatility: FloatArray
    wander: FloatArray
    shocks: FloatArray
    jumps: FloatArray

    def moves(self) -> FloatArray:
        """Return the log move of each minute [MINUTES, symbols]."""
        return mixed((self.shocks + self.jumps) * self.volatility * minute_deviation()[:, None])


def minute_deviation() -> FloatArray:
    """Return the ordinary deviation of each minute [MINUTES], in session volatilities."""
    return np.sqrt(seasonal_variance() / MINUTES)


def generator(seed: int, stream: int, *numbers: int) -> np.random.Generator:
    """Return the random numbers of one purpose (`stream`) and place in time; numbers may be negative."""
    return np.random.Generator(np.random.PCG64([seed, stream, *(number % 2**32 for number in numbers)]))


def session_minutes(seed: int, session: int) -> SessionMinutes:
    """Return the session's minutes; the mean of the squared volatility over sessions is 1."""
    random = generator(seed, _MINUTES_STREAM, session)
    shocks = random.standard_normal((MINUTES, SHOCKS))
    wander = _wandering(random.standard_normal((MINUTES, SHOCKS)), market=shocks[:, 0])
    happens = random.random((MINUTES, SHOCKS)) < JUMP_RATE / MINUTES
    jumps = np.where(happens, random.standard_normal((MINUTES, SHOCKS)) * JUMP_SIZE, 0.0)
    volatility = np.exp(calm(seed, session) + log_volatility(wander))
    return SessionMinutes(volatility, wander, shocks, jumps)


def log_volatility(wander: NDArray[Real]) -> NDArray[Real]:
    """Return log volatility without the session's calm, of the wandering's state (standard normal at rest)."""
    logarithm: NDArray[Real] = INSIDE * wander - (BETWEEN**2 + INSIDE**2)
    return logarithm


def calm(seed: int, session: int) -> FloatArray:
    """Return the session's own log volatility [SHOCKS], normal with deviation BETWEEN."""
    drawn = _innovations(seed, session, count=_CALM_SESSIONS)[:, SHOCKS:]
    state = _decayed(drawn, CALM_MEMORY) * np.sqrt(1.0 - CALM_MEMORY**2)
    state[1:] = SHARED * state[0] + UNSHARED * state[1:]
    return np.asarray(BETWEEN * state)


def opening_level(seed: int, session: int) -> FloatArray:
    """Return the log price of each symbol just before the session's first second.

    It is the base plus the decaying sum of the steps of the sessions before, and this session's gap.
    """
    steps = np.array([_step(seed, number) for number in range(session - _LEVEL_SESSIONS + 1, session)])
    base = np.log([trait.price for trait in TRAITS])
    return np.asarray(base + LEVEL_MEMORY * _decayed(steps, LEVEL_MEMORY) + _gap(seed, session))


@lru_cache(maxsize=4 * _LEVEL_SESSIONS)
def _step(seed: int, session: int) -> FloatArray:
    """Return the session's log move from the close before it to its own."""
    return np.asarray(_gap(seed, session) + session_minutes(seed, session).moves().sum(axis=0))


def _gap(seed: int, session: int) -> FloatArray:
    return mixed(GAP * _innovations(seed, session, count=1)[0, :SHOCKS])


def _wandering(noise: FloatArray, *, market: FloatArray) -> FloatArray:
    """Return the state of each volatility by minute: a fall of `market` [MINUTES] raises it from the next minute on."""
    noise[1:, 0] = LEVERAGE * market[:-1] + np.sqrt(1.0 - LEVERAGE**2) * noise[1:, 0]
    noise[:, 1:] = SHARED * noise[:, :1] + UNSHARED * noise[:, 1:]
    noise[0] /= np.sqrt(1.0 - DECAY**2)  # begins in its stationary state
    return np.asarray(lfilter([1.0], [1.0, -DECAY], noise, axis=0) * np.sqrt(1.0 - DECAY**2))


def _decayed(values: FloatArray, memory: float) -> FloatArray:
    """Return the sum of the rows, each `memory` times less than the one after it."""
    weights = memory ** np.arange(len(values) - 1, -1, -1.0)
    total: FloatArray = (weights[:, None] * values).sum(axis=0)
    return total


def _innovations(seed: int, session: int, *, count: int) -> FloatArray:
    """Return the `count` newest innovations up to and with the session's, newest last: gaps, then calms."""
    block, position = divmod(session, _BLOCK)
    recent = _block(seed, block)[max(0, position + 1 - count) : position + 1]
    if len(recent) == count:
        return recent
    return np.concatenate((_block(seed, block - 1)[len(recent) - count :], recent))


@lru_cache(maxsize=8)
def _block(seed: int, number: int) -> FloatArray:
    return generator(seed, _LEVELS_STREAM, number).standard_normal((_BLOCK, 2 * SHOCKS))
