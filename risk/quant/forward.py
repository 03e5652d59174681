"""The forward of an expiry and its discount factor: from the listed future, else from parity, else from carry.

It is never the spot: options of an Indian exchange follow the future, which trades about 0.8 % away in the median.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from risk.quant.parity import ParityFit

LARGEST_ERROR: Final = 0.005  # of the forward: a parity fit with more doubt says less than carry does


class Source(StrEnum):
    """Where a forward came from, best first."""

    FUTURE = "future"
    PARITY = "parity"
    CARRY = "carry"


@dataclass(frozen=True)
class Forward:
    """Forward price and discount factor of one expiry with their standard errors.

    `standard_error` of a listed future is half its bid-ask spread, NaN where only a closing price is known; that of
    carry is what a rate off by `rate_error` moves.  `strikes` counts the strikes of the parity fit, 0 without one;
    `parity_gap` is the future less parity's forward and `gap_error` the latter's error, NaN where either is absent.
    """

    value: float
    discount: float
    standard_error: float
    discount_error: float
    source: Source
    strikes: int
    parity_gap: float = float("nan")
    gap_error: float = float("nan")

    def rate(self, years: float) -> float:
        """Return the continuous rate per year that the discount implies over `years`.

        Raises ValueError for years that are not positive.
        """
        _check_positive(years=years)
        return -float(np.log(self.discount)) / years


def forward_of(
    *,
    future: float | None,
    future_spread: float | None = None,
    parity: ParityFit | None,
    spot: float | None,
    years: float,
    rate: float,
    carry: float,
    rate_error: float,
) -> Forward | None:
    """Return the best forward there is, None where neither future, parity nor spot is known.

    `future` is the price of the listed future of this very expiry, None unless it is fresh; `carry` is r - q per
    year for the last resort, S exp(carry T); `rate` discounts where parity does not say, with the standard deviation
    `rate_error`.  A parity fit whose forward is in doubt by more than 0.5 % is not used as the forward.
    Raises ValueError for prices, years and errors that are not positive and rates that are not finite.
    """
    _check_positive(future=future, spot=spot, years=years, rate_error=rate_error)
    _check_finite(rate=rate, carry=carry)
    if future_spread is not None and not 0 <= future_spread < np.inf:
        raise ValueError(f"future_spread must be finite and not negative (crossed), was {future_spread}")
    strikes = parity.strikes if parity else 0
    discount = _discount(parity, years, rate, rate_error)
    if future is not None:
        error = float("nan") if future_spread is None else future_spread / 2
        gap = (future - parity.forward, parity.forward_error) if parity else (float("nan"), float("nan"))
        return Forward(future, discount[0], error, discount[1], Source.FUTURE, strikes, *gap)
    if parity is not None and parity.forward_error <= LARGEST_ERROR * parity.forward:
        return Forward(parity.forward, discount[0], parity.forward_error, discount[1], Source.PARITY, strikes)
    if spot is None:
        return None
    value = spot * float(np.exp(carry * years))
    return Forward(value, discount[0], value * rate_error * years, discount[1], Source.CARRY, strikes)


def implied_carry(*, future: float, spot: float, years: float) -> float:
    """Return r - q per year that a listed future implies: ln(F / S) / T.  Raises ValueError unless all are positive."""
    _check_positive(future=future, spot=spot, years=years)
    return float(np.log(future / spot)) / years


def _discount(parity: ParityFit | None, years: float, rate: float, rate_error: float) -> tuple[float, float]:
    """Return the discount factor and its standard error: parity's, else the rate's."""
    if parity is not None:
        return parity.discount, parity.discount_error
    assumed = float(np.exp(-rate * years))
    return assumed, rate_error * years * assumed


def _check_positive(**values: float | None) -> None:
    for name, value in values.items():
        if value is not None and not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be positive, was {value}")


def _check_finite(**values: float) -> None:
    for name, value in values.items():
        if not np.isfinite(value):
            raise ValueError(f"{name} must be finite, was {value}")
