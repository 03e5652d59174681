"""Inverse of the normalised Black formula: from a time value to the deviation sigma sqrt(T), to machine precision.

Everything is measured in units of sqrt(F K).  With x = |ln(F/K)|, deviation s, distance a = x/s, half deviation t = s/2
and the Mills ratio Y(z) = N(-z)/phi(z), the time value b and what it lacks to its maximum, the remainder
c = exp(-x/2) - b, are

    b = phi [Y(a-t) - Y(a+t)],    c = phi [Y(t-a) + Y(t+a)],    phi = exp(-(a^2 + t^2)/2) / sqrt(2 pi),

and phi is also the derivative of b by s, so that all higher derivatives are polynomials in a and t.  The root of
ln b(s) - ln b, or of ln c(s) - ln c where b is over half its maximum, is found by Householder steps of fourth order:
a start with relative error e is left with about e^4.  No tail underflows, since only logarithms are compared.

Source of the scheme: P. Jaeckel, "Let's Be Rational", Wilmott (2015), pp. 40-53; starts and regions are our own.
"""

import math
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, ndtr

from risk.quant.deviation_start import start_from_remainder, start_from_value

FloatArray = NDArray[np.float64]
Branch = Literal["value", "remainder"]

LOSING_DIGITS: Final = 1e-290  # a quotient below it may be subnormal
SETTLED: Final = 3e-4  # relative step after which the error is below 1e-15
MOST_STEPS: Final = 8  # three are the most that were ever needed
SERIES_HALF: Final = 0.15  # half deviations up to which the series serves
SERIES_PRECISION: Final = 1e-16  # the first term left out, relative to the sum
NEAR: Final = 5.0  # deviations up to which exp(a^2/2) loses no more than a digit
ROOT_HALF: Final = math.sqrt(0.5)
ROOT_HALF_PI: Final = math.sqrt(math.pi / 2)
ROOT_TWO_PI: Final = math.sqrt(2 * math.pi)
LOG_ROOT_TWO_PI: Final = math.log(ROOT_TWO_PI)


def implied_deviation(*, log_moneyness: FloatArray, time_value: FloatArray) -> FloatArray:
    """Return sigma sqrt(T) of undiscounted time values divided by sqrt(F K); arrays of one shape.

    NaN where no deviation exists: for a time value not above 0, or not below its maximum exp(-|ln(F/K)|/2), and for
    NaN.  The time value is the price of the out-of-the-money side.  Raises ValueError for two shapes.
    """
    if np.shape(log_moneyness) != np.shape(time_value):
        raise ValueError(f"need one shape, got {np.shape(log_moneyness)} and {np.shape(time_value)}")
    x, value = np.ravel(np.abs(log_moneyness)), np.ravel(time_value)
    with np.errstate(under="ignore"):
        remainder = np.exp(-0.5 * x) - value
    deviation = np.full(x.shape, np.nan)
    with np.errstate(invalid="ignore"):
        valid = (value > 0) & (remainder > 0)
    x, value, remainder = x[valid], value[valid], remainder[valid]
    deviation[valid] = solved_deviation(x, value=value, remainder=remainder, unit=np.ones_like(x))
    return deviation.reshape(np.shape(time_value))


def solved_deviation(x: FloatArray, *, value: FloatArray, remainder: FloatArray, unit: FloatArray) -> FloatArray:
    """Return the deviation [n] at |ln(F/K)| of time values and remainders, all positive and finite.

    Both are in any unit, of which sqrt(F K) is `unit`; the smaller of the two is taken at its word.
    """
    is_high = value > remainder
    if not is_high.any():
        return _from_value(x, value, unit)
    low, high, deviation = np.flatnonzero(~is_high), np.flatnonzero(is_high), np.empty_like(x)
    deviation[low] = _from_value(x[low], value[low], unit[low])
    deviation[high] = _from_remainder(x[high], remainder[high] / unit[high])
    return deviation


def _from_value(x: FloatArray, value: FloatArray, unit: FloatArray) -> FloatArray:
    with np.errstate(under="ignore", divide="ignore"):
        normalised = value / unit
        target = np.log(normalised)
    if (blunt := normalised < LOSING_DIGITS).any():
        target[blunt] = np.log(value[blunt]) - np.log(unit[blunt])
    return _settled(start_from_value(x, normalised), x, target, branch="value")


def _from_remainder(x: FloatArray, remainder: FloatArray) -> FloatArray:
    return _settled(start_from_remainder(x, remainder), x, np.log(remainder), branch="remainder")


