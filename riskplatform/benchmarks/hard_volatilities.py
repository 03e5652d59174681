"""Option prices from which an implied volatility is hard to find, each rounded once from fifty digits.

Prices down to 1e-290, deep in the money, exactly at the money with deviations from 1e-9, volatilities of 0.1 % to
400 %, from one second to thirty years, and prices near their maximum.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Final, Self

import mpmath
import numpy as np
from numpy.typing import NDArray

from risk.quant.terms import FloatArray

DIGITS: Final = 50
SMALLEST_PRICE: Final = 1e-290
BLUNTEST: Final = 1e-2  # attainable error up to which a price says something about the volatility
ASKED_FOR: Final = 1e-10  # relative error in volatility that is never wrong
ROUNDINGS: Final = 4.0  # attainable errors that are not wrong: price, discount factor and intrinsic value are rounded

SECOND: Final = 1 / (365 * 24 * 3600)
EXPIRIES: Final = (SECOND, 60 * SECOND, 1 / 365, 7 / 365, 30 / 365, 1.0, 5.0, 30.0)
VOLATILITIES: Final = (0.001, 0.01, 0.05, 0.12, 0.2, 0.3, 0.8, 1.6, 4.0)
MONEYNESS: Final = (0.0, 1e-9, 1e-6, 1e-4, 3e-3, 0.02, 0.1, 0.3, 0.7, 1.0, 3.0)
DISTANCES: Final = (0.5, 2.0, 5.0, 9.0, 14.0, 20.0, 26.0, 31.0, 34.0, 35.5, 36.2)  # deviations
DEVIATIONS: Final = (2.0, 3.0, 5.0, 8.0, 11.0, 14.0, 16.0)
AT_THE_MONEY: Final = tuple(10.0**exponent for exponent in range(-9, 1))


@dataclass(frozen=True)
class HardCases:
    """Arrays [n]: an option, its price and a volatility whose exact price rounds to it.

    `attainable` is the relative error of the volatility that one rounding of the price makes, price eps / (vega sigma).
    """

    is_call: NDArray[np.bool_]
    price: FloatArray
    futures: FloatArray
    strike: FloatArray
    expiry: FloatArray
    rate: FloatArray
    volatility: FloatArray
    attainable: FloatArray

    @property
    def question(self) -> dict[str, FloatArray]:
        """Return the arguments of `implied_volatility` that are not the side."""
        return {name: getattr(self, name) for name in ("price", "futures", "strike", "expiry", "rate")}

    def errors(self, volatility: FloatArray) -> FloatArray:
        """Return relative errors [n] of an answer, infinite where it is NaN."""
        error = np.abs(volatility / self.volatility - 1)
        return np.where(np.isnan(error), np.inf, error)

    def wrong(self, volatility: FloatArray) -> NDArray[np.bool_]:
        """Say [n] which answers are wrong: NaN, or farther off than 1e-10 and than four attainable errors."""
        return self.errors(volatility) > np.maximum(ASKED_FOR, ROUNDINGS * self.attainable)

    def describe(self, at: int) -> str:
        """Return one case in words."""
        side = "call" if self.is_call[at] else "put"
        return (
            f"{side}, F/K {self.futures[at] / self.strike[at]:.6g}, volatility {self.volatility[at]:.3g}, "
            f"{self.expiry[at]:.3g} years, price {self.price[at]:.3g}"
        )

    @classmethod
    def of(cls, cases: Iterator[tuple[float, ...]]) -> Self:
        """Return the columns of rows in the order of the fields."""
        columns = [np.array(column) for column in zip(*cases, strict=True)]
        return cls(columns[0].astype(np.bool_), *columns[1:])


def hard_cases() -> HardCases:
    """Return all cases, the same at every call; takes seconds, for each price is computed in fifty digits."""
    with mpmath.workdps(DIGITS):
        return HardCases.of(case for asked in _asked() for case in _cases(*asked))


def _asked() -> Iterator[tuple[float, float, float, float]]:
    """Yield (log moneyness, volatility, expiry, rate)."""
    for x, volatility, expiry in product(MONEYNESS, VOLATILITIES, EXPIRIES):
        yield x, volatility, expiry, 0.065
    for x, distance, expiry in product(MONEYNESS[3:], DISTANCES, (1 / 365, 1.0)):
        yield x, x / (distance * expiry**0.5), expiry, 0.0
    for x, deviation, expiry in product(MONEYNESS, DEVIATIONS, (30 / 365, 5.0)):
        yield x, deviation / expiry**0.5, expiry, 0.03
    for deviation, expiry in product(AT_THE_MONEY, EXPIRIES):
        yield 0.0, deviation / expiry**0.5, expiry, 0.065


def _cases(x: float, volatility: float, expiry: float, rate: float) -> Iterator[tuple[float, ...]]:
    """Yield both sides of strikes below and above a futures price of 24,000, where the price still says something."""
    futures = 24_000.0
    for strike in dict.fromkeys((futures * np.exp(-x), futures * np.exp(x))):
        for is_call in (True, False):
            price, vega = _exact(1 if is_call else -1, futures, float(strike), volatility, expiry, rate)
            attainable = abs(price) * np.finfo(np.float64).eps / (vega * volatility) if vega else np.inf
            if price >= SMALLEST_PRICE and attainable <= BLUNTEST:
                yield is_call, price, futures, float(strike), expiry, rate, volatility, attainable


def _exact(
    sign: int, futures: float, strike: float, volatility: float, expiry: float, rate: float
) -> tuple[float, float]:
    """Return price and vega, each rounded once."""
    f, k, sigma, t, r = (mpmath.mpf(number) for number in (futures, strike, volatility, expiry, rate))
    discount, spread = mpmath.exp(-r * t), sigma * mpmath.sqrt(t)
    distance = mpmath.log(f / k) / spread
    d1, d2 = distance + spread / 2, distance - spread / 2
    # Tails are summed as such: erfc keeps its digits where N would be 1 minus a trifle.
    n1, n2 = (mpmath.erfc(-sign * d / mpmath.sqrt(2)) / 2 for d in (d1, d2))
    value = sign * discount * (f * n1 - k * n2)
    return float(value), float(discount * f * mpmath.npdf(d1) * mpmath.sqrt(t))
