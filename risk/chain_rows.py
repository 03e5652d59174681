"""Groups contracts read from a file into chains, one for each exchange, underlying, day and expiry."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import Exchange, ExchangeClock, NotCovered
from risk.quant.expiry import NotATradingDay, close_instant

# One contract's place: whose chain it belongs to.  Dates count days since 1970.
KEY: Final = np.dtype([("exchange", "U8"), ("symbol", "U32"), ("day", "i8"), ("expiry", "i8")])


class ChainFileError(ValueError):
    """A file of option chains that cannot be read, with a sentence that says why."""


@lru_cache(maxsize=2)
def clock_of(exchange: Exchange) -> ExchangeClock:
    """Return the exchange's calendar, read once."""
    return ExchangeClock(exchange)


def close_of(day: date, exchange: Exchange) -> int:
    """Return the instant of the day's closing prices; raises ChainFileError for a day that has none we know."""
    try:
        return close_instant(day, clock=clock_of(exchange))
    except (NotCovered, NotATradingDay) as error:
        raise ChainFileError(f"prices of {day} on {exchange} have no known closing time: {error}") from error


def date_of(days: int) -> date:
    """Return the date of a count of days since 1970."""
    return date(1970, 1, 1) + timedelta(days=int(days))


def groups(keys: NDArray[np.void]) -> Iterator[tuple[np.void, NDArray[np.int64]]]:
    """Yield each distinct key (dtype KEY) with the positions of its rows, ascending."""
    if not len(keys):
        return
    distinct, where = np.unique(keys, return_inverse=True)
    order = np.argsort(where, kind="stable")
    bounds = np.searchsorted(where[order], np.arange(1, len(distinct)))
    yield from zip(distinct, np.split(order, bounds), strict=True)


def in_order(quotes: NDArray[np.void]) -> tuple[NDArray[np.void], int]:
    """Return quotes (dtype QUOTE) by strike, puts before calls, each contract once, and how many came again."""
    ordered = quotes[np.lexsort((quotes["is_call"], quotes["strike"]))]
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = (np.diff(ordered["strike"]) != 0) | (ordered["is_call"][1:] != ordered["is_call"][:-1])
    return ordered[first], int((~first).sum())
