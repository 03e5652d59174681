"""Black-76 prices of European options on a forward, under the forward measure.

Volatility and rate are decimals per year, expiry is in years of 365 days.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfcx, ndtr

FloatArray = NDArray[np.float64]
OptionType = Literal["call", "put"]

FARTHEST: Final = 1e3  # deviations


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
    years = _not_negative("expiry", expiry)
    deviation = _not_negative("volatility", volatility) * np.sqrt(years)
    discount = np.exp(-_finite("rate", rate) * years)
    value: FloatArray = discount * undiscounted_price(option_type, futures=futures, strike=strike, deviation=deviation)
    return value


def undiscounted_price(
    option_type: OptionType, *, futures: ArrayLike, strike: ArrayLike, deviation: ArrayLike
) -> FloatArray:
    """Return the price paid at expiry; `deviation` is volatility times the root of the time, no unit.

    Arguments broadcast.  At deviation 0 it is the intrinsic value.  Raises ValueError as `price` does.
    """
    if option_type not in ("call", "put"):
        raise ValueError(f"option_type must be call or put, was {option_type!r}")
    forward, exercise, spread = np.broadcast_arrays(
        _positive("futures", futures), _positive("strike", strike), _not_negative("deviation", deviation)
    )
    sign = 1.0 if option_type == "call" else -1.0
    intrinsic = np.maximum(sign * (forward - exercise), 0.0)
    with np.errstate(under="ignore"):
        value: FloatArray = intrinsic + _time_value(forward, exercise, spread)
    return value


def _time_value(forward: FloatArray, strike: FloatArray, spread: FloatArray) -> FloatArray:
    """Return the price of the out-of-the-money side, which call and put of one strike share."""
    live = spread > 0
    safe = np.where(live, spread, 1.0)
    # A strike a thousand deviations away is worth nothing; the limit keeps the squares finite.
    with np.errstate(over="ignore"):
        distance = np.maximum(-np.abs(np.log(forward / strike)) / safe, -FARTHEST)
    low, high = np.minimum(forward, strike), np.maximum(forward, strike)
    upper, lower = distance + 0.5 * safe, distance - 0.5 * safe
    # phi(upper) / phi(lower) = high / low, so the difference of two tiny terms becomes one of two Mills ratios.
    tail = upper < 0
    density = np.sqrt(low * high) * np.exp(-0.5 * distance**2 - safe * safe / 8)
    ratios = [erfcx(np.where(tail, -d, 0.0) / np.sqrt(2)) for d in (upper, lower)]
    deep = 0.5 * density * (ratios[0] - ratios[1])
    direct = low * ndtr(upper) - high * ndtr(lower)
    return np.where(live, np.maximum(np.where(tail, deep, direct), 0.0), 0.0)


def _finite(name: str, value: ArrayLike) -> FloatArray:
    array = np.asarray(value, dtype=np.float64)
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite, was {array[~np.isfinite(array)].flat[0]}")
    return array


def _positive(name: str, value: ArrayLike) -> FloatArray:
    array = _finite(name, value)
    if not np.all(array > 0):
        raise ValueError(f"{name} must be positive, was {array.min()}")
    return array


def _not_negative(name: str, value: ArrayLike) -> FloatArray:
    array = _finite(name, value)
    if not np.all(array >= 0):
        raise ValueError(f"{name} must not be negative, was {array.min()}")
    return array
