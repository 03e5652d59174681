import numpy as np
import pytest
from numpy.typing import NDArray

from streaming.feeds.simulated_dynamics import (
    DECAY,
    GAP,
    JUMP_RATE,
    LEVEL_MEMORY,
    LEVERAGE,
    SessionMinutes,
    calm,
    opening_level,
    session_minutes,
)
from streaming.feeds.simulated_market import LOADINGS, MINUTES, SHOCKS, TRAITS, mixed, seasonal_variance
from streaming.feeds.simulated_paths import simulate_prices

SEED, FIRST, SESSIONS = 7, 79_000, 600


@pytest.fixture(scope="module")
def sessions() -> list[SessionMinutes]:
    return [session_minutes(SEED, number) for number in range(FIRST, FIRST + SESSIONS)]


@pytest.fixture(scope="module")
def moves(sessions: list[SessionMinutes]) -> NDArray[np.float64]:
    """Log moves: session, minute, symbol."""
    return np.array([minutes.moves() for minutes in sessions])


@pytest.fixture(scope="module")
def gaps(moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log distance from each close to the next opening level: session, symbol."""
    levels = np.array([opening_level(SEED, number) for number in range(FIRST, FIRST + SESSIONS)])
    return np.asarray(levels[1:] - (levels + moves.sum(axis=1))[:-1])


def test_the_path_by_seconds_makes_the_moves_of_its_minutes() -> None:
    log_prices = np.log(simulate_prices(SEED, FIRST))

    by_minute = np.diff(log_prices[59::60], axis=0)

    assert by_minute == pytest.approx(session_minutes(SEED, FIRST).moves()[1:], abs=1e-12)


def test_the_path_ends_where_the_level_of_its_session_and_its_moves_say() -> None:
    end = opening_level(SEED, FIRST) + session_minutes(SEED, FIRST).moves().sum(axis=0)

    assert np.log(simulate_prices(SEED, FIRST)[-1]) == pytest.approx(end, abs=1e-12)


def test_prices_in_a_cache_cannot_be_changed_by_who_reads_them() -> None:
    with pytest.raises(ValueError, match="read-only"):
        simulate_prices(SEED, FIRST)[0, 0] = 1.0


def test_seconds_of_a_minute_are_independent_of_each_other() -> None:
    market = np.diff(np.log(simulate_prices(SEED, FIRST)[:, 0])).reshape(-1)
    ordinary = market / np.repeat(np.sqrt(seasonal_variance()), 60)[1:]
    signs = np.sign(ordinary)

    assert abs((signs[1:] * signs[:-1]).mean()) < 4.0 / np.sqrt(len(signs))
    assert ordinary.std() * np.sqrt(MINUTES * 60) == pytest.approx(np.linalg.norm(LOADINGS[:, 0]), rel=0.6)


def test_squared_volatility_is_one_on_average(sessions: list[SessionMinutes]) -> None:
    by_session = np.array([(minutes.volatility**2).mean(axis=0) for minutes in sessions])

    assert by_session.mean() == pytest.approx(1.0, abs=0.1)


def test_moves_correlate_as_the_loadings_say(moves: NDArray[np.float64]) -> None:
    seen = np.corrcoef((moves / np.sqrt(seasonal_variance())[:, None]).reshape(-1, len(TRAITS)).T)

    parts = np.zeros((SHOCKS, len(TRAITS)))
    parts[0], parts[1], parts[2:] = LOADINGS[0], LOADINGS[1], np.diag(LOADINGS[2])
    norms = np.linalg.norm(parts, axis=0)
    assert np.abs(seen - parts.T @ parts / np.outer(norms, norms)).max() < 0.06


def test_each_symbol_has_the_deviation_of_its_loadings(moves: NDArray[np.float64]) -> None:
    jump_share = 1.0 + 0.4 / 375 * 7.0**2  # rate per minute times squared size
    stated = np.linalg.norm(LOADINGS, axis=0) * np.sqrt(jump_share)

    assert np.sqrt((moves**2).sum(axis=1).mean(axis=0)) / stated == pytest.approx(np.ones(len(TRAITS)), abs=0.1)


def test_jumps_come_as_often_as_their_rate_says(sessions: list[SessionMinutes]) -> None:
    counts = np.array([(minutes.jumps != 0.0).sum(axis=0) for minutes in sessions])

    assert counts.mean() == pytest.approx(JUMP_RATE, abs=4.0 * np.sqrt(JUMP_RATE / counts.size))


def test_the_market_s_fall_raises_its_volatility_a_minute_later(sessions: list[SessionMinutes]) -> None:
    shocks = np.array([minutes.shocks[:, 0] for minutes in sessions])
    wander = np.array([minutes.wander[:, 0] for minutes in sessions])

    innovations = wander[:, 1:] - DECAY * wander[:, :-1]

    seen = np.corrcoef(shocks[:, :-1].ravel(), innovations.ravel())[0, 1]
    assert seen == pytest.approx(LEVERAGE, abs=4.0 / np.sqrt(innovations.size))


def test_volatility_forgets_half_in_45_minutes(sessions: list[SessionMinutes]) -> None:
    wander = np.array([minutes.wander for minutes in sessions])

    kept = (wander[:, 45:] * wander[:, :-45]).mean() / (wander**2).mean()

    assert kept == pytest.approx(0.5, abs=0.03)
    assert wander.std(axis=(0, 1)) == pytest.approx(np.ones(SHOCKS), abs=0.1)


def test_calm_and_stormy_sessions_follow_their_like() -> None:
    calms = np.array([calm(SEED, number) for number in range(FIRST, FIRST + SESSIONS)])

    kept = (calms[1:] * calms[:-1]).mean() / (calms**2).mean()

    assert kept == pytest.approx(0.85, abs=0.05)
    assert calms.std() == pytest.approx(0.3, abs=0.03)


def test_the_variance_of_a_session_is_that_of_its_minutes(moves: NDArray[np.float64]) -> None:
    """A path tied at its end would move less, or more, over the session than its minutes add up to."""
    standard = moves / np.sqrt((moves**2).sum(axis=1, keepdims=True))

    assert (standard.sum(axis=1) ** 2).mean() == pytest.approx(1.0, abs=0.1)


def test_the_afternoon_does_not_know_how_far_the_level_was(moves: NDArray[np.float64]) -> None:
    """A path tied to a reverting level would come back inside the session; here only the gap does."""
    base = np.log([trait.price for trait in TRAITS])
    distance = np.array([opening_level(SEED, number) for number in range(FIRST, FIRST + SESSIONS)]) - base
    total = moves.sum(axis=1)

    slopes = (distance * total).sum(axis=0) / (distance**2).sum(axis=0)

    errors = total.std(axis=0) / np.sqrt((distance**2).sum(axis=0))
    assert np.abs(slopes / errors).max() < 3.5


def test_the_gap_takes_back_two_per_cent_of_the_distance(moves: NDArray[np.float64], gaps: NDArray[np.float64]) -> None:
    base = np.log([trait.price for trait in TRAITS])
    closes = np.array([opening_level(SEED, FIRST + number) for number in range(SESSIONS)]) + moves.sum(axis=1)

    drawn = gaps + (1.0 - LEVEL_MEMORY) * (closes[:-1] - base)

    stated = GAP * np.linalg.norm(LOADINGS, axis=0)
    assert drawn.std(axis=0) / stated == pytest.approx(np.ones(len(TRAITS)), abs=0.1)
    slopes = (drawn * (closes[:-1] - base)).sum(axis=0) / ((closes[:-1] - base) ** 2).sum(axis=0)
    assert np.abs(slopes).max() < 0.01


def test_overnight_gaps_are_small(gaps: NDArray[np.float64]) -> None:
    assert np.abs(gaps).max() < 0.025


def test_a_session_begins_the_same_whatever_was_asked_before() -> None:
    first = opening_level(SEED, 12_345)

    opening_level(SEED, 99_999)

    assert np.array_equal(opening_level(SEED, 12_345), first)


@pytest.mark.parametrize("number", [-300, 0, 255, 256, 257, 2**32 + 5])
def test_sessions_join_wherever_the_blocks_of_random_numbers_do(number: int) -> None:
    end = opening_level(SEED, number) + session_minutes(SEED, number).moves().sum(axis=0)

    assert np.abs(opening_level(SEED, number + 1) - end).max() < 0.02


def test_mixed_shocks_are_the_matrix_product() -> None:
    shocks = np.random.default_rng(1).standard_normal((5, SHOCKS))

    product = shocks @ np.vstack([LOADINGS[0], LOADINGS[1], np.diag(LOADINGS[2])])

    assert mixed(shocks) == pytest.approx(product, abs=1e-15)
