"""Reads recorded minute bars from Parquet or CSV files into rows of dtype BAR."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from risk.quant.windows import BAR, PAISE

PRICES: Final = ("open", "high", "low", "close")
REQUIRED: Final = ("symbol", "ts_ist", *PRICES)
IST_OFFSET_US: Final = 19_800_000_000


class BarFileError(ValueError):
    """A bar file that cannot be read, with a sentence that says why."""


def read_bars(
    path: Path, *, instruments: Mapping[str, int], aliases: Mapping[str, str] | None = None
) -> tuple[NDArray[np.void], dict[str, int]]:
    """Return the file's bars of the instruments, and counts of refused rows by reason.

    Columns symbol, ts_ist (start of the bar, naive Indian time), open, high, low, close in rupees and,
    if present, volume.  `instruments` maps symbol to id, `aliases` a file's name to ours; rows of
    other symbols are left out uncounted.  Session and minute are not set: `history.in_sessions` does.
    Raises BarFileError for a missing, truncated, empty or wrongly typed file and for missing columns.
    """
    table = _checked(path, _table(path))
    codes = _codes(table["symbol"], instruments, aliases or {})
    bars = _rows(path, table, codes)
    reasons = _reasons(bars)
    refused = {reason: int(where.sum()) for reason, where in reasons.items() if where.any()}
    return bars[~np.logical_or.reduce(list(reasons.values()))], refused


def read_symbols(path: Path) -> list[str]:
    """Return the symbols that a bar file holds, sorted; errors as `read_bars`."""
    return sorted(pc.unique(_checked(path, _table(path))["symbol"]).to_pylist())


def _table(path: Path) -> pa.Table:
    if not path.is_file():
        raise BarFileError(f"{path} does not exist")
    if path.stat().st_size == 0:
        raise BarFileError(f"{path} is empty")
    try:
        return pa.csv.read_csv(path) if path.suffix == ".csv" else pa.parquet.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BarFileError(f"{path} is not a readable Parquet or CSV file (truncated?): {error}") from error


def _checked(path: Path, table: pa.Table) -> pa.Table:
    missing = [name for name in REQUIRED if name not in table.column_names]
    if missing:
        raise BarFileError(f"{path} lacks the columns {', '.join(missing)}; it has {', '.join(table.column_names)}")
    if table.num_rows == 0:
        raise BarFileError(f"{path} holds no rows")
    return table


def _codes(symbols: pa.ChunkedArray, instruments: Mapping[str, int], aliases: Mapping[str, str]) -> NDArray[np.int64]:
    """Return the instrument id of each row, -1 for symbols that were not asked for."""
    encoded = symbols.combine_chunks().dictionary_encode()
    names: Sequence[str] = encoded.dictionary.to_pylist()
    ids = np.array([instruments.get(aliases.get(name, name), -1) for name in names] + [-1], dtype=np.int64)
    where: NDArray[np.int64] = encoded.indices.fill_null(len(names)).to_numpy(zero_copy_only=False)
    return ids[where]


def _rows(path: Path, table: pa.Table, codes: NDArray[np.int64]) -> NDArray[np.void]:
    wanted = codes >= 0
    bars = np.zeros(int(wanted.sum()), dtype=BAR)
    bars["instrument"], bars["session"] = codes[wanted], -1
    bars["log_odds"] = bars["spread_bp"] = np.nan
    try:
        times = pc.cast(table["ts_ist"], pa.timestamp("us")).fill_null(0).cast(pa.int64())
        bars["start"] = times.to_numpy()[wanted] - IST_OFFSET_US
        for name in PRICES:
            bars[name] = _paise(table[name])[wanted]
        bars["volume"] = _floats(table["volume"])[wanted] if "volume" in table.column_names else np.nan
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BarFileError(f"{path} has a column of the wrong type: {error}") from error
    bars["ticks"] = 1
    return bars


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    values: NDArray[np.float64] = pc.cast(column, pa.float64()).fill_null(float("nan")).to_numpy()
    return values


def _paise(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return prices in paise, 0 where a price is missing, not finite or beyond what paise can hold."""
    rupees = _floats(column)
    usable = np.isfinite(rupees) & (np.abs(rupees) < 1e12)
    paise: NDArray[np.int64] = np.rint(np.where(usable, rupees, 0.0) * PAISE).astype(np.int64)
    return paise


def _reasons(bars: NDArray[np.void]) -> dict[str, NDArray[np.bool_]]:
    prices = np.stack([bars[name] for name in PRICES])
    bad_price = (prices <= 0).any(axis=0)
    inverted = ~bad_price & ((bars["high"] < prices.max(axis=0)) | (bars["low"] > prices.min(axis=0)))
    return {"bad_price": bad_price, "high_low_do_not_enclose": inverted}
