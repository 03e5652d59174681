"""The time value of a European option to machine precision: the price of its out-of-the-money side.

With distance a = |ln(F/K)| / s, s = sigma sqrt(T), t = s/2 and the Mills ratio Y(z) = N(z)/phi(z), the time value is
w [Y(t-a) - Y(-t-a)], where w = F phi(d1) = K phi(d2).  Near t = 0 the two ratios agree in most digits.  There

    Y(t-a) - Y(-t-a) = 2 sum_k t^(2k+1)/(2k+1)! M_(2k+1)(a),    M_n(a) = integral_0^inf u^n exp(-a u - u^2/2) du,

a sum of positive terms.  The moments obey M_(n+1) = n M_(n-1) - a M_n, which is stable forwards for small a; for
larger a the ratios M_n/M_(n-1) = n / (a + M_(n+1)/M_n) form a continued fraction of positive terms.

Source of the regions: P. Jaeckel, "Let's Be Rational", Wilmott (2015); of the recurrence: W. Gautschi, SIAM Review 9
(1967), pp. 24-82.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, ndtr

FloatArray = NDArray[np.float64]

FARTHEST: Final = 1e3  # deviations; the density underflows long before, and squares stay finite
SMALL: Final = 0.25  # half deviations up to which the series is used
TERMS: Final = 9  # of the series: the tenth is below 1e-17 of the sum
NEAR: Final = 2.5  # deviations up to which the moments are built forwards
DEPTH: Final = 60  # of the continued fraction: exact to 1e-16 from NEAR on
ROOT_TWO: Final = math.sqrt(2.0)
ROOT_HALF_PI: Final = math.sqrt(math.pi / 2)
ROOT_TWO_PI: Final = math.sqrt(2 * math.pi)


@dataclass(frozen=True)
class Position:
    """Where forward and strike lie to each other in deviations; arrays of one shape."""

    moneyness: FloatArray  # ln(F/K)
    distance: FloatArray  # ln(F/K) / s, within +-FARTHEST; 0 where F = K
    half: FloatArray  # s / 2
    exponent: FloatArray  # -(distance^2 + half^2) / 2
    density: FloatArray  # sqrt(F K / 2 pi) exp(exponent) = F phi(d1) = K phi(d2), in the currency of the forward


def position(*, forward: FloatArray, strike: FloatArray, deviation: FloatArray, variance: FloatArray) -> Position:
    """Return the position of positive forwards to positive strikes, all arrays of one shape.

    `deviation` is sigma sqrt(T), `variance` sigma^2 T: squaring the first would double its rounding error, which the
    exponent multiplies by up to 1400.  At deviation 0 the distance is 0 at the money and +-FARTHEST elsewhere, the
    limit of small deviations.
    """
    moneyness = log_moneyness(forward, strike)
    even = moneyness == 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        distance = np.where(even, 0.0, np.clip(moneyness / deviation, -FARTHEST, FARTHEST))
        squared = np.where(even, 0.0, moneyness**2 / variance)
        exponent = -0.5 * squared - 0.125 * variance
        density = np.sqrt(forward) * np.sqrt(strike) / ROOT_TWO_PI * np.exp(exponent)
    return Position(moneyness, distance, 0.5 * deviation, exponent, density)


def log_moneyness(forward: FloatArray, strike: FloatArray) -> FloatArray:
    """Return ln(F/K), which keeps its digits where F is near K."""
    low, high = np.minimum(forward, strike), np.maximum(forward, strike)
    with np.errstate(over="ignore", under="ignore"):
        excess = (high - low) / low
    size = np.where(np.isfinite(excess), np.log1p(excess), np.log(high) - np.log(low))
    return np.copysign(size, forward - strike)


def time_value(at: Position, *, low: FloatArray) -> FloatArray:
    """Return the time value at `at`; `low` is the lesser of forward and strike."""
    a, t, density, least = (np.ravel(array) for array in (np.abs(at.distance), at.half, at.density, low))
    value = np.empty_like(a)
    near, far = (t < SMALL) & (a < NEAR), (t < SMALL) & (a >= NEAR)
    wide = t >= SMALL
    with np.errstate(under="ignore"):
        value[near] = 2 * density[near] * t[near] * _built_forwards(a[near], t[near] ** 2)
        value[far] = 2 * density[far] * t[far] * _continued_fraction(a[far], t[far] ** 2)
        value[wide] = _difference(a[wide], t[wide], density[wide], least[wide])
    return value.reshape(at.distance.shape)


def mills_ratio(z: FloatArray) -> FloatArray:
    """Return N(-z)/phi(z), for z >= 0."""
    ratio: FloatArray = ROOT_HALF_PI * erfcx(z / ROOT_TWO)
    return ratio


def _built_forwards(a: FloatArray, squared: FloatArray) -> FloatArray:
    """Return sum_k t^(2k)/(2k+1)! M_(2k+1)(a)."""
    even = mills_ratio(a)
    odd = 1 - a * even
    total, power = odd.copy(), np.ones_like(a)
    for k in range(1, TERMS):
        even = (2 * k - 1) * even - a * odd
        odd = 2 * k * odd - a * even
        power = power * squared / (2 * k * (2 * k + 1))
        total += power * odd
    return total


def _continued_fraction(a: FloatArray, squared: FloatArray) -> FloatArray:
    """Return the same sum, nested: M_1 (1 + t^2/(2*3) M_3/M_1 (1 + t^2/(4*5) M_5/M_3 (...)))."""
    start = 0.5 * (np.sqrt(a * a + 4 * DEPTH) - a)
    ratio = DEPTH / (a + start + 1 / (a + 2 * start))
    total = np.ones_like(a)
    for n in range(DEPTH - 1, 0, -1):
        above, ratio = ratio, n / (a + ratio)
        if n % 2 == 0 and n < 2 * TERMS:
            total = 1 + squared / (n * (n + 1)) * ratio * above * total
    nested: FloatArray = mills_ratio(a) * ratio * total
    return nested


def _difference(a: FloatArray, t: FloatArray, density: FloatArray, low: FloatArray) -> FloatArray:
    """Return low N(t-a) - high N(-t-a) where it loses no digits."""
    first = np.where(t < a, density * mills_ratio(np.maximum(a - t, 0.0)), low * ndtr(t - a))
    return np.asarray(first - density * mills_ratio(a + t))
