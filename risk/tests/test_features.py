"""Every feature against a plain twin, without look-ahead, after a restart, and with more or less history."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk.quant.features import CATALOGUE, FEATURES, FeatureTable
from risk.quant.session_features import SessionFeatures
from risk.tests.feature_tapes import MINUTES, Market, begun, live_market, made_market, shown
from risk.tests.feature_twin import Twin

markets = st.builds(
    made_market,
    st.integers(0, 10**6),
    sessions=st.integers(1, 5),
    silence=st.sampled_from([0.0, 0.1, 0.5, 0.97]),
)


def table_at(market: Market, end: int, part: float = 0.5) -> FeatureTable:
    return shown(market, end=end).table(end + part, live_market(market))


@settings(max_examples=25, deadline=None)
@given(markets, st.integers(0, MINUTES), st.floats(0.06, 0.99))
def test_every_feature_equals_its_plain_twin(market: Market, end: int, part: float) -> None:
    live = live_market(market)
    table = shown(market, end=end).table(end + part, live)

    for symbol in range(len(market.seasonal)):
        twin = Twin(market, symbol, end=end)
        expected = dict(twin.closed_features()) | dict(twin.live_features(live, symbol, end + part))
        found = {name: table.of(name).value[symbol] for name in expected}
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)


def test_the_twin_meets_every_kind_of_value() -> None:
    tables = [table_at(made_market(seed, sessions=5, silence=0.1), end) for seed in range(6) for end in (3, 40)]
    values = np.concatenate([table.values for table in tables], axis=1)

    unknown = [name for name, row in zip(FEATURES, values, strict=True) if not np.isfinite(row).any()]
    assert unknown == ["spread_z"]  # bars keep no spreads; see test_liquidity
    assert np.any(values[FEATURES.index("jumps_session")] > 0)


@settings(max_examples=15, deadline=None)
@given(markets, st.integers(1, MINUTES))
def test_what_follows_a_minute_does_not_change_what_was_shown_then(market: Market, end: int) -> None:
    live, day = live_market(market), begun(market)
    bars = market.sessions[-1]
    day.replay(bars[bars["minute"] < end], market.instruments)
    seen = day.table(end + 0.5, live)
    day.replay(bars[bars["minute"] >= end], market.instruments)
    day.table(MINUTES + 0.5, live)

    alone = shown(market, end=end).table(end + 0.5, live)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(parts(seen), parts(alone), strict=True))


@settings(max_examples=10, deadline=None)
@given(markets, st.integers(0, MINUTES), st.integers(0, MINUTES))
def test_a_restart_that_replays_the_bars_shows_the_same_bits(market: Market, first: int, end: int) -> None:
    day, bars, live = begun(market), market.sessions[-1], live_market(market)
    for start, stop in ((0, min(first, end)), (min(first, end), end)):
        day.replay(bars[(bars["minute"] >= start) & (bars["minute"] < stop)], market.instruments)
        day.table(stop + 0.5, live)
    columns = range(len(market.seasonal))
    stored = {column: day.past.pack(column) for column in columns}

    again = SessionFeatures(begun(made_market(1)).past.unpacked(stored), market.seasonal, index=market.index)
    again.replay(bars[bars["minute"] < end], market.instruments)

    tables = (day.table(end + 0.5, live), again.table(end + 0.5, live))
    assert all(a.tobytes() == b.tobytes() for a, b in zip(*map(parts, tables), strict=True))
    assert [day.finished().pack(c) for c in columns] == [again.finished().pack(c) for c in columns]


# Windows of minutes look back to the session before for the jump test alone, windows of days 21 sessions at most.
MINUTES_ONLY = ("rv_15", "bv_60", "jump_share_session", "jump_test", "jump_test_60", "jumps_session", "move_z_60")
DAYS_ONLY = ("parkinson", "garman_klass", "rogers_satchell", "yang_zhang", "drawdown_20d", "runup_20d_sigma")
# What fades never forgets.  After k of 60 sessions it is off by at most this constant times the share of the weight
# that is missing, relative to the weight seen; relative to the value where that is above 1.
FADING = {"beta": 0.1, "correlation": 0.1, "volume_z_15": 1.0, "amihud_z_15": 1.0, "tick_age_ratio": 0.1}


@cache
def warm_table(history: int) -> FeatureTable:
    market = made_market(5, sessions=61, silence=0.05, outages=False)
    return shown(market, end=40, skip=60 - history).table(40.5, live_market(market))


def rows(history: int, names: Iterable[str]) -> np.ndarray:
    return np.array([warm_table(history).of(name).value for name in names])


def test_windows_of_minutes_need_only_the_sessions_of_the_jump_test() -> None:
    assert rows(4, MINUTES_ONLY).tobytes() == rows(60, MINUTES_ONLY).tobytes()
    assert np.isnan(rows(1, ["jump_test_60"])).all()


def test_windows_of_days_forget_what_lies_more_than_21_sessions_back() -> None:
    assert rows(21, DAYS_ONLY).tobytes() == rows(60, DAYS_ONLY).tobytes()
    assert not np.any(np.isclose(rows(10, DAYS_ONLY), rows(60, DAYS_ONLY), rtol=1e-6).all(axis=1))


@pytest.mark.parametrize("name", FADING)
def test_a_fading_feature_differs_less_the_more_sessions_it_saw(name: str) -> None:
    for history in (10, 21, 40):
        missing = (0.97**history - 0.97**60) / (1 - 0.97**history)
        whole = rows(60, [name])
        error = np.max(np.abs(rows(history, [name]) - whole) / np.maximum(np.abs(whole), 1))
        assert 0 < error <= FADING[name] * missing


def parts(table: FeatureTable) -> tuple[np.ndarray, ...]:
    return table.values, table.n, table.coverage, table.age


def test_the_page_has_every_feature_and_the_catalogue_has_each_once() -> None:
    page = (Path(__file__).parents[2] / "docs" / "features.md").read_text()

    assert [name for name in FEATURES if f"`{name}`" not in page] == []
    assert len(set(FEATURES)) == len(CATALOGUE)


def test_an_unknown_feature_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        table_at(made_market(0), 10).of("rv_30")


def test_a_window_that_reaches_before_the_open_counts_what_there_is() -> None:
    table = table_at(made_market(2, silence=0.0, outages=False), 10)

    for name in ("move_z_60", "rv_60", "volume_z_60", "jump_test_60"):
        assert np.all(table.of(name).n <= 10)
        assert table.of(name).coverage == pytest.approx(table.of(name).n / 60)
    assert table.of("move_z_60").n.tolist() == table.of("rv_60").n.tolist() == [10] * 3


def test_past_the_grid_windows_run_empty() -> None:
    market = made_market(2, silence=0.0, outages=False)
    table = shown(market, end=MINUTES).table(MINUTES + 30.5, live_market(market))

    assert table.of("rv_60").n.tolist() == [30] * 3
    assert table.of("gap_minutes").value.tolist() == [0] * 3
    assert np.isnan([table.of(name).value for name in ("rv_15", "move_z_15", "volume_z_5", "band_up")]).all()
