"""What an option on a forward is priced from, checked in one place: by raising, or by a reason per element."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.quant.guards import finite, not_negative, positive
from risk.quant.reasons import Reason, ReasonArray

FloatArray = NDArray[np.float64]
OptionType = Literal["call", "put"]

NAMES: Final = ("futures", "strike", "volatility", "expiry", "rate")
# exp of more overflows; a rate so far below zero is a percentage taken for a decimal, or rubbish.
LARGEST_GROWTH: Final = 700.0


@dataclass(frozen=True)
class Terms:
    """The five arguments of a price as arrays of one shape, all of them valid."""

    futures: FloatArray
    strike: FloatArray
    volatility: FloatArray
    expiry: FloatArray
    rate: FloatArray

    @property
    def discount(self) -> FloatArray:
        """exp(-rate * expiry)."""
        with np.errstate(over="ignore", under="ignore"):
            return np.exp(-self.rate * self.expiry)

    @property
    def deviation(self) -> FloatArray:
        """volatility * sqrt(expiry), without unit."""
        with np.errstate(over="ignore", under="ignore"):
            return self.volatility * np.sqrt(self.expiry)

    @property
    def variance(self) -> FloatArray:
        """volatility^2 * expiry, without unit."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            return np.where(self.expiry > 0, self.volatility**2 * self.expiry, 0.0)


def sign_of(option_type: OptionType) -> float:
    """Return 1 for a call and -1 for a put.  Raises ValueError for anything else."""
    if option_type not in ("call", "put"):
        raise ValueError(f"option_type must be call or put, was {option_type!r}")
    return 1.0 if option_type == "call" else -1.0


def checked_terms(
    *, futures: ArrayLike, strike: ArrayLike, volatility: ArrayLike, expiry: ArrayLike, rate: ArrayLike
) -> Terms:
    """Return the terms broadcast to one shape.

    Raises ValueError, naming the argument, for a non-positive futures price or strike, a negative volatility or
    expiry, anything that is not finite, a rate so negative that the discount factor overflows, and for shapes that
    do not broadcast.
    """
    terms = Terms(
        *broadcast(
            futures=positive("futures", futures),
            strike=positive("strike", strike),
            volatility=not_negative("volatility", volatility),
            expiry=not_negative("expiry", expiry),
            rate=finite("rate", rate),
        )
    )
    if np.any(growth := _overflowing(terms.rate, terms.expiry)):
        raise ValueError(f"rate must not make the discount factor overflow, was {terms.rate[growth].flat[0]}")
    return terms


def screened_terms(
    *, futures: ArrayLike, strike: ArrayLike, volatility: ArrayLike, expiry: ArrayLike, rate: ArrayLike
) -> tuple[Terms, ReasonArray]:
    """Return the terms broadcast to one shape and a reason per element; where it is not OK, the terms are all 1.

    Raises ValueError only for shapes that do not broadcast.
    """
    arrays = broadcast(futures=futures, strike=strike, volatility=volatility, expiry=expiry, rate=rate)
    reason = _reasons(*arrays)
    return Terms(*(np.where(reason == Reason.OK, array, 1.0) for array in arrays)), reason


def broadcast(**arguments: ArrayLike) -> tuple[FloatArray, ...]:
    """Return the arguments as float64 views of one shape.  Raises ValueError naming the shapes that do not fit."""
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in arguments.items()}
    try:
        return tuple(np.broadcast_arrays(*arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items() if array.ndim)
        raise ValueError(f"arguments must broadcast to one shape, were {shapes}") from None


def _reasons(
    futures: FloatArray, strike: FloatArray, volatility: FloatArray, expiry: FloatArray, rate: FloatArray
) -> ReasonArray:
    reason = np.zeros(futures.shape, dtype=np.int8)
    reason[expiry < 0] = Reason.EXPIRED
    reason[(futures <= 0) | (strike <= 0) | (volatility < 0)] = Reason.NOT_POSITIVE
    known = np.logical_and.reduce([np.isfinite(array) for array in (futures, strike, volatility, expiry, rate)])
    reason[~known | _overflowing(rate, expiry)] = Reason.NOT_FINITE
    return reason


def _overflowing(rate: FloatArray, expiry: FloatArray) -> NDArray[np.bool_]:
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return np.asarray(-rate * expiry > LARGEST_GROWTH)
