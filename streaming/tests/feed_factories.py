"""Valid defaults for the feed's tests: a trading day, ticks, and files of recorded rows."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from risk.quant.calendar import ExchangeClock
from risk.quant.ticks import blank_ticks
from streaming.feeds.recorded import RecordedFeed
from streaming.feeds.recording_files import read_recording
from streaming.validation import TradingDay

SECOND = 1_000_000
IST_US = 19_800 * SECOND  # India is 5 h 30 min ahead of UTC
DAY = date(2021, 4, 8)
Row = tuple[str, str, float, float]  # symbol, clock time, price, volume


def trading_day(day: date = DAY) -> TradingDay:
    session = ExchangeClock("NSE").session_on(day)
    assert session is not None
    midnight = (day - date(1970, 1, 1)).days * 86_400 * SECOND - IST_US
    return TradingDay(session, midnight, midnight + 86_400 * SECOND)


def make_tick(
    *, at: int, price: float = 100.0, volume: float = np.nan, instrument: int = 1, received: int | None = None
) -> NDArray[np.void]:
    tick = blank_ticks(1)
    tick["instrument"], tick["exchange_time"], tick["last_price"], tick["volume"] = instrument, at, price, volume
    tick["receive_time"] = at if received is None else received
    return tick


def make_table(rows: Sequence[Row], *, day: date = DAY) -> pa.Table:
    """Rows as (symbol, "HH:MM:SS" or a full time stamp, price, volume), stored as they arrived."""
    stamps = [
        datetime.fromisoformat(clock if " " in clock else f"{day} {clock}").replace(tzinfo=None)
        for _, clock, _, _ in rows
    ]
    return pa.table(
        {
            "symbol": [row[0] for row in rows],
            "ts_ist": pa.array(stamps, pa.timestamp("us")),
            "ltp": [row[2] for row in rows],
            "cum_volume": [row[3] for row in rows],
            "row": list(range(len(rows))),
        }
    )


def write_rows(folder: Path, rows: Sequence[Row], *, day: date = DAY) -> Path:
    path = folder / f"ticks_{day}.parquet"
    pq.write_table(make_table(rows, day=day), path)
    return path


def steady_rows(symbol: str, *, seconds: int, begin: str = "09:15:00") -> list[Row]:
    start = datetime.fromisoformat(f"{DAY} {begin}")
    return [
        (symbol, f"{start + timedelta(seconds=number):%H:%M:%S}", 100.0 + number % 7, 1_000.0 + number)
        for number in range(seconds)
    ]


def open_feed(path: Path, *, day: date = DAY, instruments: dict[str, int] | None = None) -> RecordedFeed:
    ids = {"AAA": 1, "BBB": 2} if instruments is None else instruments
    return RecordedFeed(read_recording(path), day=trading_day(day), utc_offset_us=IST_US, instruments=ids)