def _settled(deviation: FloatArray, x: FloatArray, target: FloatArray, *, branch: Branch) -> FloatArray:
    """Return the start after as many steps as each element needs."""
    with np.errstate(under="ignore"):
        step = _householder(deviation, x, target, branch=branch)
        deviation += deviation * step
        moving = np.flatnonzero(np.abs(step) > SETTLED)
        for _ in range(MOST_STEPS):
            if not moving.size:
                break
            part = deviation[moving]
            step = _householder(part, x[moving], target[moving], branch=branch)
            deviation[moving] = part + part * step
            moving = moving[np.abs(step) > SETTLED]
    return deviation


def _householder(deviation: FloatArray, x: FloatArray, target: FloatArray, *, branch: Branch) -> FloatArray:
    """Return the relative change of the deviation.

    Derivatives are by ln s, nearly: s f', s f''/f' and s^2 f'''/f', which neither overflow nor underflow.
    """
    half = 0.5 * deviation
    distance = x / deviation
    square_a, square_t = distance * distance, half * half
    ratio = _gap(distance, half, square_t) if branch == "value" else _total(distance, half)
    error = np.log(ratio)
    error -= 0.5 * (square_a + square_t)
    error -= target
    error -= LOG_ROOT_TWO_PI
    slope = deviation / (ratio if branch == "value" else -ratio)
    bend = square_a - square_t
    second = bend - slope
    third = bend * (bend - 3 * slope)
    third += 2 * slope * slope
    third -= 3 * square_a + square_t
    newton = error / -slope
    third *= newton * (1 / 6)
    third += second
    step: FloatArray = newton * (1 + 0.5 * newton * second)
    step /= 1 + newton * third
    return step


def _gap(distance: FloatArray, half: FloatArray, square_t: FloatArray) -> FloatArray:
    """Return Y(a-t) - Y(a+t), by the series where the two agree in most digits."""
    close = half < SERIES_HALF
    if close.all():
        return _series(distance, half, square_t)
    gap = np.empty_like(distance)
    # Indices are taken at half the cost of masks.
    near, far = np.flatnonzero(close), np.flatnonzero(~close)
    gap[near] = _series(distance[near], half[near], square_t[near])
    a, t = distance[far], half[far]
    gap[far] = _mills_ratio(a - t) - _mills_ratio(a + t)
    return gap


def _total(distance: FloatArray, half: FloatArray) -> FloatArray:
    """Return Y(t-a) + Y(t+a)."""
    total: FloatArray = _mills_ratio(half - distance) + _mills_ratio(half + distance)
    return total


def _series(a: FloatArray, t: FloatArray, square_t: FloatArray) -> FloatArray:
    """Return 2 t sum_k O_k with O_k = t^2k M_(2k+1)/(2k+1)!, where M_n(a) = integral_0^inf u^n exp(-a u - u^2/2) du.

    M_(n+1) = n M_(n-1) - a M_n; with E_k = t^2k M_2k/(2k)! this is E_k = t^2/(2k) (E_(k-1) - a O_(k-1)) and
    O_k = (t^2 O_(k-1) - a E_k) / (2k+1).  Digits lost at large a are those by which s does not depend on b: what
    rounding does to s is some eps times sinh(x/2) / (x/2).
    """
    even = _quick_mills_ratio(a)
    odd = 1 - a * even
    total, product = odd.copy(), np.empty_like(a)
    # O_k is largest beside O_0 at a = 0, where it is t^2k / (2k+1)!! of it.
    largest = bound = float(square_t.max(initial=0.0))
    k = 1
    while (bound := bound / (2 * k + 1)) > SERIES_PRECISION:
        even -= np.multiply(a, odd, out=product)
        even *= square_t
        even *= 1 / (2 * k)
        odd *= square_t
        odd -= np.multiply(a, even, out=product)
        odd *= 1 / (2 * k + 1)
        total += odd
        bound, k = bound * largest, k + 1
    total *= t
    total += total
    return total


def _quick_mills_ratio(z: FloatArray) -> FloatArray:
    """Return N(-z)/phi(z) for z >= 0 to 4e-15: up to NEAR by a quotient, which takes half the time of erfcx."""
    with np.errstate(over="ignore", invalid="ignore"):
        ratio: FloatArray = ndtr(-z) * np.exp(0.5 * z * z)
    ratio *= ROOT_TWO_PI
    if (beyond := np.flatnonzero(z > NEAR)).size:
        ratio[beyond] = _mills_ratio(z[beyond])
    return ratio


def _mills_ratio(z: FloatArray) -> FloatArray:
    """Return N(-z)/phi(z), for z of either sign."""
    ratio: FloatArray = erfcx(z * ROOT_HALF)
    ratio *= ROOT_HALF_PI
    return ratio
