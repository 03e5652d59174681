from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

from streaming.feeds import recording_files as files
from streaming.feeds.recorded import TAIL_US, RecordedFeed
from streaming.tests.feed_factories import DAY, SECOND, make_table, open_feed, steady_rows, trading_day, write_rows
from streaming.validation import Validator, count_reasons

SYMBOLS = ("NIFTY50", "BANKNIFTY", "RELIANCE", "TCS", "INFY", "HDFCBANK", "ICICIBANK", "SBIN", "AXISBANK",
           "KOTAKBANK", "MARUTI", "TATAMOTORS", "HDFC")  # fmt: skip
OPEN = trading_day().session.open_us


def everything(feed: RecordedFeed) -> list[NDArray[np.void]]:
    return [emission.ticks for emission in feed.emissions(feed.first_us - 1, feed.last_us)]


def outcome(feed: RecordedFeed) -> tuple[int, dict[str, int]]:
    validator = Validator(np.array([1, 2]))
    refused: Counter[str] = Counter()
    for emission in feed.emissions(feed.first_us - 1, feed.last_us):
        refused.update(count_reasons(validator.judge(emission.ticks, emission.day)))
    return len(feed) - sum(refused.values()), dict(refused)


def plain_counts(path: Path, day: date) -> Counter[str]:
    """Judge a recorded file row by row in its own order, with pyarrow and Python only."""
    counts: Counter[str] = Counter()
    last: dict[str, tuple[object, ...]] = {}
    newest: dict[str, int] = {}
    volumes: dict[str, int] = {}
    table = pq.read_table(path).sort_by([("symbol", "ascending"), ("row", "ascending")])
    table = table.set_column(1, "second", table["ts_ist"].cast(pa.timestamp("s")).cast(pa.int64()))
    midnight = (day - date(1970, 1, 1)).days * 86_400
    columns = (table[name].to_pylist() for name in ("symbol", "second", "ltp", "cum_volume"))
    for symbol, second, price, volume in zip(*columns, strict=True):
        of_day, row = second - midnight, (second, price, volume)
        if second < 365 * 86_400:
            counts["epoch_timestamp"] += 1
        elif not 0 <= of_day < 86_400:
            counts["other_day"] += 1
        elif not 33_300 <= of_day < 55_800:  # 09:15 and 15:30
            counts["outside_session"] += 1
        elif last.get(symbol) == row:
            counts["duplicate"] += 1
        else:
            last[symbol] = row
            if second < newest.get(symbol, 0):
                counts["late"] += 1
                continue
            newest[symbol] = second
            counts["volume_fell" if volume < volumes.get(symbol, 0) else "accepted"] += 1
            volumes[symbol] = volume
    return counts


# Rows, 1970, other day: the table in the data folder's README. Outside 09:15-15:30: the same table, plus the
# rows stamped exactly 15:30:00, which are after the session here and inside the interval there.
RECORDED = [
    ("2021-04-08", 282_845, 0, 0, 1_112 + 8),
    ("2021-04-16", 394_660, 33_077, 45_741, None),
    ("2021-05-05", 277_465, 0, 0, 16_158),
    ("2021-06-04", 255_270, 0, 0, 0),
]


@pytest.mark.parametrize(("name", "rows", "epoch", "other_day", "outside"), RECORDED)
def test_the_counts_of_a_recorded_day_agree_with_an_independent_account(
    shared_data: Path, name: str, rows: int, epoch: int, other_day: int, outside: int | None
) -> None:
    path, day = shared_data / "ticks_2021" / f"ticks_{name}.parquet", date.fromisoformat(name)
    feed = open_feed(path, day=day, instruments={symbol: n for n, symbol in enumerate(SYMBOLS, 1)})
    validator, refused = Validator(np.arange(1, 14)), Counter[str]()

    for emission in feed.emissions(feed.first_us - 1, feed.last_us):
        refused.update(count_reasons(validator.judge(emission.ticks, emission.day)))

    expected = plain_counts(path, day)
    accepted = expected.pop("accepted")
    assert len(feed) == rows
    assert refused == expected
    assert rows - refused.total() == accepted
    assert (refused["epoch_timestamp"], refused["other_day"]) == (epoch, other_day)
    assert outside is None or refused["outside_session"] == outside


def test_symbols_stored_one_after_another_are_merged_by_time(tmp_path: Path) -> None:
    path = write_rows(tmp_path, [*steady_rows("AAA", seconds=3), *steady_rows("BBB", seconds=3)])

    ticks = np.concatenate(everything(open_feed(path)))

    assert ticks["instrument"].tolist() == [1, 2, 1, 2, 1, 2]
    assert np.all(np.diff(ticks["exchange_time"]) >= 0)


