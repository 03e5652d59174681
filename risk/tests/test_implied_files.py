from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from risk.bars import BarFileError
from risk.implied_files import read_implied
from risk.quant.black76 import price
from risk.quant.terms import OptionType

START = datetime(2023, 4, 3, 9, 15)
EXPIRY = datetime(2023, 4, 27, 15, 30)
YEARS = (EXPIRY - START).total_seconds() / (365 * 86_400)


def file_of(folder: Path, *rows: dict[str, Any], without: str = "") -> Path:
    ordinary = {
        "ts_ist": START,
        "underlying": "SBIN",
        "flag": "c",
        "future_price": 525.0,
        "strike": 520.0,
        "expiry_ist": EXPIRY,
        "option_price": 14.0,
    }
    path = folder / "implied.parquet"
    columns = {name: [row.get(name, value) for row in rows] for name, value in ordinary.items() if name != without}
    pq.write_table(pa.table(columns), path)
    return path


def worth(flag: str, volatility: float) -> float:
    side: OptionType = "call" if flag == "c" else "put"
    return float(price(side, futures=525.0, strike=520.0, volatility=volatility, expiry=YEARS, rate=0.0))


def test_call_and_put_of_a_minute_are_averaged(tmp_path: Path) -> None:
    rows = [{"flag": flag, "option_price": worth(flag, volatility)} for flag, volatility in (("c", 0.24), ("p", 0.20))]

    quotes, refused = read_implied([file_of(tmp_path, *rows)], instruments={"SBIN": 7}, aliases={})

    assert quotes["instrument"].tolist() == [7]
    assert quotes["time"].tolist() == [1_680_493_500_000_000]  # 3 April 2023 03:45 UTC
    assert quotes["volatility"] == pytest.approx([0.22])
    assert refused == {}


def test_an_option_below_its_intrinsic_value_is_refused_by_name(tmp_path: Path) -> None:
    path = file_of(tmp_path, {"option_price": 3.0}, {"option_price": 14.0}, {"option_price": float("nan")})
    quotes, refused = read_implied([path], instruments={"SBIN": 7}, aliases={})

    assert len(quotes) == 1
    assert refused == {"option_below_intrinsic": 1, "option_not_finite": 1}


def test_other_underlyings_are_left_aside(tmp_path: Path) -> None:
    path = file_of(tmp_path, {"underlying": "TCS"}, {"underlying": "STATE BANK"})
    quotes, refused = read_implied([path], instruments={"SBIN": 7}, aliases={"STATE BANK": "SBIN"})

    assert quotes["instrument"].tolist() == [7]
    assert refused == {}


def test_no_file_means_no_quotes() -> None:
    quotes, refused = read_implied([], instruments={"SBIN": 7}, aliases={})

    assert (len(quotes), refused) == (0, {})


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(BarFileError, match="lacks strike; expected columns ts_ist, underlying"):
        read_implied([file_of(tmp_path, {}, without="strike")], instruments={"SBIN": 7}, aliases={})


def test_a_file_that_is_no_parquet_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_text("no")

    with pytest.raises(BarFileError, match=r"x\.parquet cannot be read as Parquet"):
        read_implied([path], instruments={"SBIN": 7}, aliases={})


@pytest.mark.recorded
def test_recorded_volatilities_lie_near_the_published_ones(shared_data: Path) -> None:
    # The file's own volatilities count 250 business days a year; ours 365 days: the ratio is the root of the clocks'.
    path = shared_data / "options" / "bank_atm_iv_1min_2023.parquet"
    quotes, refused = read_implied([path], instruments={"SBIN": 1, "ICICIBANK": 2, "HDFCBANK": 3}, aliases={})
    published = np.array(pq.read_table(path, columns=["iv_pyvollib_r0"])["iv_pyvollib_r0"].to_pylist(), dtype=float)

    assert refused["option_below_intrinsic"] == 61
    assert np.median(quotes["volatility"]) == pytest.approx(np.nanmedian(published), rel=0.1)
