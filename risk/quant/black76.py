"""Black-76 prices of European options on a forward, under the forward measure.

Volatility and rate are decimals per year, expiry is in years of 365 days.  Relative error at most 1e-12 wherever the
price exceeds 1e-300.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from risk.quant.guards import not_negative, positive
from risk.quant.reasons import Reason, ReasonArray
from risk.quant.terms import (
    FloatArray,
    OptionType,
    Terms,
    broadcast,
    checked_terms,
    screened_terms,
    sign_of,
)
from risk.quant.time_value import Position, position, time_value


@dataclass(frozen=True)
class Priced:
    """Prices, NaN where `reason` is not OK; arrays of one shape."""

    value: FloatArray
    reason: ReasonArray


def price(
    option_type: OptionType,
    *,
    futures: ArrayLike,
    strike: ArrayLike,
    volatility: ArrayLike,
    expiry: ArrayLike,
    rate: ArrayLike,
) -> FloatArray:
    """Return the discounted Black-76 price, in the currency of `futures`.

    Arguments broadcast; the result has their common shape.  At expiry 0 or volatility 0 it is the
    discounted intrinsic value.  Raises ValueError, naming the argument, for a non-positive futures price
    or strike, a negative volatility or expiry, and anything that is not finite.

    Source: F. Black, Journal of Financial Economics 3 (1976), pp. 167-179.
    """
    terms = checked_terms(futures=futures, strike=strike, volatility=volatility, expiry=expiry, rate=rate)
    return discounted_price(terms, position_of(terms), sign=sign_of(option_type))


def price_array(
    option_type: OptionType,
    *,
    futures: ArrayLike,
    strike: ArrayLike,
    volatility: ArrayLike,
    expiry: ArrayLike,
    rate: ArrayLike,
) -> Priced:
    """Return what `price` returns, with NaN and a reason instead of an error for each value it refuses.

    Raises ValueError for an unknown option type and for shapes that do not broadcast.
    """
    terms, reason = screened_terms(futures=futures, strike=strike, volatility=volatility, expiry=expiry, rate=rate)
    value = discounted_price(terms, position_of(terms), sign=sign_of(option_type))
    return Priced(np.where(reason == Reason.OK, value, np.nan), reason)


def undiscounted_price(
    option_type: OptionType, *, futures: ArrayLike, strike: ArrayLike, deviation: ArrayLike
) -> FloatArray:
    """Return the price paid at expiry; `deviation` is volatility times the root of the time, no unit.

    Arguments broadcast.  At deviation 0 it is the intrinsic value.  Raises ValueError as `price` does.
    """
    sign = sign_of(option_type)
    forward, exercise, spread = broadcast(
        futures=positive("futures", futures),
        strike=positive("strike", strike),
        deviation=not_negative("deviation", deviation),
    )
    with np.errstate(over="ignore", under="ignore"):
        variance = spread**2
    at = position(forward=forward, strike=exercise, deviation=spread, variance=variance)
    return _paid_at_expiry(forward, exercise, at, sign=sign)


def position_of(terms: Terms) -> Position:
    """Return where the forwards of valid terms lie to their strikes, in deviations."""
    return position(forward=terms.futures, strike=terms.strike, deviation=terms.deviation, variance=terms.variance)


def discounted_price(terms: Terms, at: Position, *, sign: float) -> FloatArray:
    """Return the price of valid terms at their position; `sign` is 1 for calls and -1 for puts."""
    with np.errstate(under="ignore"):
        value: FloatArray = terms.discount * _paid_at_expiry(terms.futures, terms.strike, at, sign=sign)
    return value


def _paid_at_expiry(forward: FloatArray, strike: FloatArray, at: Position, *, sign: float) -> FloatArray:
    value: FloatArray = np.maximum(sign * (forward - strike), 0.0) + time_value(at, low=np.minimum(forward, strike))
    return value
