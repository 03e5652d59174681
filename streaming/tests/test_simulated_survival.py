"""The parts of the simulator's truth: drawn futures, and the chance to stay between two walls."""

from math import erf, erfc

import numpy as np
import pytest

from streaming.feeds.simulated_dynamics import DECAY, JUMP_RATE, JUMP_SIZE, LEVERAGE, SessionMinutes
from streaming.feeds.simulated_market import LOADINGS, MINUTES, SHOCKS, SYMBOLS, seasonal_variance
from streaming.feeds.simulated_survival import (
    Future,
    Walls,
    draw_jumps,
    monitoring_shift,
    next_wander,
    survival_chances,
    uncrossed,
)
from streaming.feeds.simulated_trading import IS_INDEX, tick_chances

COUNT = len(SYMBOLS)


@pytest.mark.parametrize(("chance", "shift"), [(1.0, 0.5825971579390107), (0.05, 1 / np.sqrt(0.1))])
def test_the_monitoring_shift_has_its_known_limits(chance: float, shift: float) -> None:
    """-zeta(1/2) / sqrt(2 pi) when all is seen (Chernoff), 1 / sqrt(2 p) for rare Poisson sights."""
    assert monitoring_shift(np.array(chance)) == pytest.approx(shift, rel=0.02)


@pytest.mark.parametrize("chance", [1.0, 0.4, 0.12])
def test_a_walk_seen_now_and_then_touches_like_a_motion_behind_a_moved_wall(chance: float) -> None:
    """Against P(sup W >= b) = 2 N(-b / sqrt(n)), whose wall is moved by the shift; 20,000 walks of 400 steps."""
    random, steps, wall = np.random.default_rng(3), 400, 20.0
    walks = np.cumsum(random.standard_normal((20_000, steps), dtype=np.float32), axis=1)
    seen = random.random(walks.shape, dtype=np.float32) < chance

    rate = (seen & (walks >= wall)).any(axis=1).mean()

    moved = (wall + float(monitoring_shift(np.array(chance)))) / np.sqrt(steps)
    assert rate == pytest.approx(1.0 - erf(moved / np.sqrt(2.0)), abs=4.0 * np.sqrt(0.25 / 20_000))


def test_the_seconds_between_two_minutes_cross_as_often_as_the_bridge_says() -> None:
    """Seconds drawn one by one, printing as each symbol does at its near quote, against the closed form."""
    random, paths, minute, variance = np.random.default_rng(5), 3_000, 200, 1e-6
    steps = random.standard_normal((60, paths, COUNT)) * np.sqrt(variance / 60.0)
    end = 0.3 * np.sqrt(variance)
    places = np.cumsum(steps - steps.mean(axis=0) + end / 60.0, axis=0)
    chance = tick_chances()[60 * minute] * np.where(IS_INDEX, 1.0, 0.5)
    seen = random.random(places.shape) < chance
    up, down = np.full(COUNT, 1.2e-3), np.full(COUNT, 2.0e-3)

    rate = (seen & ((places >= up) | (places <= -down))).any(axis=0).mean(axis=0)

    shape = (1, COUNT)
    begin, last = np.zeros(shape, dtype=np.float32), np.full(shape, end, dtype=np.float32)
    spread = np.full(shape, variance, dtype=np.float32)
    kept = uncrossed(begin, last, variance=spread, walls=Walls(up, down), minute=minute)
    assert 1.0 - kept[0] == pytest.approx(rate, abs=0.025)
    assert (1.0 - kept[0] - rate).mean() == pytest.approx(0.0, abs=0.004)


def test_drawn_volatility_moves_on_as_a_session_s_does() -> None:
    """Keeps DECAY of its state, gets back to deviation 1, answers the market and shares its innovations."""
    random = np.random.default_rng(8)
    before = random.standard_normal((60_000, SHOCKS)).astype(np.float32)
    market = random.standard_normal(60_000).astype(np.float32)

    innovation = (next_wander(random, before, market) - np.float32(DECAY) * before) / np.sqrt(1.0 - DECAY**2)

    assert innovation.std(axis=0) == pytest.approx(np.ones(SHOCKS), abs=0.02)
    assert np.corrcoef(innovation[:, 0], market)[0, 1] == pytest.approx(LEVERAGE, abs=0.02)
    assert np.corrcoef(innovation[:, 5], innovation[:, 0])[0, 1] == pytest.approx(0.6, abs=0.02)
    assert np.corrcoef(innovation[:, 5], innovation[:, 9])[0, 1] == pytest.approx(0.36, abs=0.02)


def test_drawn_jumps_come_as_often_and_as_large_as_a_session_s() -> None:
    jumps = draw_jumps(np.random.default_rng(8), minutes=60, paths=2_000)
    happened = jumps[jumps != 0.0]

    assert jumps.shape == (60, 2_000, SHOCKS)
    assert len(happened) / jumps.size == pytest.approx(JUMP_RATE / MINUTES, rel=0.1)
    assert happened.std() == pytest.approx(JUMP_SIZE, rel=0.1)


def test_jumps_alone_reach_walls_that_a_calm_market_does_not() -> None:
    """Twelve deviations of a minute in five minutes: each source's rate times the chance of so large a jump and motion.

    Motion alone, of root five deviations, gets there less than once in a hundred thousand windows.
    """
    still, start, minutes = np.zeros((MINUTES, SHOCKS)), 200, 5
    future = Future(SessionMinutes(still + 1.0, still, still, still), np.full(SHOCKS, 0.25), start, start + minutes)
    deviation = np.linalg.norm(LOADINGS, axis=0)
    wall = 12.0 * deviation * np.sqrt(seasonal_variance()[start] / MINUTES)

    kept = survival_chances(np.random.default_rng(2), future, walls=Walls(wall, wall), paths=20_000)

    needed = 12.0 / np.hypot(JUMP_SIZE * LOADINGS / deviation, np.sqrt(5.0)) + np.where(LOADINGS > 0.0, 0.0, np.inf)
    expected = (minutes * JUMP_RATE / MINUTES * np.vectorize(erfc)(needed / np.sqrt(2.0))).sum(axis=0)
    assert (1.0 - kept).mean() / expected.mean() == pytest.approx(1.0, abs=0.5)


def test_nothing_survives_beyond_a_wall() -> None:
    begin = np.zeros((1, COUNT), dtype=np.float32)
    beyond = np.full((1, COUNT), 0.02, dtype=np.float32)
    walls = Walls(np.full(COUNT, 0.01), np.full(COUNT, 0.01))

    assert uncrossed(begin, beyond, variance=beyond * 1e-5, walls=walls, minute=100).max() == 0.0
    assert uncrossed(begin, -beyond, variance=beyond * 1e-5, walls=walls, minute=100).max() == 0.0