def test_a_second_is_told_when_it_is_over_and_silent_seconds_are_told_too(tmp_path: Path) -> None:
    path = write_rows(tmp_path, [("AAA", "09:15:00", 1.0, 1.0), ("AAA", "09:15:03", 1.0, 2.0)])
    feed = open_feed(path)

    emissions = list(feed.emissions(feed.first_us - 1, feed.last_us))

    assert [(e.log_time - OPEN) // SECOND for e in emissions] == [1, 2, 3, 4, 5, 6, 7]
    assert [len(e.ticks) for e in emissions] == [1, 0, 0, 1, 0, 0, 0]


def test_a_recording_up_to_the_close_is_followed_past_it(tmp_path: Path) -> None:
    path = write_rows(tmp_path, steady_rows("AAA", seconds=5, begin="15:28:00"))

    assert open_feed(path).last_us == trading_day().session.close_us + TAIL_US


def test_spans_of_time_cut_anywhere_give_the_same_emissions(tmp_path: Path) -> None:
    feed = open_feed(write_rows(tmp_path, steady_rows("AAA", seconds=20)))
    cuts = [feed.first_us - 1, feed.first_us, feed.first_us + 3_500_000, feed.last_us - 1, feed.last_us]

    parts = [e for a, b in pairwise(cuts) for e in feed.emissions(a, b)]

    whole = list(feed.emissions(feed.first_us - 1, feed.last_us))
    assert [(e.log_time, e.ticks.tobytes()) for e in parts] == [(e.log_time, e.ticks.tobytes()) for e in whole]


@pytest.mark.parametrize(
    ("stamp", "reason"),
    [
        ("1970-01-01 00:00:00", "epoch_timestamp"),
        ("2021-04-09 10:00:00", "other_day"),
        ("2021-04-08 18:00:00", "outside_session"),
        ("2021-04-08 14:00:00", "future_timestamp"),
        ("2021-04-08 09:15:01", "late"),
    ],
)
def test_one_wrong_time_is_refused_by_its_name_and_loses_nothing_else(tmp_path: Path, stamp: str, reason: str) -> None:
    rows = [*steady_rows("AAA", seconds=30), *steady_rows("BBB", seconds=30)]
    rows.insert(10, ("AAA", stamp, 50.0, 1_009.0))

    accepted, refused = outcome(open_feed(write_rows(tmp_path, rows)))

    assert (accepted, refused) == (60, {reason: 1})


def test_an_unknown_symbol_is_refused_with_its_name_kept(tmp_path: Path) -> None:
    path = write_rows(tmp_path, [*steady_rows("AAA", seconds=3), *steady_rows("ZZZ", seconds=2)])
    feed = open_feed(path)

    assert outcome(feed) == (3, {"unknown_symbol": 2})
    assert "ZZZ" in feed.names.values()


def test_an_alias_is_its_instrument(tmp_path: Path) -> None:
    path = write_rows(tmp_path, steady_rows("NIFTY50", seconds=3))

    assert outcome(open_feed(path, instruments={"NIFTY": 1, "NIFTY50": 1})) == (3, {})


def test_csv_and_parquet_of_the_same_rows_give_the_same_ticks(tmp_path: Path) -> None:
    rows = [*steady_rows("AAA", seconds=5), ("AAA", "09:15:05", float("nan"), 1_005.0), ("AAA", "09:15:06", 1.0, 1e4)]
    table = tmp_path / f"ticks_{DAY}.csv"
    pyarrow.csv.write_csv(make_table(rows), table)

    from_csv, from_parquet = open_feed(table), open_feed(write_rows(tmp_path, rows))

    assert [t.tobytes() for t in everything(from_csv)] == [t.tobytes() for t in everything(from_parquet)]
    assert outcome(from_csv) == (6, {"not_finite": 1})


def test_a_file_without_one_valid_row_ends_with_all_rows_counted(tmp_path: Path) -> None:
    path = write_rows(tmp_path, [("AAA", "1970-01-01 00:00:00", 1.0, 1.0)] * 3)

    assert outcome(open_feed(path)) == (0, {"epoch_timestamp": 3})


def bad_file(folder: Path, kind: str) -> Path:
    good = write_rows(folder, steady_rows("AAA", seconds=50))
    table = pq.read_table(good)
    path = folder / f"bad_{DAY}.parquet"
    match kind:
        case "truncated":
            path.write_bytes(good.read_bytes()[:-500])
        case "damaged":
            path.write_bytes(good.read_bytes()[:4] + bytes(64) + good.read_bytes()[-8:])
        case "empty":
            path.write_bytes(b"")
        case "no rows":
            pq.write_table(table.slice(0, 0), path)
        case "no columns":
            pq.write_table(table.drop_columns(["ltp", "ts_ist"]), path)
        case "binary":
            path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
        case "words as prices":
            pq.write_table(table.set_column(2, "ltp", pa.array(["high"] * 50)), path)
        case "numbers as times":
            pq.write_table(table.set_column(1, "ts_ist", pa.array([1.5] * 50)), path)
        case "broken line":
            path.write_text("symbol,ts_ist,ltp\nAAA,2021-04-08 09:15:00,1.0\nAAA,2021-04")
    return path


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("missing", files.FileMissing, "there is no file"),
        ("truncated", files.FileTruncated, "without its footer"),
        ("damaged", files.FileTruncated, "damaged Parquet"),
        ("empty", files.FileEmpty, "0 bytes"),
        ("no rows", files.FileEmpty, "no rows"),
        ("no columns", files.ColumnsMissing, "ts_ist, ltp missing"),
        ("binary", files.WrongFileType, "neither Parquet nor CSV"),
        ("words as prices", files.WrongColumnType, "column ltp"),
        ("numbers as times", files.WrongColumnType, "column ts_ist"),
        ("broken line", files.FileTruncated, "not a complete CSV"),
    ],
)
def test_a_file_that_cannot_be_replayed_says_why(
    tmp_path: Path, kind: str, error: type[files.RecordingError], words: str
) -> None:
    path = bad_file(tmp_path, kind)

    with pytest.raises(error, match=words):
        files.read_recording(path)


def test_the_day_comes_from_the_caller_or_from_the_files_name() -> None:
    given = date(2021, 4, 9)

    assert files.recorded_day(Path("ticks_2021-04-08.parquet")) == date(2021, 4, 8)
    assert files.recorded_day(Path("NSE20210408.csv")) == date(2021, 4, 8)
    assert files.recorded_day(Path("ticks_2021-04-08.parquet"), given) == given


@pytest.mark.parametrize("name", ["ticks.parquet", "ticks_2021-13-40.parquet"])
def test_a_name_without_a_date_asks_for_one(name: str) -> None:
    with pytest.raises(files.DateUnknown, match="--date"):
        files.recorded_day(Path(name))
