import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.feature_past import FeaturePast
from risk.quant.liquidity import (
    book_is_crossed,
    expected_interval,
    log_of_mean,
    merged_statistics,
    spread_bp,
    standardised,
)
from risk.quant.session_features import SessionFeatures
from risk.tests.feature_tapes import live_market, made_market

UNKNOWN_SIDES = [(np.nan, 100.0), (100.0, np.nan), (0.0, 100.0), (100.0, -1.0), (np.inf, 100.0)]


def test_the_spread_is_in_basis_points_of_the_mid_above_one_tick() -> None:
    spread = spread_bp(np.array([99.9]), np.array([100.1]), floor=np.array([0.05]))

    assert spread == pytest.approx([15.0])  # (.20 - .05) / 100


def test_a_locked_book_is_minus_one_tick_and_not_crossed() -> None:
    quote = np.array([100.0])

    assert spread_bp(quote, quote, floor=0.05) == pytest.approx([-5.0])
    assert book_is_crossed(quote, quote).tolist() == [0.0]


def test_a_crossed_book_has_no_spread() -> None:
    assert np.isnan(spread_bp(np.array([100.1]), np.array([100.0]))).all()
    assert book_is_crossed(np.array([100.1]), np.array([100.0])).tolist() == [1.0]


@pytest.mark.parametrize(("bid", "ask"), UNKNOWN_SIDES)
def test_a_missing_side_makes_the_book_unknown(bid: float, ask: float) -> None:
    assert np.isnan(spread_bp(np.array([bid]), np.array([ask]))).all()
    assert np.isnan(book_is_crossed(np.array([bid]), np.array([ask]))).all()


def test_an_unknown_tick_size_leaves_the_spread_unknown() -> None:
    assert np.isnan(spread_bp(np.array([99.0]), np.array([100.0]), floor=np.array([np.nan]))).all()


def test_the_log_of_a_mean_without_observations_or_of_zeros_is_unknown() -> None:
    logs = log_of_mean(np.array([6.0, 0.0, 0.0, np.nan]), np.array([2.0, 0.0, 3.0, 1.0]))

    assert logs.tolist() == pytest.approx([math.log(3), np.nan, np.nan, np.nan], nan_ok=True)


@given(st.integers(0, 10**6), st.integers(1, 6))
def test_statistics_kept_session_by_session_are_those_of_all_weighted_values(seed: int, sessions: int) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(9, 2, (sessions, 2, 15, 3))
    values[random.random(values.shape) < 0.3] = np.nan
    kept = np.zeros((3, 2, 3))
    for session in values:
        kept = merged_statistics(kept, session, decay=0.9)

    weights = np.broadcast_to(0.9 ** np.arange(sessions)[::-1, None, None, None], values.shape) * np.isfinite(values)
    total = weights.sum(axis=(0, 2))
    mean = (weights * np.nan_to_num(values)).sum(axis=(0, 2)) / total
    squares = (weights * np.nan_to_num(values - mean[None, :, None]) ** 2).sum(axis=(0, 2))
    assert kept == pytest.approx(np.stack((total, mean, squares)), rel=1e-12)


def test_a_bucket_without_values_keeps_its_mean_and_variance() -> None:
    before = np.array([40.0, 2.0, 80.0])[:, None]

    after = merged_statistics(before, np.full((1, 15), np.nan), decay=0.97)

    assert after[1] == before[1]
    assert after[2] / after[0] == pytest.approx([2.0])


def test_statistics_and_values_of_different_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        merged_statistics(np.zeros((3, 2, 3)), np.zeros((2, 15, 4)), decay=0.97)


def test_a_z_needs_a_weight_of_30_and_a_variance() -> None:
    statistics = np.array([[30.0, 29.9, 30.0, 0.0], [1.0, 1.0, 1.0, 0.0], [120.0, 120.0, 0.0, 0.0]])

    z = standardised(np.full(4, 5.0), statistics)

    assert z.tolist() == pytest.approx([2.0, np.nan, np.nan, np.nan], nan_ok=True)


def test_the_expected_interval_is_unknown_before_the_first_tick() -> None:
    intervals = expected_interval(np.array([[15.0, 15.0], [30.0, 0.0]]))

    assert intervals.tolist() == pytest.approx([30.0, np.nan], nan_ok=True)


def test_a_spread_is_compared_with_those_of_the_same_time_of_day() -> None:
    random = np.random.default_rng(1)
    market = made_market(1, symbols=1, sessions=1)
    past, spreads = FeaturePast.empty(1, minutes=60), []
    price, one = np.array([10_000]), np.ones(1, dtype=np.bool_)
    for _ in range(3):
        day = SessionFeatures(past, market.seasonal)
        for minute in range(60):
            spread = np.exp(random.normal(1, 0.5, 1)) if minute % 2 else np.array([np.nan])
            day.close_minute(
                minute, open=price, high=price, low=price, close=price, volume=np.ones(1),
                ticks=np.ones(1, dtype=np.int64), active=one, spread_bp=spread,
            )  # fmt: skip
            spreads.append(float(spread[0]))
        past = day.finished()

    day = SessionFeatures(past, market.seasonal)
    unknown = day.table(20.0, live_market(market)).of("spread_z").value
    assert np.isnan(unknown).all()  # 8 spreads a session and quarter of an hour: a weight of 23.2
    past = day_after(past, market.seasonal, price, spreads)
    live = live_market(market, bid=np.array([99.95]), ask=np.array([100.05]))
    found = SessionFeatures(past, market.seasonal).table(20.0, live).of("spread_z").value[0]

    seen = [(0.97 ** (3 - i // 60), math.log(s)) for i, s in enumerate(spreads) if i % 60 // 15 == 1 and s == s]
    weight = sum(w for w, _ in seen)
    mean = sum(w * x for w, x in seen) / weight
    deviation = math.sqrt(sum(w * (x - mean) ** 2 for w, x in seen) / weight)
    assert found == pytest.approx((math.log(10.0) - mean) / deviation, rel=1e-9)


def day_after(past: FeaturePast, seasonal: np.ndarray, price: np.ndarray, spreads: list[float]) -> FeaturePast:
    """Add a fourth session whose spreads are all 2 basis points."""
    day = SessionFeatures(past, seasonal)
    for minute in range(60):
        day.close_minute(
            minute, open=price, high=price, low=price, close=price, volume=np.ones(1),
            ticks=np.ones(1, dtype=np.int64), active=np.ones(1, dtype=np.bool_), spread_bp=np.array([2.0]),
        )  # fmt: skip
        spreads.append(2.0)
    return day.finished()
