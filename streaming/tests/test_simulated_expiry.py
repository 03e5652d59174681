"""What lies ahead until an expiry of the simulated market: its time, its variance and the future's basis."""

import numpy as np
import pytest

from streaming.feeds.simulated_dynamics import opening_level, session_minutes
from streaming.feeds.simulated_futures import (
    BASIS_NOISE,
    DIVIDEND_YIELD,
    RATE,
    basis_noise,
    futures_prices,
    next_expiry,
    years_to_expiry,
)
from streaming.feeds.simulated_market import LOADINGS, MINUTES, SECONDS
from streaming.feeds.simulated_paths import simulate_prices
from streaming.feeds.simulated_variance import expected_variance

SEED, NUMBER = 7, 79_000


@pytest.mark.parametrize("later", [0, 2])
def test_the_expected_variance_is_what_moves_amount_to_on_average(later: int) -> None:
    """Squared minute moves and squared gaps after 2 h 30 min, over 240 sessions, per symbol within 4 errors."""
    start, ratios = 150, []
    for number in range(NUMBER, NUMBER + 240 * (later + 1), later + 1):
        days = [session_minutes(SEED, number + day).moves() for day in range(later + 1)]
        seen = (days[0][start:] ** 2).sum(axis=0) + sum((day**2).sum(axis=0) for day in days[1:])
        for day in range(later):
            close = opening_level(SEED, number + day) + days[day].sum(axis=0)
            seen = seen + (opening_level(SEED, number + day + 1) - close) ** 2
        expected = expected_variance(SEED, number, second=60 * start, last_session=number + later)
        ratios.append(seen / expected)

    errors = np.std(ratios, axis=0) / np.sqrt(len(ratios))
    assert np.abs((np.mean(ratios, axis=0) - 1.0) / errors).max() < 4.0
    assert errors.max() < 0.08


def test_a_far_session_adds_its_ordinary_variance_its_jumps_and_its_gap() -> None:
    """1 + rate .4 x 7 squared / 375 for minutes and jumps, and .2 squared overnight, of the squared loadings."""
    longer, shorter = (expected_variance(SEED, NUMBER, second=0, last_session=NUMBER + ahead) for ahead in (200, 199))

    ordinary = np.linalg.norm(LOADINGS, axis=0) ** 2
    assert (longer - shorter) / ordinary == pytest.approx(np.full(20, 1.0 + 0.4 * 49.0 / 375.0 + 0.04), rel=1e-9)


def test_the_expected_variance_falls_to_nothing_at_the_close() -> None:
    seconds = (0, 5_000, 5_030, 15_000, SECONDS - 1)
    left = np.array([expected_variance(SEED, NUMBER, second=second, last_session=NUMBER) for second in seconds])

    assert np.all(np.diff(left, axis=0) < 0.0)
    assert left[-1].max() < 1e-7


def test_the_basis_wanders_around_the_carry_and_forgets() -> None:
    noise = np.concatenate([basis_noise(SEED, number)[::60] for number in range(NUMBER, NUMBER + 40)])
    kept = (noise[20:] * noise[:-20]).mean() / (noise**2).mean()

    years = years_to_expiry(NUMBER, second=0, expiry_session=79_019)
    opening = futures_prices(SEED, NUMBER)[0] / simulate_prices(SEED, NUMBER)[0]
    assert noise.std() == pytest.approx(BASIS_NOISE, rel=0.1)
    assert kept == pytest.approx(0.5 * (MINUTES - 20) / MINUTES, abs=0.1)  # a new session begins anew
    assert np.log(opening) == pytest.approx(np.full(20, (RATE - DIVIDEND_YIELD) * years), abs=5.0 * BASIS_NOISE)


def test_the_basis_moves_little_from_second_to_second() -> None:
    assert np.abs(np.diff(basis_noise(SEED, NUMBER), axis=0)).max() < 2e-5


@pytest.mark.parametrize(
    ("session", "every", "expiry"), [(79_000, 5, 79_004), (79_004, 5, 79_004), (79_000, 20, 79_019)]
)
def test_contracts_expire_at_the_close_of_every_so_many_sessions(session: int, every: int, expiry: int) -> None:
    assert next_expiry(session, every=every) == expiry


def test_the_last_second_is_the_last_of_the_contract_s_time() -> None:
    assert years_to_expiry(4, second=SECONDS - 1, expiry_session=4) == pytest.approx(1 / SECONDS / 252)
    assert years_to_expiry(0, second=0, expiry_session=251) == pytest.approx(1.0)


def test_what_has_expired_has_no_time_and_no_variance() -> None:
    with pytest.raises(ValueError, match="must not have expired before session 5, expired in 4"):
        years_to_expiry(5, second=0, expiry_session=4)
    with pytest.raises(ValueError, match="must not lie before 5, was 4"):
        expected_variance(SEED, 5, second=0, last_session=4)
