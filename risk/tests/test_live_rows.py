"""What the table says about price, book, limits and options, against numbers worked by hand."""

import math
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from risk.quant.features import FEATURES, FeatureTable
from risk.quant.live_market import LiveMarket, OptionFacts
from risk.quant.session_features import SessionFeatures
from risk.tests.feature_tapes import begun, live_market, made_market, shown

MARKET = made_market(11, silence=0.0, outages=False)


def table(minute: float = 30.5, *, end: int = 30, horizon: float = 60.0, **changes: Any) -> FeatureTable:
    return shown(MARKET, end=end).table(minute, live_market(MARKET, **changes), horizon=horizon)


def horizon_deviation(symbol: int, start: float, end: float, variance: float) -> float:
    s2 = MARKET.seasonal[symbol] ** 2
    whole = math.floor(start)
    return math.sqrt(variance * (float(s2[whole : math.ceil(end)].sum()) - (start - whole) * float(s2[whole])))


def test_the_price_band_is_seen_in_deviations_of_the_horizon_cut_at_the_close() -> None:
    price, variance = np.full(3, 100.0), np.full(3, 1e-6)
    found = table(50.5, horizon=60.0, end=50, price=price, medium_variance=variance, upper_band=price * 1.1,
                  lower_band=price * 0.8)  # fmt: skip

    deviation = horizon_deviation(1, 50.5, 60, 1e-6)
    assert found.of("band_up").value[1] == pytest.approx(math.log(1.1) / deviation)
    assert found.of("band_down").value[1] == pytest.approx(-math.log(0.8) / deviation)


def test_a_shorter_horizon_is_not_cut() -> None:
    price = np.full(3, 100.0)
    found = table(30.5, horizon=5.0, price=price, medium_variance=np.full(3, 1e-6), upper_band=price * 1.1)

    s2 = MARKET.seasonal[0] ** 2
    deviation = math.sqrt(1e-6 * (s2[31:35].sum() + 0.5 * s2[30] + 0.5 * s2[35]))
    assert found.of("band_up").value[0] == pytest.approx(math.log(1.1) / deviation)


def test_a_session_shorter_than_the_grid_ends_the_horizon() -> None:
    live = live_market(MARKET)

    short = shown(MARKET, end=30).table(30.5, live, session_minutes=40)
    plain = shown(MARKET, end=30).table(30.5, live, horizon=9.5)

    assert short.of("band_up").value.tolist() == plain.of("band_up").value.tolist()


def test_at_the_close_no_horizon_is_left() -> None:
    assert np.isnan(table(60.0, end=60).of("band_up").value).all()


def test_every_symbol_has_the_indexs_distance_to_the_breakers() -> None:
    price, close = np.array([95.0, 10.0, 20.0]), np.array([100.0, 10.0, 20.0])
    found = table(price=price, previous_close=close, medium_variance=np.full(3, 1e-6))

    deviation = horizon_deviation(0, 30.5, 60, 1e-6)
    for name, level in (("breaker_10", 90), ("breaker_15", 85), ("breaker_20", 80)):
        assert found.of(name).value == pytest.approx([math.log(95 / level) / deviation] * 3)


def test_without_an_index_breakers_and_beta_are_unknown() -> None:
    past = begun(MARKET).past
    found = SessionFeatures(past, MARKET.seasonal).table(30.5, live_market(MARKET))

    assert np.isnan(found.of("breaker_10").value).all()
    assert found.of("breaker_10").n.tolist() == [0] * 3


def test_the_variance_premium_is_of_a_year_of_252_sessions() -> None:
    facts = OptionFacts(*np.full((6, 3), 0.2))
    found = table(options=facts, medium_variance=np.array([2e-6, np.nan, 0.0]))

    expected = [0.04 - 2e-6 * 60 * 252, np.nan, np.nan]
    assert found.of("variance_premium").value == pytest.approx(expected, nan_ok=True)
    assert found.of("atm_iv").value.tolist() == [0.2] * 3
    assert found.of("iv_rank").age.tolist() == [0.2] * 3


def test_without_an_option_market_its_features_are_unknown_without_an_observation() -> None:
    found = table(options=OptionFacts.unknown(3))

    for name in ("atm_iv", "iv_rank", "term_slope", "skew_25", "variance_premium", "expiry_gamma"):
        reading = found.of(name)
        assert np.isnan([reading.value, reading.age]).all()
        assert not np.any([reading.n, reading.coverage])


@pytest.mark.parametrize("bad", [np.nan, 0.0, -1.0])
def test_without_a_price_what_needs_it_is_unknown_and_the_rest_is_not(bad: float) -> None:
    found = table(price=np.full(3, bad))

    for name in ("move_z_5", "drawdown_session", "runup_20d_sigma", "band_up", "breaker_10"):
        assert np.isnan(found.of(name).value).all()
    assert np.isfinite(found.of("rv_15").value).all()


