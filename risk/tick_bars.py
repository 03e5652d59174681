"""Makes minute bars of a file of recorded ticks, refusing what live intake refuses, by the same reasons."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet
from numpy.typing import NDArray

from risk.bars import IST_OFFSET_US, BarFileError
from risk.quant.calendar import MINUTE_US, ExchangeClock, NotCovered, Session
from risk.quant.ticks import HIGHEST_PRICE, LARGEST_QUANTITY, LOWEST_PRICE
from risk.quant.windows import BAR, PAISE

REQUIRED: Final = ("symbol", "ts_ist", "ltp")
DAY_US: Final = 86_400_000_000
EPOCH_ENDS_US: Final = 365 * DAY_US
TICK: Final = np.dtype([("instrument", "<i8"), ("row", "<i8"), ("time", "<i8"), ("price", "<f8"), ("volume", "<f8")])

BoolArray = NDArray[np.bool_]


def read_tick_bars(
    path: Path, *, instruments: Mapping[str, int], clock: ExchangeClock, aliases: Mapping[str, str] | None = None
) -> tuple[NDArray[np.void], dict[str, int]]:
    """Return the bars (dtype BAR) of one recorded session and the counts of refused ticks by reason.

    Columns symbol, ts_ist (naive Indian time) and ltp in rupees, if present cum_volume (of the day) and row (order
    of arrival within a symbol, else the file's).  The day is the date in the file's name.  A symbol's time is the
    running maximum of its valid ticks: older ones are late.  Raises BarFileError for a file that cannot be read,
    lacks a column, or has no date in its name, and for a day without a session.
    """
    session = _session(path, clock)
    ticks = _ticks(path, instruments, aliases or {})
    accepted, refused = _accepted(ticks, session)
    return _bars(accepted, session), refused


def read_tick_symbols(path: Path) -> list[str]:
    """Return the symbols that a file of ticks holds, sorted; errors as `read_tick_bars`."""
    return sorted(pc.unique(_table(path)["symbol"]).drop_null().to_pylist())


def _session(path: Path, clock: ExchangeClock) -> Session:
    found = re.search(r"(\d{4})-?(\d{2})-?(\d{2})", path.stem)
    if found is None:
        raise BarFileError(f"the name {path.name} holds no date such as 2021-04-08")
    try:
        session = clock.session_on(date(*(int(part) for part in found.groups())))
    except (ValueError, NotCovered) as error:
        raise BarFileError(f"the date in the name {path.name} is no known trading day: {error}") from error
    if session is None:
        raise BarFileError(f"the market was closed on the date in the name {path.name}")
    return session


def _ticks(path: Path, instruments: Mapping[str, int], aliases: Mapping[str, str]) -> NDArray[np.void]:
    """Return the ticks of the wanted symbols by symbol and order of arrival."""
    table = _table(path)
    names = table["symbol"].to_pylist()
    ids = {name: instruments.get(aliases.get(name, name), -1) for name in set(names)}
    owner = np.array([ids[name] for name in names], dtype=np.int64)
    ticks = np.zeros(table.num_rows, dtype=TICK)
    ticks["instrument"] = owner
    try:
        times = pc.cast(table["ts_ist"], pa.timestamp("us")).cast(pa.int64()).fill_null(0)
        ticks["time"] = times.to_numpy() - IST_OFFSET_US
        ticks["price"] = _floats(table, "ltp")
        ticks["volume"] = _floats(table, "cum_volume") if "cum_volume" in table.column_names else np.nan
        ticks["row"] = table["row"].to_numpy() if "row" in table.column_names else np.arange(table.num_rows)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BarFileError(f"{path} has a column of the wrong type: {error}") from error
    ticks = ticks[owner >= 0]
    order = np.lexsort((ticks["row"], ticks["instrument"]))
    return ticks[order]


def _table(path: Path) -> pa.Table:
    if not path.is_file():
        raise BarFileError(f"{path} does not exist")
    try:
        table = pa.parquet.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise BarFileError(f"{path} is not a readable Parquet file of ticks (truncated?): {error}") from error
    missing = [name for name in REQUIRED if name not in table.column_names]
    if missing:
        raise BarFileError(f"{path} lacks the columns {', '.join(missing)}; it has {', '.join(table.column_names)}")
    return table


def _floats(table: pa.Table, name: str) -> NDArray[np.float64]:
    values: NDArray[np.float64] = pc.cast(table[name], pa.float64()).fill_null(float("nan")).to_numpy()
    return values


def _accepted(ticks: NDArray[np.void], session: Session) -> tuple[NDArray[np.void], dict[str, int]]:
    """Return the ticks that a bar is made of, and the others counted by the first reason that holds."""
    refused: dict[str, int] = {}
    local = ticks["time"] + IST_OFFSET_US
    day = (session.open_us + IST_OFFSET_US) // DAY_US
    alone = {
        "not_finite": ~np.isfinite(ticks["price"]) | np.isinf(ticks["volume"]),
        "non_positive_price": ticks["price"] <= 0,
        "negative_number": ticks["volume"] < 0,
        "out_of_range": (ticks["price"] <= LOWEST_PRICE)
        | (ticks["price"] > HIGHEST_PRICE)
        | (ticks["volume"] > LARGEST_QUANTITY),
        "epoch_timestamp": local < EPOCH_ENDS_US,
        "other_day": local // DAY_US != day,
        "outside_session": (ticks["time"] < session.open_us) | (ticks["time"] >= session.close_us),
    }
    left = np.ones(len(ticks), dtype=np.bool_)
    for reason, holds in alone.items():
        refused[reason], left = int((left & holds).sum()), left & ~holds
    ticks = ticks[left]
    for reason, rule in (("duplicate", _repeats), ("late", _late), ("volume_fell", _fell)):
        holds = rule(ticks)
        refused[reason], ticks = int(holds.sum()), ticks[~holds]
    return ticks, {reason: count for reason, count in refused.items() if count}


def _repeats(ticks: NDArray[np.void]) -> BoolArray:
    same = _successive(ticks)
    for name in ("time", "price", "volume"):
        mine, before = ticks[name], np.roll(ticks[name], 1)
        same &= (mine == before) | ((mine != mine) & (before != before))
    return same


def _late(ticks: NDArray[np.void]) -> BoolArray:
    """Return which ticks are older than an earlier one of their symbol; each symbol is lifted above the one before."""
    lift = np.cumsum(~_successive(ticks)) * 2 * DAY_US
    times = ticks["time"] + lift
    late: BoolArray = times < np.maximum.accumulate(times)
    return late


def _fell(ticks: NDArray[np.void]) -> BoolArray:
    """Return which ticks say less of the day's volume than the one before of their symbol."""
    fell: BoolArray = _successive(ticks) & (ticks["volume"] < np.roll(ticks["volume"], 1))
    return fell


def _successive(ticks: NDArray[np.void]) -> BoolArray:
    """Return which ticks have one of the same symbol before them."""
    same: BoolArray = ticks["instrument"] == np.roll(ticks["instrument"], 1)
    same[:1] = False
    return same


def _bars(ticks: NDArray[np.void], session: Session) -> NDArray[np.void]:
    minute = (ticks["time"] - session.open_us) // MINUTE_US
    fresh = ~_successive(ticks) | (minute != np.roll(minute, 1))
    starts = np.flatnonzero(fresh)
    if not len(starts):
        return np.zeros(0, dtype=BAR)
    ends = np.append(starts[1:], len(ticks)) - 1
    paise = np.rint(ticks["price"] * PAISE).astype(np.int64)
    bars = np.zeros(len(starts), dtype=BAR)
    bars["instrument"], bars["minute"] = ticks["instrument"][starts], minute[starts]
    bars["session"], bars["start"] = session.key, session.open_us + minute[starts] * MINUTE_US
    bars["open"], bars["close"] = paise[starts], paise[ends]
    bars["high"], bars["low"] = np.maximum.reduceat(paise, starts), np.minimum.reduceat(paise, starts)
    bars["volume"] = ticks["volume"][ends] - ticks["volume"][starts]
    bars["ticks"], bars["log_odds"] = ends - starts + 1, np.nan
    return bars
