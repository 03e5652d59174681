from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from risk.bars import IST_OFFSET_US, BarFileError
from risk.quant.calendar import ExchangeClock
from risk.tick_bars import read_tick_bars, read_tick_symbols

CLOCK = ExchangeClock()
IDS = {"NIFTY": 1, "TCS": 2}
ALIASES = {"NIFTY50": "NIFTY"}
Row = tuple[str, str, float | None, int | None]


def write(path: Path, rows: list[Row], *, row: list[int] | None = None) -> Path:
    columns = {
        "symbol": [r[0] for r in rows],
        "ts_ist": np.array([r[1] for r in rows], dtype="datetime64[ms]"),
        "ltp": pa.array([r[2] for r in rows], pa.float64()),
        "cum_volume": pa.array([r[3] for r in rows], pa.int64()),
    }
    pq.write_table(pa.table(columns if row is None else {**columns, "row": row}), path)
    return path


def tick(clock: str, price: float | None, volume: int | None = None, *, symbol: str = "TCS") -> Row:
    return (symbol, f"2021-04-08T{clock}", price, volume)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ticks_2021-04-08.parquet"


def refused_of(file: Path, rows: list[Row]) -> dict[str, int]:
    return read_tick_bars(write(file, rows), instruments=IDS, aliases=ALIASES, clock=CLOCK)[1]


def test_a_minute_is_the_first_highest_lowest_and_last_price(file: Path) -> None:
    rows = [
        tick("09:15:00", 100.0, 10),
        tick("09:15:20", 100.25, 30),
        tick("09:15:40", 99.5, 40),
        tick("09:16:59", 99.75, 45),
    ]

    bars, refused = read_tick_bars(write(file, rows), instruments=IDS, clock=CLOCK)

    assert refused == {}
    assert [bars[name].tolist() for name in ("open", "high", "low", "close")] == [
        [10000, 9975],
        [10025, 9975],
        [9950, 9975],
        [9950, 9975],
    ]
    assert bars["minute"].tolist() == [0, 1]
    assert bars["ticks"].tolist() == [3, 1]
    assert bars["volume"].tolist() == [30.0, 0.0]
    assert bars["session"].tolist() == [20_210_408, 20_210_408]
    opened = np.datetime64("2021-04-08T03:45", "us").astype(np.int64)
    assert bars["start"].tolist() == [opened, opened + 60_000_000]


def test_symbols_are_kept_apart_and_aliases_are_ours(file: Path) -> None:
    rows = [
        tick("09:15:01", 14000, symbol="NIFTY50"),
        tick("09:15:02", 50),
        tick("09:15:03", 14001, symbol="NIFTY50"),
        tick("09:15:04", 7, symbol="OTHER"),
    ]

    bars, refused = read_tick_bars(write(file, rows), instruments=IDS, aliases=ALIASES, clock=CLOCK)

    assert bars["instrument"].tolist() == [1, 2]
    assert bars["close"].tolist() == [1_400_100, 5_000]
    assert refused == {}


def test_the_row_column_is_the_order_of_arrival(file: Path) -> None:
    rows = [tick("09:15:10", 102.0), tick("09:15:10", 101.0)]

    bars, _ = read_tick_bars(write(file, rows, row=[2, 1]), instruments=IDS, clock=CLOCK)

    assert (bars["open"][0], bars["close"][0]) == (10_100, 10_200)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (tick("09:16:00", None), "not_finite"),
        (tick("09:16:00", float("inf")), "not_finite"),
        (tick("09:16:00", 0.0), "non_positive_price"),
        (tick("09:16:00", -3.0), "non_positive_price"),
        (("TCS", "1970-01-01T05:30:00", 100.0, 10), "epoch_timestamp"),
        (("TCS", "2021-04-09T10:00:00", 100.0, 10), "other_day"),
        (("TCS", "2021-04-07T10:00:00", 100.0, 10), "other_day"),
        (tick("09:14:59", 100.0), "outside_session"),
        (tick("15:30:00", 100.0), "outside_session"),
        (tick("09:15:30", 100.0, 12), "duplicate"),
        (tick("09:15:29", 101.0, 12), "late"),
        (tick("09:15:40", 101.0, 11), "volume_fell"),
    ],
)
def test_a_bad_tick_is_refused_by_its_reason(file: Path, bad: Row, reason: str) -> None:
    good = tick("09:15:30", 100.0, 12)

    bars, refused = read_tick_bars(write(file, [good, bad]), instruments=IDS, clock=CLOCK)

    assert refused == {reason: 1}
    assert (len(bars), bars["ticks"][0]) == (1, 1)


