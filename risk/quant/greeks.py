"""Black-76 Greeks: derivatives of the discounted price with the forward, not the spot, as the first variable.

Conventions and limits as in `black76`.  At deviation 0 (no time or no volatility) every Greek is its limit from
above: off the money the derivatives of discounted intrinsic value; at the kink, futures = strike, delta and dual delta
are half a discount factor (the mean of their one-sided values), gamma is infinite, vega D F sqrt(T) phi(0), and theta
minus infinity at expiry 0 under a positive volatility.
"""

from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from risk.quant.black76 import discounted_price, position_of
from risk.quant.reasons import Reason, ReasonArray
from risk.quant.terms import FloatArray, OptionType, Terms, checked_terms, screened_terms, sign_of
from risk.quant.time_value import ROOT_TWO_PI, Position, mills_ratio

CALENDAR_DAYS: Final = 365
POINTS: Final = 100


@dataclass(frozen=True)
class Greeks:
    """Price and Greeks of long one option on one unit, arrays of one shape; NaN where `reason` is not OK."""

    price: FloatArray  # rupees, if the futures price is in rupees
    delta: FloatArray  # per rupee of the forward
    gamma: FloatArray  # delta per rupee of the forward
    vega: FloatArray  # rupees per 1.00 of volatility
    theta: FloatArray  # rupees per year that passes, rate held: -dV/dT
    rho: FloatArray  # rupees per 1.00 of the rate, forward held: -T V
    vanna: FloatArray  # delta per 1.00 of volatility, and vega per rupee of the forward
    volga: FloatArray  # vega per 1.00 of volatility
    dual_delta: FloatArray  # rupees per rupee of the strike
    reason: ReasonArray

    @property
    def vega_per_point(self) -> FloatArray:
        """Rupees per point of volatility, 0.01."""
        return self.vega / POINTS

    @property
    def theta_per_calendar_day(self) -> FloatArray:
        """Rupees per calendar day that passes, a 365th of a year."""
        return self.theta / CALENDAR_DAYS

    def theta_per_trading_day(self, days_a_year: int) -> FloatArray:
        """Return rupees per trading day that passes.  Raises ValueError unless `days_a_year` is positive."""
        if not days_a_year > 0:
            raise ValueError(f"days_a_year must be positive, was {days_a_year}")
        return self.theta / days_a_year


def greeks(
    option_type: OptionType,
    *,
    futures: ArrayLike,
    strike: ArrayLike,
    volatility: ArrayLike,
    expiry: ArrayLike,
    rate: ArrayLike,
) -> Greeks:
    """Return price and Greeks in the units of `Greeks`; arguments broadcast.  Raises ValueError as `price` does."""
    terms = checked_terms(futures=futures, strike=strike, volatility=volatility, expiry=expiry, rate=rate)
    return _greeks(terms, np.zeros(terms.futures.shape, dtype=np.int8), sign=sign_of(option_type))


def greeks_array(
    option_type: OptionType,
    *,
    futures: ArrayLike,
    strike: ArrayLike,
    volatility: ArrayLike,
    expiry: ArrayLike,
    rate: ArrayLike,
) -> Greeks:
    """Return what `greeks` returns, with NaN and a reason instead of an error for each value it refuses.

    Raises ValueError for an unknown option type and for shapes that do not broadcast.
    """
    terms, reason = screened_terms(futures=futures, strike=strike, volatility=volatility, expiry=expiry, rate=rate)
    found = _greeks(terms, reason, sign=sign_of(option_type))
    if not reason.any():
        return found
    numbers = {field.name: getattr(found, field.name) for field in fields(Greeks) if field.name != "reason"}
    return replace(found, **{name: np.where(reason == Reason.OK, number, np.nan) for name, number in numbers.items()})


def _greeks(terms: Terms, reason: ReasonArray, *, sign: float) -> Greeks:
    at = position_of(terms)
    # Where the density is 0 or the deviation is 0, quotients below are 0/0 or n/0 and `_where_alive` settles them.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        value = discounted_price(terms, at, sign=sign)
        d1, d2 = at.distance + at.half, at.distance - at.half
        density = terms.discount * at.density
        root = np.sqrt(terms.expiry)
        steepness = _where_alive(terms.deviation, at.distance / terms.deviation)
        return Greeks(
            price=value,
            delta=sign * terms.discount * _probability(sign * d1, at.exponent - 0.5 * at.moneyness),
            gamma=_where_alive(density, density / terms.futures / (terms.futures * terms.deviation)),
            vega=density * root,
            theta=terms.rate * value - _where_alive(density * terms.volatility, _decay(terms, density)),
            rho=-terms.expiry * value,
            vanna=_where_alive(density, density / terms.futures * root * (0.5 - steepness)),
            volga=_volga(terms, at, density, steepness),
            dual_delta=-sign * terms.discount * _probability(sign * d2, at.exponent + 0.5 * at.moneyness),
            reason=reason,
        )


def _decay(terms: Terms, density: FloatArray) -> FloatArray:
    decay: FloatArray = density * terms.volatility / (2 * np.sqrt(terms.expiry))
    return decay


def _volga(terms: Terms, at: Position, density: FloatArray, steepness: FloatArray) -> FloatArray:
    return _where_alive(density, density * terms.expiry * (at.distance * steepness - 0.5 * at.half))


def _where_alive(alive: FloatArray, number: FloatArray) -> FloatArray:
    """Return the number where what multiplies it is above zero, and the limit 0 elsewhere."""
    return np.where(alive > 0, number, 0.0)


def _probability(z: FloatArray, exponent: FloatArray) -> FloatArray:
    """Return N(z), whose lower tail keeps its digits; `exponent` is -z^2/2, known better than from z."""
    tail = mills_ratio(np.abs(z)) * np.exp(exponent) / ROOT_TWO_PI
    return np.where(z < 0, tail, 1 - tail)
