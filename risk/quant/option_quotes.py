"""The quotes of one underlying and expiry at one instant, as a file told them, and which of them can be priced."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.parity import quote_pairs
from risk.quant.reasons import Reason, text

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
TextArray = NDArray[np.str_]

# Prices in rupees, quantities in contracts, volatility as a decimal per year; NaN is "the file does not say".
QUOTE: Final = np.dtype(
    [
        ("strike", "f8"), ("is_call", "?"), ("lot_size", "f8"), ("open_interest", "f8"), ("volume", "f8"),
        ("trades", "f8"), ("close", "f8"), ("settlement", "f8"), ("bid", "f8"), ("ask", "f8"), ("published", "f8"),
    ]
)  # fmt: skip

TICK: Final = 0.05  # rupees, of every option of both exchanges
CLOSE_DOUBT: Final = 0.01  # of the price, for a close that rests on a single trade
TRADES_AT_MOST: Final = 100.0  # from here on more trades do not make a close more certain
WIDE: Final = 0.25  # of the mid
WIDE_TICKS: Final = 5.0
NO_QUOTE: Final = "no_quote"


@dataclass(frozen=True)
class ChainQuotes:
    """One chain: `quotes` dtype QUOTE[N] ascending by strike, puts before calls, each contract once.

    `observed_us` is the instant of the prices in microseconds UTC, `spot` NaN where unknown, `future` the price of
    the listed future of this expiry, NaN where none is listed; `future_is_fresh` says that it traded on the day.
    `has_book` tells quotes of a live book from an end-of-day file.
    """

    exchange: str
    symbol: str
    trading_date: date
    expiry: date
    observed_us: int
    spot: float
    future: float
    future_is_fresh: bool
    has_book: bool
    quotes: NDArray[np.void]


@dataclass(frozen=True)
class Prices:
    """Float[N] price, its doubt and its slack in rupees, NaN where the text reason[N] says why there is none.

    `doubt` is a standard deviation up to a factor common to the chain, for weights; `slack` is how far the price may
    be off at most, for a charge of arbitrage.
    """

    price: FloatArray
    doubt: FloatArray
    slack: FloatArray
    reason: TextArray


def usable_prices(chain: ChainQuotes) -> Prices:
    """Return the price of each contract that follows from its quote, or why there is none.

    A book gives the mid, in doubt by half the spread.  It is refused where a side is missing (`no_quote`), where the
    bid is above the ask (`crossed`) and where the spread is over 25 % of the mid and over five ticks (`wide`).
    An end-of-day file gives the close of a contract that traded, in doubt by a tick and 1 % of the price, less with
    the root of the number of trades.  The close of an untraded row is the one of an earlier day (`stale`).
    """
    return _from_book(chain.quotes) if chain.has_book else _from_closes(chain.quotes)


def _from_book(quotes: NDArray[np.void]) -> Prices:
    mid, spread = quote_pairs(bid=quotes["bid"], ask=quotes["ask"])
    reason = np.full(len(quotes), "", dtype="<U24")
    with np.errstate(invalid="ignore"):
        reason[(spread > WIDE * mid) & (spread > WIDE_TICKS * TICK)] = text(Reason.WIDE)
        reason[spread < 0] = text(Reason.CROSSED)
    reason[np.isnan(spread)] = NO_QUOTE
    return _refused(mid, np.maximum(spread, TICK) / 2, spread / 2, reason)


def _from_closes(quotes: NDArray[np.void]) -> Prices:
    close = quotes["close"]
    reason = np.full(len(quotes), "", dtype="<U24")
    with np.errstate(invalid="ignore"):
        reason[close <= 0] = text(Reason.NOT_POSITIVE)
        reason[~(quotes["volume"] > 0)] = text(Reason.STALE)
    reason[~np.isfinite(close)] = text(Reason.NOT_FINITE)
    trades = np.clip(np.nan_to_num(quotes["trades"], nan=1.0), 1.0, TRADES_AT_MOST)
    single = TICK + CLOSE_DOUBT * close
    return _refused(close, single / np.sqrt(trades), single, reason)


def _refused(price: FloatArray, doubt: FloatArray, slack: FloatArray, reason: TextArray) -> Prices:
    fine = reason == ""
    price, doubt, slack = (np.where(fine, values, np.nan) for values in (price, doubt, slack))
    return Prices(price, doubt, slack, reason)