def test_a_refused_tick_does_not_advance_time(file: Path) -> None:
    rows = [tick("09:15:30", 100.0), ("TCS", "2021-04-09T10:00:00", 1.0, None), tick("09:15:31", 101.0)]

    assert refused_of(file, rows) == {"other_day": 1}


def test_repeated_ticks_without_volume_are_duplicates(file: Path) -> None:
    assert refused_of(file, [tick("09:15:30", 100.0)] * 3) == {"duplicate": 2}


def test_another_symbols_time_makes_no_tick_late(file: Path) -> None:
    rows = [
        tick("15:00:00", 14000, symbol="NIFTY50"),
        tick("09:15:00", 50.0),
        tick("09:15:00", 14000, symbol="NIFTY50"),
    ]

    assert refused_of(file, rows) == {"late": 1}


def test_a_file_of_refused_ticks_alone_has_no_bars(file: Path) -> None:
    bars, refused = read_tick_bars(write(file, [tick("08:00:00", 5.0)]), instruments=IDS, clock=CLOCK)

    assert len(bars) == 0
    assert refused == {"outside_session": 1}


def test_the_symbols_of_a_file_are_listed(file: Path) -> None:
    assert read_tick_symbols(write(file, [tick("09:15:00", 5.0), tick("09:15:00", 5.0, symbol="A")])) == ["A", "TCS"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ticks.parquet", "holds no date such as"),
        ("ticks_2021-13-08.parquet", "is no known trading day"),
        ("ticks_1999-04-08.parquet", "is no known trading day"),
        ("ticks_2021-04-10.parquet", "the market was closed"),
    ],
)
def test_a_name_without_a_trading_day_is_refused(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(BarFileError, match=message):
        read_tick_bars(write(tmp_path / name, [tick("09:15:00", 5.0)]), instruments=IDS, clock=CLOCK)


def test_a_file_that_cannot_be_read_is_refused(file: Path) -> None:
    with pytest.raises(BarFileError, match="does not exist"):
        read_tick_bars(file, instruments=IDS, clock=CLOCK)
    file.write_bytes(b"PAR1 and no more")
    with pytest.raises(BarFileError, match="not a readable Parquet file"):
        read_tick_bars(file, instruments=IDS, clock=CLOCK)


def test_missing_columns_and_wrong_types_are_named(file: Path) -> None:
    pq.write_table(pa.table({"symbol": ["TCS"], "price": [1.0]}), file)
    with pytest.raises(BarFileError, match="lacks the columns ts_ist, ltp; it has symbol, price"):
        read_tick_bars(file, instruments=IDS, clock=CLOCK)
    pq.write_table(pa.table({"symbol": ["TCS"], "ts_ist": ["soon"], "ltp": [1.0]}), file)
    with pytest.raises(BarFileError, match="column of the wrong type"):
        read_tick_bars(file, instruments=IDS, clock=CLOCK)


@pytest.mark.recorded
def test_recorded_ticks_are_refused_as_the_validator_of_live_ticks_does(shared_data: Path) -> None:
    from streaming.feeds.recorded import RecordedFeed
    from streaming.feeds.recording_files import read_recording
    from streaming.validation import TradingDay, Validator, count_reasons

    path = shared_data / "ticks_2021" / "ticks_2021-04-16.parquet"
    symbols = read_tick_symbols(path)
    ids = {symbol: number for number, symbol in enumerate(symbols, start=1)}
    session = CLOCK.session_at(int(np.datetime64("2021-04-16T05:00", "us").astype(np.int64)))
    assert session is not None
    midnight = (session.open_us + IST_OFFSET_US) // 86_400_000_000 * 86_400_000_000 - IST_OFFSET_US
    day = TradingDay(session, midnight, midnight + 86_400_000_000)
    feed = RecordedFeed(read_recording(path), day=day, utc_offset_us=IST_OFFSET_US, instruments=ids)
    judge = Validator(np.array(sorted(ids.values())))
    received = np.concatenate([emission.ticks for emission in feed.emissions(feed.first_us - 1, feed.last_us)])
    live = count_reasons(judge.judge(received, day))

    bars, refused = read_tick_bars(path, instruments=ids, clock=CLOCK)

    assert refused == live
    assert bars["ticks"].sum() + sum(refused.values()) == len(feed)
