"""Forward and discount of one expiry from put-call parity: C - P = D (F - K) over the strikes near the forward.

A straight line in K, fitted by weights 1 / spread^2 and Tukey's biweight, which gives a strike whose price is wrong
no weight at all.  The discount's slope is badly told by short expiries, so the fit starts from what the money market
says of it: a rate, and how far that rate may be off.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.quant.reasons import Reason, ReasonArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

STRIKES_AT_LEAST: Final = 5  # fewer leave no variance to Student's t
NEAR: Final = 0.05  # of the forward
NEAREST: Final = 8  # strikes that are used even if they are not near
FARTHEST: Final = 0.15  # of the forward
BIWEIGHT: Final = 4.685  # 95 % efficient for Gaussian errors
GAUSSIAN_MAD: Final = 1.4826
SMALLEST_SCALE: Final = 1e-6  # spreads; keeps exact prices from dividing by a zero scale
ROUNDS: Final = 50


@dataclass(frozen=True)
class ParityFit:
    """Forward and discount with their standard errors, the number of strikes used, and each strike's verdict.

    `used` bool[N] marks the strikes that kept weight; `reasons` int8[N] says OK or why a pair could not be used.
    """

    forward: float
    discount: float
    forward_error: float
    discount_error: float
    used: BoolArray
    reasons: ReasonArray

    @property
    def strikes(self) -> int:
        """Return how many strikes kept weight."""
        return int(self.used.sum())


def quote_pairs(*, bid: ArrayLike, ask: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return mid and spread of quotes, NaN and a negative spread where crossed; a side that is absent gives NaN.

    A side is absent where it is zero, as feeds write it, negative or not finite.  Raises ValueError for shapes that do
    not broadcast.
    """
    low, high = np.broadcast_arrays(np.asarray(bid, dtype=np.float64), np.asarray(ask, dtype=np.float64))
    there = np.isfinite(low) & np.isfinite(high) & (low > 0) & (high > 0)
    spread = np.where(there, high - low, np.nan)
    mid = np.where(there & (high >= low), 0.5 * (high + low), np.nan)
    return mid, spread


def fit_parity(
    *,
    strike: ArrayLike,
    call: ArrayLike,
    put: ArrayLike,
    spread: ArrayLike,
    years: float,
    rate: float,
    rate_error: float,
) -> ParityFit | None:
    """Return forward and discount of one expiry, None where fewer than five strikes can say anything.

    `strike`, `call`, `put` and `spread` are float[N]: both prices of a strike and the width of doubt about their
    difference, in the same currency (the sum of both bid-ask spreads).  Only the ratios of spreads matter.  `rate`
    is the money-market rate and `rate_error` its standard deviation, per year.  A pair with a price that is not
    finite (NOT_FINITE), a spread below zero (CROSSED) or a strike, price or spread of zero (NOT_POSITIVE) is left
    out.  Strikes within 5 % of the forward count, or the eight nearest within 15 %.
    Raises ValueError for mismatched shapes, a strike that comes twice, and years, rate or rate_error that are not
    positive or finite numbers.
    """
    columns = _columns(strike, call, put, spread)
    _check_terms(years, rate, rate_error)
    reasons = _reasons(columns)
    prior = float(np.exp(-rate * years))
    usable = reasons == Reason.OK
    near = np.zeros(len(usable), dtype=np.bool_)
    if usable.sum() >= STRIKES_AT_LEAST:
        guess = _own_forward(columns[:, usable], prior)
        near[usable] = _near(columns[0, usable], guess)
    if near.sum() < STRIKES_AT_LEAST:
        return None
    return _fit(columns, near, reasons, prior, rate_error * years * prior)


def _check_terms(years: float, rate: float, rate_error: float) -> None:
    for name, value in (("years", years), ("rate_error", rate_error)):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} must be positive, was {value}")
    if not np.isfinite(rate):
        raise ValueError(f"rate must be finite, was {rate}")


def _columns(*values: ArrayLike) -> FloatArray:
    arrays = [np.asarray(value, dtype=np.float64) for value in values]
    shapes = {array.shape for array in arrays}
    if len(shapes) != 1 or arrays[0].ndim != 1:
        raise ValueError(f"strike, call, put and spread must be vectors of one length, were {sorted(shapes)}")
    known = arrays[0][np.isfinite(arrays[0])]
    if len(np.unique(known)) < len(known):
        raise ValueError("each strike must come once")
    return np.stack(arrays)


