"""Why an element of an array has no value: codes shared by pricing and implied volatility."""

from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

ReasonArray = NDArray[np.int8]


class Reason(IntEnum):
    """Say why a result is NaN; OK, which is 0, says that it is a number.

    The first group concerns inputs, the second a price from which no volatility follows, the third a quote.
    """

    OK = 0
    EXPIRED = 1  # the time to expiry is negative; zero is a value, the intrinsic one
    NOT_FINITE = 2  # an input is NaN or infinite
    NOT_POSITIVE = 3  # a futures price or strike is zero or below, or a volatility is below zero
    BELOW_INTRINSIC = 4  # the price is less than exercise at once would give
    ABOVE_MAXIMUM = 5  # the price is at or over the discounted futures price (call) or strike (put)
    NO_TIME_VALUE = 6  # the price is the intrinsic value, so every small volatility explains it
    STALE = 7  # the quote is too old
    WIDE = 8  # bid and ask are too far apart
    CROSSED = 9  # the bid is above the ask


TEXTS: Final = {reason: reason.name.lower() for reason in Reason}


def text(reason: Reason | int) -> str:
    """Return the code as people and messages read it: `below_intrinsic`.  Raises ValueError for an unknown code."""
    return TEXTS[Reason(reason)]
