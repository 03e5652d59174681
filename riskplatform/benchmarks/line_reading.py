"""Reading a provider's JSON lines, beside a loop of `json.loads` into a dictionary per tick that checks nothing."""

import json
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any, Final

import numpy as np

from risk.quant.calendar import ExchangeClock
from riskplatform.benchmarks.timing import processor_ms
from streaming.feeds.exchange_days import ExchangeDays
from streaming.feeds.json_ticks import TickReader
from streaming.feeds.line_splitting import Lines

Row = tuple[str, str, str, str]
SYMBOLS: Final = 500
LINES: Final = 20_000
PORTION: Final = 500  # lines that are read at once
ROUNDS: Final = 7


def rows() -> Iterator[Row]:
    """Yield how many lines are read in a second of processor time."""
    received = time.time_ns() // 1000
    lines, instruments = _lines(received), {f"S{number}": number for number in range(1, SYMBOLS + 1)}
    ours, theirs = list[float](), list[float]()
    for _ in range(ROUNDS):  # in turn, so that what else the machine does meets both
        ours += processor_ms(_reading(lines, instruments, received), rounds=1)
        theirs += processor_ms(lambda: _loop(lines, instruments), rounds=1)
    here, there = (LINES / median(each) for each in (ours, theirs))
    yield (
        f"reading {LINES:,} JSON lines of {SYMBOLS} symbols, {PORTION} at once, every field checked",
        f"{here:,.0f} k lines/s",
        f"{there:,.0f} k, json.loads in a loop, nothing checked",
        f"{here / there:.1f}×",
    )


def _reading(lines: list[bytes], instruments: dict[str, int], received: int) -> Callable[[], object]:
    reader, day = TickReader(instruments), ExchangeDays(ExchangeClock("NSE")).at(received)
    portions = [Lines(lines[first : first + PORTION], []) for first in range(0, len(lines), PORTION)]
    return lambda: [reader.read(portion, received_at=received, day=day) for portion in portions]


def _loop(lines: list[bytes], instruments: dict[str, int]) -> list[dict[str, Any]]:
    ticks = []
    for line in lines:
        fields = json.loads(line)
        fields["instrument"] = instruments[fields.pop("symbol")]
        ticks.append(fields)
    return ticks


def _lines(received: int) -> list[bytes]:
    random = np.random.default_rng(1973)
    prices = np.round(1_000.0 * np.exp(random.normal(0.0, 1e-3, LINES)), 2)
    return [
        json.dumps(
            {
                "symbol": f"S{1 + number % SYMBOLS}",
                "exchange_time": received - LINES + number,
                "last_price": price,
                "last_quantity": 50,
                "volume": 1_000 + number,
                "bid_price": round(price - 0.05, 2),
                "ask_price": round(price + 0.05, 2),
            }
        ).encode()
        for number, price in enumerate(prices.tolist())
    ]