def _reasons(columns: FloatArray) -> ReasonArray:
    reasons: ReasonArray = np.full(columns.shape[1], Reason.OK, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        reasons[(columns <= 0).any(axis=0)] = Reason.NOT_POSITIVE
        reasons[columns[3] < 0] = Reason.CROSSED
    reasons[~np.isfinite(columns).all(axis=0) & (reasons != Reason.CROSSED)] = Reason.NOT_FINITE
    return reasons


def _near(strike: FloatArray, guess: float) -> BoolArray:
    distance = np.abs(strike / guess - 1.0) if guess > 0 else np.full(len(strike), np.inf)
    reach = np.partition(distance, NEAREST - 1)[NEAREST - 1] if len(strike) > NEAREST else np.inf
    return distance <= max(NEAR, min(reach, FARTHEST))


def _fit(
    columns: FloatArray, near: BoolArray, reasons: ReasonArray, prior: float, prior_error: float
) -> ParityFit | None:
    """Fit the line y = level - discount * (K - centre), then weigh its discount with the money market's."""
    strike, call, put, spread = columns[:, near]
    centre = _own_forward(columns[:, near], prior)
    design = np.column_stack([np.ones(len(strike)), centre - strike]) / spread[:, None]
    target = (call - put) / spread
    precision = _robust_precision(design, target, np.array([0.0, prior]))
    used = near.copy()
    used[near] = precision > 0
    if used.sum() < STRIKES_AT_LEAST:
        return None
    # A scale told by few residuals is itself in doubt: the variance of Student's t with n - 2 degrees of freedom.
    precision *= (used.sum() - 4) / (used.sum() - 2)
    line, covariance = _solve(design, target, precision, prior, prior_error)
    if line[1] <= 0:
        return None
    gradient = np.array([1.0, -line[0] / line[1]]) / line[1]
    return ParityFit(
        forward=centre + float(line[0] / line[1]),
        discount=float(line[1]),
        forward_error=float(np.sqrt(gradient @ covariance @ gradient)),
        discount_error=float(np.sqrt(covariance[1, 1])),
        used=used,
        reasons=reasons,
    )


def _own_forward(columns: FloatArray, discount: float) -> float:
    """Return the median of the strikes' own forwards K + (C - P) / D, weighted by 1 / spread."""
    strike, call, put, spread = columns
    forward = strike + (call - put) / discount
    order = np.argsort(forward)
    share = np.cumsum(1.0 / spread[order])
    return float(forward[order][np.searchsorted(share, 0.5 * share[-1])])


def _robust_precision(design: FloatArray, target: FloatArray, line: FloatArray) -> FloatArray:
    """Return one over the variance of each standardised row, 0 for outliers, by iterated biweights from `line` on.

    The prior stays outside: misfit to a wrong rate would pass for noise and so confirm that rate.
    """
    # Two fitted parameters shrink the residuals of few strikes.
    few = len(target) / (len(target) - 2)
    for _ in range(ROUNDS):
        residual = target - design @ line
        scale = max(few * GAUSSIAN_MAD * float(np.median(np.abs(residual))), SMALLEST_SCALE)
        weight = np.maximum(1.0 - (residual / (BIWEIGHT * scale)) ** 2, 0.0) ** 2
        precision: FloatArray = weight / scale**2
        before, (line, _) = line, _solve(design, target, precision, line[1], np.inf)
        if np.allclose(before, line, rtol=1e-13, atol=1e-9):
            break
    return precision


def _solve(
    design: FloatArray, target: FloatArray, precision: FloatArray, prior: float, prior_error: float
) -> tuple[FloatArray, FloatArray]:
    """Return level and discount, and their covariance, with the money market's discount as one more observation."""
    information = design.T @ (precision[:, None] * design)
    information[1, 1] += prior_error**-2
    covariance: FloatArray = np.linalg.inv(information).astype(np.float64)
    pull = design.T @ (precision * target) + np.array([0.0, prior / prior_error**2])
    return covariance @ pull, covariance
