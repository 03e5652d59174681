"""The line through calls less puts: the forward and discount that it gives, and how sure they are."""

from math import exp

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.tests.parity_factories import RATE, STRIKES, YEARS, fit, found, pairs


@settings(deadline=None)
@given(st.floats(23_500, 24_500), st.floats(0.0, 0.12))
def test_exact_prices_give_the_forward_and_the_discount_back(forward: float, rate: float) -> None:
    call, put = pairs(STRIKES, forward=forward, discount=exp(-rate * YEARS))

    result = found(fit(STRIKES, call, put))

    assert result.forward == pytest.approx(forward, rel=1e-9)
    assert result.discount == pytest.approx(exp(-rate * YEARS), rel=1e-7)
    assert result.forward_error < 1e-3
    assert result.strikes >= 15  # of the 21, those within 5 % of the forward


def test_the_line_is_the_one_that_weighted_least_squares_gives() -> None:
    # Independent source: numpy.polyfit with weights 1 / spread, without robustness or prior (both switched off by
    # errors that are all alike in size and by a rate that may be off by 1,000 points).
    random = np.random.default_rng(5)
    spread = random.uniform(0.5, 3.0, len(STRIKES))
    call, put = pairs(STRIKES, forward=24_010.0, discount=0.99)
    call = call + spread * np.where(np.arange(len(STRIKES)) % 2, 1.0, -1.0)
    slope, level = np.polyfit(STRIKES - 24_000.0, call - put, 1, w=1 / spread)

    result = found(fit(STRIKES, call, put, spread, rate_error=10.0))

    assert result.discount == pytest.approx(-slope, abs=2e-5)
    assert result.forward == pytest.approx(24_000.0 - level / slope, abs=0.02)


def test_a_strike_with_a_wrong_price_gets_no_weight() -> None:
    call, put = pairs(STRIKES, forward=24_010.0, discount=0.99)
    noisy = call + np.random.default_rng(1).normal(0.0, 0.5, len(STRIKES))
    clean = found(fit(STRIKES, noisy, put))
    wrong = noisy.copy()
    wrong[3] += 400.0

    result = found(fit(STRIKES, wrong, put))

    assert not result.used[3]
    assert result.forward == pytest.approx(clean.forward, abs=0.5)


def test_narrow_quotes_outweigh_wide_ones() -> None:
    call, put = pairs(STRIKES, forward=24_010.0, discount=0.99)
    wide = np.arange(len(STRIKES)) % 2 == 1
    moved = call + np.where(wide, 8.0, 0.05 * np.where(np.arange(len(STRIKES)) % 4, 1.0, -1.0))

    result = found(fit(STRIKES, moved, put, np.where(wide, 20.0, 0.1)))

    assert result.forward == pytest.approx(24_010.0, abs=0.2)


@pytest.mark.parametrize("strikes", [6, 12, 40])
def test_the_standard_error_is_that_of_repeated_samples(strikes: int) -> None:
    random = np.random.default_rng(7)
    strike = np.linspace(24_000.0 - 25.0 * (strikes // 2), 24_000.0 + 25.0 * (strikes - 1 - strikes // 2), strikes)
    call, put = pairs(strike, forward=24_003.0, discount=0.994)
    noise = random.normal(0.0, 1.0, (300, strikes))

    results = [result for draw in noise if (result := fit(strike, call + draw, put))]
    scores = [(result.forward - 24_003.0) / result.forward_error for result in results]

    # 68 % of errors lie within one standard error; a band for 300 draws and for the few residuals behind each
    assert len(results) > 280
    assert 0.60 < np.mean(np.abs(scores) < 1.0) < 0.90
    assert np.mean(np.abs(scores) < 2.0) > 0.935


def test_a_short_expiry_keeps_the_money_markets_discount() -> None:
    random = np.random.default_rng(3)
    call, put = pairs(STRIKES, forward=24_010.0, discount=exp(-RATE / 365))

    result = found(fit(STRIKES, call + random.normal(0.0, 5.0, len(STRIKES)), put, years=1 / 365))

    assert result.discount == pytest.approx(exp(-RATE / 365), abs=3 * 0.02 / 365)
    assert result.discount_error < 0.02 / 365


def test_strikes_far_from_the_forward_are_left_out() -> None:
    strike = np.arange(15_000.0, 33_001.0, 100.0)
    call, put = pairs(strike, forward=24_000.0, discount=0.99)
    far = np.abs(strike / 24_000.0 - 1.0) > 0.05
    call = call + np.where(far, 50.0, 0.0)

    result = found(fit(strike, call, put))

    assert result.forward == pytest.approx(24_000.0, abs=1e-3)
    assert not result.used[far].any()


@pytest.mark.parametrize(
    ("distances", "used"),
    [
        # the eight nearest, though others lie within 15 % (3,600)
        ([-2_600, -2_000, -1_500, -1_250, 0, 1_250, 1_500, 2_000, 2_700, 3_000], [True] * 8 + [False] * 2),
        # the eighth lies farther than 15 %
        ([-5_000, -3_000, -2_000, -1_250, 0, 1_250, 2_000, 3_000, 6_000], [False] + [True] * 7 + [False]),
    ],
)
def test_a_sparse_chain_reaches_for_eight_strikes_within_fifteen_per_cent(
    distances: list[float], used: list[bool]
) -> None:
    strike = np.array([24_000.0 + distance for distance in distances])
    call, put = pairs(strike, forward=24_000.0, discount=0.99)

    assert found(fit(strike, call, put)).used.tolist() == used
