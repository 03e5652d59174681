"""Black-76 implied volatility of European options on a forward, vectorised and to machine precision.

Prices and forwards share a currency, volatility and rate are decimals per year, expiry is in years of 365 days.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.quant.normalised_black import solved_deviation
from risk.quant.reasons import Reason, ReasonArray
from risk.quant.terms import FloatArray, OptionType, broadcast, sign_of

BoolArray = NDArray[np.bool_]

BLOCK: Final = 10_240  # elements worked on at a time, so that temporaries stay in cache
# glibc returns freed temporaries to the system after almost every operation, which takes as long as the arithmetic,
# until the process has once freed one large piece; from then on it keeps as much.  Other allocators lose nothing.
np.empty(1 << 19)


@dataclass(frozen=True)
class ImpliedVolatility:
    """Volatilities, decimals per year, NaN where `reason` is not OK; arrays of one shape."""

    volatility: FloatArray
    reason: ReasonArray


def implied_volatility(
    option_type: OptionType | BoolArray,
    *,
    price: ArrayLike,
    futures: ArrayLike,
    strike: ArrayLike,
    expiry: ArrayLike,
    rate: ArrayLike,
) -> ImpliedVolatility:
    """Return the volatility at which the discounted Black-76 price is `price`, in the currency of `futures`.

    `option_type` is one side for all, or an array of booleans, True for a call.  Arguments broadcast; results have
    their common shape.  Call and put of one strike give the same volatility up to the rounding of their prices.
    Where several reasons apply, the one named first here is given:

    * `NOT_FINITE`: an argument is NaN or infinite, or they are so large that a sum or product of them is;
    * `NOT_POSITIVE`: futures price or strike is 0 or less;
    * `EXPIRED`: expiry is 0 or less;
    * `ABOVE_MAXIMUM`: the price is at or over the discounted futures price (call) or strike (put);
    * `BELOW_INTRINSIC`: the price is below the discounted intrinsic value; a negative price always is;
    * `NO_TIME_VALUE`: the price is the discounted intrinsic value, 0 out of the money.

    The error is that of the arguments' own rounding, |price| eps / (vega sigma) relative, and not below about 1e-15.
    Raises ValueError for an unknown option type and for shapes that do not broadcast.

    Source: P. Jaeckel, "Let's Be Rational", Wilmott (2015), pp. 40-53.
    """
    sign = _signs(option_type)
    arrays = broadcast(option_type=sign, price=price, futures=futures, strike=strike, expiry=expiry, rate=rate)
    shape = arrays[0].shape
    columns = [np.ravel(array) for array in arrays]
    volatility, reason = np.empty(columns[0].size), np.empty(columns[0].size, dtype=np.int8)
    for part in _parts(volatility.size):
        volatility[part], reason[part] = _block(*(column[part] for column in columns))
    return ImpliedVolatility(volatility.reshape(shape), reason.reshape(shape))


def _signs(option_type: OptionType | BoolArray) -> FloatArray:
    if isinstance(option_type, str):
        return np.asarray(sign_of(option_type))
    is_call = np.asarray(option_type)
    if is_call.dtype != np.bool_:
        raise ValueError(f"option_type must be call, put or an array of booleans, was of {is_call.dtype}")
    return np.where(is_call, 1.0, -1.0)


def _parts(size: int) -> Iterator[slice]:
    """Yield as few slices as blocks allow, of nearly equal lengths: a short last one costs as much as a long one."""
    edges = np.linspace(0, size, -(-size // BLOCK) + 1).astype(int).tolist()
    return (slice(begin, end) for begin, end in pairwise(edges))


def _block(
    sign: FloatArray, price: FloatArray, futures: FloatArray, strike: FloatArray, expiry: FloatArray, rate: FloatArray
) -> tuple[FloatArray, ReasonArray]:
    """Return volatilities and reasons of contiguous arrays [n]."""
    reason = _input_reasons(price, futures, strike, expiry, rate)
    if reason.any():
        usable = reason == Reason.OK
        price, futures, strike, expiry, rate = (
            np.where(usable, array, 1.0) for array in (price, futures, strike, expiry, rate)
        )
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        discount = np.exp(-rate * expiry)
        # The pricing function's order of operations, so that a price without time value is met exactly.
        value = price - discount * np.maximum(sign * (futures - strike), 0.0)
        paid, received = discount * strike, discount * futures
        remainder = np.where(sign > 0, received, paid) - price
        unit = np.sqrt(paid) * np.sqrt(received)
    _add_price_reasons(reason, value=value, remainder=remainder, is_known=np.isfinite(unit))
    x = _size_of_log_moneyness(futures, strike)
    if not reason.any():
        return solved_deviation(x, value=value, remainder=remainder, unit=unit) / np.sqrt(expiry), reason
    solvable = reason == Reason.OK
    x, value, remainder, unit, expiry = (array[solvable] for array in (x, value, remainder, unit, expiry))
    volatility = np.full(price.shape, np.nan)
    volatility[solvable] = solved_deviation(x, value=value, remainder=remainder, unit=unit) / np.sqrt(expiry)
    return volatility, reason


def _input_reasons(
    price: FloatArray, futures: FloatArray, strike: FloatArray, expiry: FloatArray, rate: FloatArray
) -> ReasonArray:
    reason = np.zeros(price.shape, dtype=np.int8)
    with np.errstate(over="ignore", invalid="ignore"):
        known = np.isfinite(price + futures + strike + expiry + rate)
    live, positive = expiry > 0, (futures > 0) & (strike > 0)
    if not (known & live & positive).all():
        reason[~live] = Reason.EXPIRED
        reason[~positive] = Reason.NOT_POSITIVE
        reason[~known] = Reason.NOT_FINITE
    return reason


def _add_price_reasons(reason: ReasonArray, *, value: FloatArray, remainder: FloatArray, is_known: BoolArray) -> None:
    """Say of prices whose arguments are sound why no volatility gives them."""
    if ((value > 0) & (remainder > 0) & is_known).all():
        return
    sound = reason == Reason.OK
    reason[sound & (value == 0)] = Reason.NO_TIME_VALUE
    reason[sound & (value < 0)] = Reason.BELOW_INTRINSIC
    reason[sound & (remainder <= 0)] = Reason.ABOVE_MAXIMUM
    reason[sound & ~is_known] = Reason.NOT_FINITE


def _size_of_log_moneyness(futures: FloatArray, strike: FloatArray) -> FloatArray:
    """Return |ln(F/K)|, which keeps its digits where F is near K."""
    low, high = np.minimum(futures, strike), np.maximum(futures, strike)
    with np.errstate(over="ignore", under="ignore"):
        size = np.log1p((high - low) / low)
    if (far := np.isinf(size)).any():
        size[far] = np.log(high[far]) - np.log(low[far])
    return size
