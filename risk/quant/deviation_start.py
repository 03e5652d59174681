"""Where the search for an implied deviation starts: closed forms within about 1e-4 of it for the market's deviations.

Units and symbols as in `normalised_black.py`.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

FloatArray = NDArray[np.float64]

# Minimax fit over distances up to 36.5 of s / (sqrt(pi/2) straddle sqrt(eta)): relative error below 4e-5.
NUMERATOR: Final = (0.39933358317497464, 19.429501821241278, -5.365330549479217, 62.12490208899938, 322.40653847966263)
DENOMINATOR: Final = (1.0, 45.890685927948105, -94.37568347886281, 339.3235494966639, 107.17215739010258)
FARTHEST: Final = 1e300  # ratio of moneyness to value; beyond, the start is some per cent off
SMALLEST_RATIO: Final = 1e-300  # so that eta is 1 at the money, not 0/0
ROOT_HALF_PI: Final = math.sqrt(math.pi / 2)
MILLS_SHIFT: Final = 0.8  # 1 / (z + 0.8) is the Mills ratio of z >= 0 within a few per cent


def start_from_value(x: FloatArray, value: FloatArray) -> FloatArray:
    """Return a deviation [n] near the one of time values up to half their maximum; exact for none.

    First the deviation of a normal price of the same value (Bachelier), by a rational function of
    eta = v / artanh(v), v = x / straddle.  The lognormal price is less by a factor of about
    exp(-s^2/8 (1 - M_3 / (3 M_1))), which is undone to first order in s^2 near the money and exactly in the far wings.

    Source of eta: J. Choi, K. Kim and M. Kwak, Applied Mathematical Finance 16 (2009), pp. 261-268; the fit is our own.
    """
    normal = _normal_deviation(x, value)
    distance = x / normal
    nearness = 1 / (1 + distance * (0.22 + 0.18 * distance))
    # 1 / (M_1 - M_3/3) - a^2 runs from 3 at the money to 5 in the wings.
    lognormal = np.minimum(normal * normal / (distance * distance + 5 - 2 * nearness), 1.0)
    start: FloatArray = normal * np.sqrt(2 / (1 + np.sqrt(1 - lognormal)))
    start *= 1 - 0.022 * nearness * lognormal * lognormal
    return start


def start_from_remainder(x: FloatArray, remainder: FloatArray) -> FloatArray:
    """Return a deviation [n] near the one of time values over half their maximum; exact at the money.

    With d = s/2 - x/s the remainder is exp(-x/2) [N(-d) + exp(x) N(-e)], e = sqrt(d^2 + 2x), and s = d + e.  The
    share of its first term, 1 / (1 + Y(e)/Y(d)), is taken from a plain form of the Mills ratio, and d from that term.
    """
    with np.errstate(under="ignore"):
        scaled = remainder * np.exp(0.5 * x)
    d = -ndtri(0.5 * scaled)
    share = 1 / (1 + (d + MILLS_SHIFT) / (np.sqrt(d * d + 2 * x) + MILLS_SHIFT))
    d = -ndtri(share * scaled)
    start: FloatArray = d + np.sqrt(d * d + 2 * x)
    return start


def _normal_deviation(x: FloatArray, value: FloatArray) -> FloatArray:
    bounded = np.maximum(value, x / FARTHEST)
    ratio = x / bounded
    ratio += SMALLEST_RATIO
    eta = ratio / (np.log1p(ratio) * (1 + 0.5 * ratio))
    fit = _polynomial(NUMERATOR, eta) / _polynomial(DENOMINATOR, eta)
    deviation: FloatArray = ROOT_HALF_PI * (2 * bounded + x) * np.sqrt(eta) * fit
    return deviation


def _polynomial(coefficients: tuple[float, ...], z: FloatArray) -> FloatArray:
    """Return the polynomial of ascending coefficients, as numpy's polyval but without its checks: a chain is short."""
    total = z * coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        total += coefficient
        total *= z
    total += coefficients[0]
    return total
