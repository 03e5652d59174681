"""When a contract of an Indian exchange expires, and how many years remain until then.

Index options settle on the underlying's close, so the instant that matters is the one that fixes this close:
the end of the cash session, or since 3 August 2026 the end of the closing auction.  Years have 365 days.
"""

from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.quant.calendar import EPOCH, IST, MINUTE_US, ExchangeClock

YEAR_US: Final = 365 * 24 * 60 * MINUTE_US


class NotATradingDay(LookupError):
    """The exchange is known to be shut on the date that was asked for."""


def close_instant(day: date, *, clock: ExchangeClock) -> int:
    """Return when the underlying's close of an Indian date is fixed, in microseconds UTC.

    A contract that expires on `day` expires then, and end-of-day prices of `day` are taken to be of then.
    Raises NotCovered where the calendar holds no fact, and NotATradingDay where it knows that nobody trades.
    """
    session = clock.session_on(day)
    if session is None:
        raise NotATradingDay(f"{day} is not a trading day")
    instant = session.close_us
    while clock.phase_at(instant) == "closing_auction":
        instant += MINUTE_US
    return instant


def years_between(start_us: ArrayLike, end_us: ArrayLike) -> NDArray[np.float64]:
    """Return the years of 365 days from one instant to another, negative after the end; arguments broadcast.

    Raises ValueError for instants that are not whole microseconds.
    """
    return (_whole("end_us", end_us) - _whole("start_us", start_us)) / YEAR_US


def indian_instant(moment: datetime) -> int:
    """Return the instant of a naive Indian date and clock time, in microseconds UTC.

    Raises ValueError for a moment that carries a zone, which would be converted twice.
    """
    if moment.tzinfo is not None:
        raise ValueError(f"moment must be a naive Indian time, was {moment.isoformat()}")
    return (moment.replace(tzinfo=IST) - EPOCH) // timedelta(microseconds=1)


def _whole(name: str, instant: ArrayLike) -> NDArray[np.int64]:
    instants = np.asarray(instant)
    if instants.size and not np.issubdtype(instants.dtype, np.integer):
        raise ValueError(f"{name} must be whole microseconds, was {instants.flat[0]} of {instants.dtype}")
    return instants.astype(np.int64)
