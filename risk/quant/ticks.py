"""The tick: one observation of one instrument, as the tick log carries it.

A batch of ticks is a structured numpy array of dtype `TICK`, little endian, so that its bytes
are the wire format: no parsing stands between the log and the fold.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import at_least

TICK: Final = np.dtype(
    [
        ("instrument", "<u4"),
        ("exchange_time", "<i8"),  # microseconds UTC, as the exchange stamped it
        ("receive_time", "<i8"),  # microseconds UTC, as the feed received it
        ("last_price", "<f8"),  # rupees
        ("last_quantity", "<f8"),
        ("volume", "<f8"),  # cumulative since the session's open
        ("bid_price", "<f8"),
        ("ask_price", "<f8"),
        ("bid_quantity", "<f8"),
        ("ask_quantity", "<f8"),
        ("open_interest", "<f8"),
    ]
)
OPTIONAL: Final = (
    "last_quantity",
    "volume",
    "bid_price",
    "ask_price",
    "bid_quantity",
    "ask_quantity",
    "open_interest",
)

# What a market can have, and every store of ours can hold.
LOWEST_PRICE: Final = 0.005  # rupees, itself excluded: it rounds to no paisa
HIGHEST_PRICE: Final = 1e9  # rupees; a record's columns end at 1e14
LARGEST_QUANTITY: Final = 2.0**53  # beyond it a float no longer holds every whole number


def blank_ticks(count: int) -> NDArray[np.void]:
    """Return `count` ticks whose times and prices are zero and whose optional fields are NaN (not sent).

    Raises ValueError for a count below 0.
    """
    ticks = np.zeros(at_least("count", count, 0), dtype=TICK)
    for field in OPTIONAL:
        ticks[field] = np.nan
    return ticks
