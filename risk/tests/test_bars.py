from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from risk.bars import BarFileError, read_bars, read_symbols
from risk.quant.calendar import ExchangeClock
from risk.quant.history import in_sessions

OPENS = datetime(2024, 1, 19, 9, 15)


def table(**columns: list[object]) -> pa.Table:
    count = 3
    rows: dict[str, list[object]] = {
        "symbol": ["NIFTY50"] * count,
        "ts_ist": [OPENS + timedelta(minutes=n) for n in range(count)],
        "open": [100.0] * count,
        "high": [101.0] * count,
        "low": [99.0] * count,
        "close": [100.5] * count,
    }
    return pa.table(rows | columns)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bars.parquet"


def read(path: Path) -> tuple[np.ndarray[tuple[int], np.dtype[np.void]], dict[str, int]]:
    return read_bars(path, instruments={"NIFTY": 7}, aliases={"NIFTY50": "NIFTY"})


def test_bars_are_read_in_paise_and_utc_under_our_symbol(path: Path) -> None:
    pa.parquet.write_table(table(volume=[5.0, 6.0, 7.0]), path)

    bars, refused = read(path)
    placed, strays = in_sessions(bars, ExchangeClock())

    assert refused == {}
    assert bars["instrument"].tolist() == [7, 7, 7]
    assert bars["close"].tolist() == [10_050] * 3
    assert bars["volume"].tolist() == [5, 6, 7]
    assert (placed["session"].tolist(), placed["minute"].tolist(), strays) == ([20240119] * 3, [0, 1, 2], 0)


def test_csv_files_are_read_as_well(tmp_path: Path) -> None:
    pa.csv.write_csv(table(), tmp_path / "bars.csv")

    bars, _ = read(tmp_path / "bars.csv")

    assert bars["high"].tolist() == [10_100] * 3
    assert read_symbols(tmp_path / "bars.csv") == ["NIFTY50"]


def test_bad_rows_are_counted_by_reason_and_left_out(path: Path) -> None:
    pa.parquet.write_table(table(open=[float("nan"), 100.0, 100.0], low=[99.0, 100.2, 99.0]), path)

    bars, refused = read(path)

    assert len(bars) == 1
    assert refused == {"bad_price": 1, "high_low_do_not_enclose": 1}


def test_bars_outside_sessions_and_repeated_ones_are_counted(path: Path) -> None:
    times: list[object] = [OPENS, OPENS, OPENS - timedelta(minutes=1)]
    pa.parquet.write_table(table(ts_ist=times), path)

    placed, strays = in_sessions(read(path)[0], ExchangeClock())

    assert (len(placed), strays) == (1, 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "is empty"), (b"PAR1 cut off", "truncated"), (b"\x00" * 50, "not a readable")],
)
def test_an_unreadable_file_says_why(path: Path, content: bytes, message: str) -> None:
    path.write_bytes(content)

    with pytest.raises(BarFileError, match=message):
        read(path)


def test_a_truncated_parquet_file_says_why(path: Path) -> None:
    pa.parquet.write_table(table(), path)
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(BarFileError, match="truncated"):
        read(path)


def test_a_missing_file_missing_columns_and_no_rows_say_so(path: Path) -> None:
    with pytest.raises(BarFileError, match="does not exist"):
        read(path)
    pa.parquet.write_table(table().drop_columns(["high", "low"]), path)
    with pytest.raises(BarFileError, match="lacks the columns high, low"):
        read(path)
    pa.parquet.write_table(table().slice(0, 0), path)
    with pytest.raises(BarFileError, match="no rows"):
        read(path)


@pytest.mark.parametrize("column", ["close", "ts_ist"])
def test_a_column_of_the_wrong_type_says_so(path: Path, column: str) -> None:
    pa.parquet.write_table(table(**{column: list[object]("abc")}), path)

    with pytest.raises(BarFileError, match="wrong type"):
        read(path)