def test_a_share_that_opens_at_half_its_close_is_flagged_and_not_in_drawdown() -> None:
    market = made_market(12, silence=0.0, outages=False)
    for name in ("open", "high", "low", "close"):
        market.sessions[-1][name] //= 2

    found = shown(market, end=30).table(30.5, live_market(market))

    assert found.of("unadjusted").value.tolist() == [1] * 3
    assert found.of("drawdown_20d").value.tolist() == found.of("drawdown_session").value.tolist()
    assert found.of("drawdown_20d").n.tolist() == [1] * 3
    assert table().of("unadjusted").value.tolist() == [0] * 3


def test_before_the_first_bar_the_live_price_shows_the_unadjusted_open() -> None:
    day = begun(MARKET)
    price = day.past.days[-1, 3] / 100

    assert day.table(0.5, live_market(MARKET, price=price / 2)).of("unadjusted").value.tolist() == [1] * 3
    assert day.table(0.5, live_market(MARKET, price=price)).of("unadjusted").value.tolist() == [0] * 3


def test_ages_run_on_the_trading_clock() -> None:
    found = table(40.5, end=30)

    assert found.of("rv_15").age.tolist() == [630.0] * 3
    assert found.of("parkinson").age.tolist() == [40.5 * 60] * 3
    assert found.of("gap_minutes").value.tolist() == [10] * 3


def test_a_minute_that_may_still_close_is_not_a_gap() -> None:
    assert table(30.04, end=29).of("gap_minutes").value.tolist() == [0] * 3
    assert table(30.06, end=29).of("gap_minutes").value.tolist() == [1] * 3


def test_a_symbol_never_seen_is_unknown_everywhere_but_in_its_gap() -> None:
    market = made_market(13, sessions=1)
    live = LiveMarket.of(price=np.zeros(3), age_seconds=np.full(3, np.nan), medium_variance=np.full(3, 1e-6))

    found = begun(market).table(10.5, live)

    known = np.isfinite(found.values).all(axis=1)
    assert np.flatnonzero(known).tolist() == [FEATURES.index("gap_minutes")]
    assert np.isnan([found.of(name).age for name in ("rv_15", "volume_z_1", "beta", "parkinson")]).all()
    assert found.of("gap_minutes").value.tolist() == [10] * 3


@pytest.mark.parametrize(("minute", "symbols"), [(29.9, 3), (30.5, 2)])
def test_a_time_before_the_last_close_or_other_symbols_are_refused(minute: float, symbols: int) -> None:
    live = LiveMarket.of(price=np.ones(symbols), age_seconds=np.ones(symbols), medium_variance=np.ones(symbols))

    with pytest.raises(ValueError, match="expected 3 symbols at minute 30 or later"):
        shown(MARKET, end=30).table(minute, live)


def test_bars_of_an_unknown_instrument_are_refused() -> None:
    with pytest.raises(ValueError, match=r"were of \[2\] too"):
        begun(MARKET).replay(MARKET.sessions[-1], np.arange(2))


@pytest.mark.parametrize("name", [field.name for field in fields(LiveMarket) if field.name != "options"])
def test_a_live_market_of_different_lengths_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must have the shape"):
        live_market(MARKET, **{name: np.ones(2 if name != "price" else 4)})


def test_option_facts_of_other_symbols_are_refused() -> None:
    with pytest.raises(ValueError, match="options must be of 3 symbols, were of 2"):
        live_market(MARKET, options=OptionFacts.unknown(2))
    with pytest.raises(ValueError, match="skew_25 must have the shape"):
        replace(OptionFacts.unknown(1), skew_25=np.ones(2))


@pytest.mark.parametrize(("row", "value"), [(0, 0.0), (0, -0.2), (1, -0.01), (1, 1.01)])
def test_impossible_option_facts_are_refused(row: int, value: float) -> None:
    facts = np.full((6, 2), 0.5)
    facts[row, 1] = value

    with pytest.raises(ValueError, match="must"):
        OptionFacts(*facts)


def test_a_minute_that_closes_late_is_in_the_next_table() -> None:
    day, live = shown(MARKET, end=29), live_market(MARKET)
    bars = MARKET.sessions[-1]
    assert day.table(30.06, live).of("rv_15").n.tolist() == [14] * 3

    day.replay(bars[bars["minute"] == 29], MARKET.instruments)

    assert day.table(30.07, live).of("rv_15").n.tolist() == [15] * 3


def test_without_a_tick_size_or_a_band_there_is_no_value_and_no_age() -> None:
    assert np.isnan(table(tick_size=np.zeros(3)).of("spread_bp").value).all()
    assert np.isnan(table(upper_band=np.full(3, np.nan)).of("band_up").age).all()
