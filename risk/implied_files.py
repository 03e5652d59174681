"""Files of at-the-money option prices per minute: their implied volatilities, for a walk over recorded bars.

A Parquet file with one option a row: `ts_ist` naive Indian time, `underlying`, `flag` c or p, `option_price`,
`future_price`, `strike`, `expiry_ist`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from risk.bars import BarFileError
from risk.quant.implied_quotes import IMPLIED
from risk.quant.implied_volatility import implied_volatility
from risk.quant.reasons import Reason

COLUMNS: Final = ("ts_ist", "underlying", "flag", "option_price", "future_price", "strike", "expiry_ist")
IST_US: Final = int(5.5 * 3600e6)
YEAR_US: Final = 365 * 86_400e6


def read_implied(
    paths: Sequence[Path], *, instruments: Mapping[str, int], aliases: Mapping[str, str]
) -> tuple[NDArray[np.void], dict[str, int]]:
    """Return quotes (dtype IMPLIED) in time order, the mean of a minute's options, and refused rows by reason.

    The volatility is Black-76 on the future with years of 365 days to the expiry instant, undiscounted.  Rows of other
    underlyings are left aside without a count.  Raises BarFileError for a file that cannot be read or lacks a column.
    """
    quotes, refused = [np.empty(0, dtype=IMPLIED)], dict[str, int]()
    for path in paths:
        table = _table(path)
        named = [instruments.get(aliases.get(name, name), 0) for name in table["underlying"].to_pylist()]
        found, reasons = _volatilities(table.filter(pa.array([pk > 0 for pk in named])))
        found["instrument"] = [pk for pk in named if pk > 0]
        for reason in np.unique(reasons[reasons != Reason.OK]).tolist():
            name = f"option_{Reason(reason).name.lower()}"
            refused[name] = refused.get(name, 0) + int((reasons == reason).sum())
        quotes.append(found[reasons == Reason.OK])
    return _averaged(np.concatenate(quotes)), refused


def _table(path: Path) -> pa.Table:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise BarFileError(f"{path} cannot be read as Parquet: {error}") from error
    missing = [name for name in COLUMNS if name not in table.column_names]
    if missing:
        raise BarFileError(f"{path} lacks {', '.join(missing)}; expected columns {', '.join(COLUMNS)}")
    return table.select(list(COLUMNS))


def _volatilities(table: pa.Table) -> tuple[NDArray[np.void], NDArray[np.int8]]:
    quotes = np.zeros(len(table), dtype=IMPLIED)
    quotes["time"] = _microseconds(table, "ts_ist") - IST_US
    years = (_microseconds(table, "expiry_ist") - IST_US - quotes["time"]) / YEAR_US
    solved = implied_volatility(
        np.array(table["flag"].to_pylist()) == "c",
        price=_floats(table, "option_price"),
        futures=_floats(table, "future_price"),
        strike=_floats(table, "strike"),
        expiry=years,
        rate=0.0,
    )
    quotes["volatility"] = solved.volatility
    return quotes, solved.reason


def _averaged(quotes: NDArray[np.void]) -> NDArray[np.void]:
    """Return one row per time and instrument: the mean over its options."""
    keys, where, count = np.unique(quotes[["time", "instrument"]], return_inverse=True, return_counts=True)
    means = np.zeros(len(keys), dtype=IMPLIED)
    means["time"], means["instrument"] = keys["time"], keys["instrument"]
    means["volatility"] = np.bincount(where, weights=quotes["volatility"], minlength=len(keys)) / np.maximum(count, 1)
    return means


def _microseconds(table: pa.Table, name: str) -> NDArray[np.int64]:
    return np.asarray(table[name].cast(pa.timestamp("us")).to_numpy(), dtype="datetime64[us]").astype(np.int64)


def _floats(table: pa.Table, name: str) -> NDArray[np.float64]:
    return np.asarray(table[name].cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
