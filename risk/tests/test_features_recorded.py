"""The features on a recorded day of bank shares, against the plain twin and against what is known of the market."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from risk.quant.features import FEATURES, FeatureTable
from risk.quant.volatility import seasonality
from risk.quant.windows import BAR
from risk.tests.feature_tapes import Market, live_market, shown
from risk.tests.feature_twin import Twin

pytestmark = pytest.mark.recorded

SYMBOLS = ("BANKNIFTY", "HDFCBANK", "ICICIBANK", "SBIN")
SESSIONS, END = 6, 200


@pytest.fixture(scope="module")
def market(shared_data: Path) -> Market:
    """The last sessions of April 2023; the index's volume was recorded as 0."""
    table = pq.read_table(shared_data / "minute" / "banks_1min_2023-04.parquet").to_pydict()
    symbol, start = np.array(table["symbol"]), np.array(table["ts_ist"], dtype="datetime64[m]")
    day = start.astype("datetime64[D]")
    bars = np.zeros(len(symbol), dtype=BAR)
    bars["instrument"] = [SYMBOLS.index(name) if name in SYMBOLS else len(SYMBOLS) for name in symbol]
    bars["minute"] = (start - day).astype(np.int64) - (9 * 60 + 15)
    for name in ("open", "high", "low", "close"):
        bars[name] = np.rint(np.array(table[name]) * 100)
    bars["volume"], bars["ticks"] = table["volume"], 1
    days = [bars[(day == date) & (bars["instrument"] < len(SYMBOLS))] for date in np.unique(day)[-SESSIONS:]]
    moves = np.full((SESSIONS - 1, len(SYMBOLS), 375), np.nan)
    for number, session in enumerate(days[:-1]):
        moves[number, session["instrument"], session["minute"]] = np.abs(np.log(session["close"] / session["open"]))
    return Market(days, seasonality(moves, prior=np.ones((len(SYMBOLS), 375)), prior_sessions=5.0))


@pytest.fixture(scope="module")
def table(market: Market) -> FeatureTable:
    return shown(market, end=END).table(END + 0.5, live_market(market))


def test_a_recorded_day_equals_the_plain_twin(market: Market, table: FeatureTable) -> None:
    live = live_market(market)

    for column in (0, 3):
        twin = Twin(market, column, end=END)
        expected = dict(twin.closed_features()) | dict(twin.live_features(live, column, END + 0.5))
        found = {name: table.of(name).value[column] for name in expected}
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)


def test_every_feature_of_a_share_is_known_and_the_indexs_lack_only_volume(table: FeatureTable) -> None:
    unknown = [name for name, row in zip(FEATURES, table.values, strict=True) if np.isnan(row[1:]).any()]
    of_index = [name for name, row in zip(FEATURES, table.values, strict=True) if np.isnan(row[0])]

    assert unknown == ["spread_z"]
    assert set(of_index) == {"spread_z", *(name for name in FEATURES if name.startswith(("amihud", "volume")))}


def test_bank_shares_move_with_their_index(table: FeatureTable) -> None:
    assert table.of("beta").value[0] == pytest.approx(1)
    assert np.all((table.of("beta").value[1:] > 0.5) & (table.of("beta").value[1:] < 1.6))
    assert np.all(table.of("correlation").value[1:] > 0.4)


def test_range_estimators_agree_with_one_another_within_a_factor_of_two(table: FeatureTable) -> None:
    names = ("parkinson", "garman_klass", "rogers_satchell")
    values = np.array([table.of(name).value for name in names])

    assert np.all(values.max(axis=0) < 2 * values.min(axis=0))
    assert np.all((values > 0.05) & (values < 0.5))
