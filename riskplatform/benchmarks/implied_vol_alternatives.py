"""Other ways to an implied volatility: Newton's method in numpy, and libraries of the dependency group `bench`."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from risk.quant.terms import FloatArray

MOST_STEPS: Final = 100
SETTLED: Final = 1e-12  # change of a volatility at which Newton's method ends
SMALLEST_START: Final = 0.2  # a volatility; at the money the start of Manaster and Koehler is 0, where vega is none


class Quotes(Protocol):
    """Options and their prices: arrays [n]."""

    @property
    def is_call(self) -> NDArray[np.bool_]: ...
    @property
    def price(self) -> FloatArray: ...
    @property
    def futures(self) -> FloatArray: ...
    @property
    def strike(self) -> FloatArray: ...
    @property
    def expiry(self) -> FloatArray: ...
    @property
    def rate(self) -> FloatArray: ...


Inversion = Callable[[Quotes], FloatArray]


@dataclass(frozen=True)
class Alternative:
    """A way that may not be installed; `prepare` raises ModuleNotFoundError then.  It answers NaN where it gives up."""

    name: str
    distribution: str
    options: int  # that it is given per round: the slow ones get fewer
    prepare: Callable[[], Inversion]

    def description(self) -> str:
        """Return name and version; call it where `prepare` succeeded."""
        return f"{self.name} {version(self.distribution)}"


def newton(quotes: Quotes) -> FloatArray:
    """Return volatilities by Newton's method on all options at once, until none changes.

    Source of the start: S. Manaster and G. Koehler, Journal of Finance 37 (1982), pp. 227-230.
    """
    root, discount = np.sqrt(quotes.expiry), np.exp(-quotes.rate * quotes.expiry)
    moneyness, sign = np.log(quotes.futures / quotes.strike), np.where(quotes.is_call, 1.0, -1.0)
    with np.errstate(all="ignore"):
        volatility: FloatArray = np.maximum(np.sqrt(2 * np.abs(moneyness)) / root, SMALLEST_START)
        for _ in range(MOST_STEPS):
            spread = volatility * root
            d1 = moneyness / spread + 0.5 * spread
            above, below = quotes.futures * ndtr(sign * d1), quotes.strike * ndtr(sign * (d1 - spread))
            vega = discount * quotes.futures * np.exp(-0.5 * d1 * d1) / np.sqrt(2 * np.pi) * root
            step = (sign * discount * (above - below) - quotes.price) / vega
            volatility -= step
            if np.nanmax(np.abs(step), initial=0.0) <= SETTLED:
                break
    return volatility


def _newton() -> Inversion:
    return newton


def _vollib() -> Inversion:
    from vollib.black.implied_volatility import implied_volatility

    def one(is_call: bool, price: float, futures: float, strike: float, expiry: float, rate: float) -> float:
        return float(implied_volatility(price, futures, strike, rate, expiry, "c" if is_call else "p"))

    return _looped(one)


def _quantlib() -> Inversion:
    from math import exp, sqrt

    import QuantLib

    def one(is_call: bool, price: float, futures: float, strike: float, expiry: float, rate: float) -> float:
        kind = QuantLib.Option.Call if is_call else QuantLib.Option.Put
        deviation = QuantLib.blackFormulaImpliedStdDev(kind, strike, futures, price, exp(-rate * expiry))
        return float(deviation) / sqrt(expiry)

    return _looped(one)


def _looped(one: Callable[[bool, float, float, float, float, float], float]) -> Inversion:
    def inverted(quotes: Quotes) -> FloatArray:
        columns = (quotes.is_call, quotes.price, quotes.futures, quotes.strike, quotes.expiry, quotes.rate)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return np.array([_or_nan(one, row) for row in rows])

    return inverted


def _or_nan(
    one: Callable[[bool, float, float, float, float, float], float],
    row: tuple[bool, float, float, float, float, float],
) -> float:
    try:
        return one(*row)
    # Libraries raise types of their own for a price they cannot invert, QuantLib a bare RuntimeError.
    except (ArithmeticError, RuntimeError, ValueError):
        return float("nan")


NEWTON: Final = Alternative("Newton's method in numpy", "numpy", 10_000, _newton)
ALTERNATIVES: Final = (
    NEWTON,
    Alternative("vollib", "vollib", 500, _vollib),
    Alternative("QuantLib", "quantlib", 500, _quantlib),
)
