"""Drawing futures of the simulated market, and the chance that each of them reaches no wall.

The future is drawn minute by minute by the simulator's own dynamics.  Inside a minute nothing is drawn: given both
ends of the minute, the chance that the seconds between crossed is that of a Brownian bridge, whose wall is moved
outwards because the market prints at some seconds only.
"""

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streaming.feeds.simulated_dynamics import (
    DECAY,
    JUMP_RATE,
    JUMP_SIZE,
    LEVERAGE,
    SHARED,
    UNSHARED,
    SessionMinutes,
    log_volatility,
    minute_deviation,
)
from streaming.feeds.simulated_market import LOADINGS, MINUTES, SHOCKS, TRAITS
from streaming.feeds.simulated_trading import IS_INDEX, tick_chances

FloatArray = NDArray[np.float64]
PathArray = NDArray[np.float32]

_ZETA_HALF: Final = -1.4603545088095868  # Riemann's zeta at 1/2
_TERMS: Final = 400
_STEP: Final = float(np.sqrt(1.0 - DECAY**2))
_LOADINGS: Final = LOADINGS.astype(np.float32)


class Walls(NamedTuple):
    """Log distances [symbols] from the latent price at the start to where a print touches."""

    up: FloatArray
    down: FloatArray


class Future(NamedTuple):
    """The session's true past up to the start, and the minutes [start, end) that are to be drawn."""

    minutes: SessionMinutes
    calm: FloatArray
    start: int
    end: int


def survival_chances(random: np.random.Generator, future: Future, *, walls: Walls, paths: int) -> PathArray:
    """Return the chance [paths, symbols] that no print touches a wall, given the path's minutes."""
    count = len(TRAITS)
    jumps = draw_jumps(random, minutes=future.end - future.start, paths=paths)
    wander = np.tile(future.minutes.wander[future.start - 1].astype(np.float32), (paths, 1))
    market = np.full(paths, future.minutes.shocks[future.start - 1, 0], dtype=np.float32)
    place = np.zeros((paths, count), dtype=np.float32)
    survival = np.ones((paths, count), dtype=np.float32)
    calms, deviations = future.calm.astype(np.float32), minute_deviation().astype(np.float32)
    for minute in range(future.start, future.end):
        wander = next_wander(random, wander, market)
        shocks = random.standard_normal((paths, SHOCKS), dtype=np.float32)
        market = shocks[:, 0]
        scale = np.exp(log_volatility(wander) + calms) * deviations[minute]
        after_jump = place + _mixed(jumps[minute - future.start] * scale)
        place = after_jump + _mixed(shocks * scale)
        survival *= uncrossed(after_jump, place, variance=_variance(scale), walls=walls, minute=minute)
    return survival


def monitoring_shift(chance: FloatArray) -> FloatArray:
    """Return by how many deviations of one step a barrier moves outwards when each step is seen with this chance.

    (Li_1/2(1 - p) - zeta(1/2)) / sqrt(2 pi): .5826 when every step is seen, 1 / sqrt(2 p) when few are.  The mean
    overshoot of the walk of seen steps, from its Wiener-Hopf factors; at p = 1 it is Chernoff's constant, as in
    Broadie, Glasserman and Kou, Mathematical Finance 7 (1997), pp. 325-349.  Meant for chances from .05 to 1.
    """
    terms = np.arange(1, _TERMS + 1)
    missed = 1.0 - np.asarray(chance, dtype=np.float64)[..., None]
    with np.errstate(under="ignore"):
        polylogarithm = (missed**terms / np.sqrt(terms)).sum(axis=-1)
    return np.asarray((polylogarithm - _ZETA_HALF) / np.sqrt(2.0 * np.pi))


def uncrossed(begin: PathArray, end: PathArray, *, variance: PathArray, walls: Walls, minute: int) -> PathArray:
    """Return the chance [paths, symbols] that no print between the ends of one minute touches a wall.

    `begin` and `end` are log distances from the start's latent price, `variance` that of the minute; 0 where an end
    lies beyond a wall.
    """
    shift = _shifts()[minute] * np.sqrt(variance)
    chance = np.ones_like(begin)
    for wall, sign in ((walls.up, 1), (walls.down, -1)):
        reach = wall.astype(np.float32) + shift
        first, last = np.maximum(reach - sign * begin, 0.0), np.maximum(reach - sign * end, 0.0)
        with np.errstate(under="ignore"):
            chance *= -np.expm1(-2.0 * first * last / variance)
    return chance


def next_wander(random: np.random.Generator, wander: PathArray, market: PathArray) -> PathArray:
    """Return the volatility states [paths, SHOCKS] one minute later; `market` is the minute's common shock."""
    noise = random.standard_normal(wander.shape, dtype=np.float32)
    noise[:, 0] = LEVERAGE * market + np.sqrt(1.0 - LEVERAGE**2) * noise[:, 0]
    noise[:, 1:] = SHARED * noise[:, :1] + UNSHARED * noise[:, 1:]
    following: PathArray = np.float32(DECAY) * wander + np.float32(_STEP) * noise
    return following


def draw_jumps(random: np.random.Generator, *, minutes: int, paths: int) -> PathArray:
    """Return jumps [minutes, paths, SHOCKS] in deviations of their minute; only the few that happen are drawn."""
    jumps = np.zeros((minutes, paths, SHOCKS), dtype=np.float32)
    happening = random.binomial(jumps.size, JUMP_RATE / MINUTES)
    places = random.choice(jumps.size, size=happening, replace=False, shuffle=False)
    jumps.flat[places] = JUMP_SIZE * random.standard_normal(happening, dtype=np.float32)
    return jumps


def _mixed(shocks: PathArray) -> PathArray:
    market, banking, own = _LOADINGS
    moves: PathArray = shocks[:, :1] * market + shocks[:, 1:2] * banking + shocks[:, 2:] * own
    return moves


def _variance(scale: PathArray) -> PathArray:
    market, banking, own = _LOADINGS**2
    square = scale * scale
    variance: PathArray = square[:, :1] * market + square[:, 1:2] * banking + square[:, 2:] * own
    return variance


@cache
def _shifts() -> PathArray:
    """Return the monitoring shift [MINUTES, symbols] in deviations of a minute.

    A share prints at the near side of the quotes half of the time; its prints at the far side touch later still.
    """
    chances = tick_chances()[::60].astype(np.float64) * np.where(IS_INDEX, 1.0, 0.5)
    shifts: PathArray = (monitoring_shift(chances) / np.sqrt(60.0)).astype(np.float32)
    return shifts
