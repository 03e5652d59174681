"""The normal distribution for the fast chain form: a table with a Taylor step, absolute error at most 3e-16.

N(z) = N(z_0) + phi(z) [e + z e^2/2 + (z^2 - 1) e^3/6 + ...] with z_0 the nearest node and e = z - z_0: the expansion
is around z, whose density the caller has anyway.  With e up to 1/4096 the term in e^4 is below 1e-17.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from risk.quant.guards import finite

FloatArray = NDArray[np.float64]

STEPS: Final = 2048  # nodes per deviation; the table of 272 kB stays in a second-level cache
REACH: Final = 8.5  # deviations; beyond, N is 0 or 1 to 1e-17
NODES: Final[FloatArray] = ndtr(np.arange(-REACH * STEPS, REACH * STEPS + 1) / STEPS)
NODES[0] = 0.0  # so that everything below is 0; the last node rounds to 1
WORTHWHILE: Final = 2000  # elements from which the table beats one call of `ndtr`
ROOT_TWO_PI: Final = math.sqrt(2 * math.pi)

# Constants of the inner loops are arrays without dimension, which numpy takes over faster than Python's numbers.
HALF: Final[FloatArray] = np.array(0.5)
ONE: Final[FloatArray] = np.array(1.0)
_THIRD: Final[FloatArray] = np.array(1 / 3)
_STEPS: Final[FloatArray] = np.array(float(STEPS))
_STEP: Final[FloatArray] = np.array(1 / STEPS)
# Adding 1.5 * 2^52 rounds to an integer and leaves it in the low bits: several times faster than rint and astype.
_ROUNDING: Final[FloatArray] = np.array(1.5 * 2.0**52)
_FIRST_NODE: Final[NDArray[np.int64]] = _ROUNDING.view(np.int64) - round(REACH * STEPS)


def distribution(z: FloatArray) -> FloatArray:
    """Return N(z) for z of any shape, absolute error at most 3e-16.  Raises ValueError for z that is not finite."""
    rows = finite("z", z).reshape(1, -1)
    node, slope, scratch = np.empty_like(rows), np.empty_like(rows), np.empty_like(rows)
    node_and_slope(rows, node=node, slope=slope, scratch=scratch)
    with np.errstate(under="ignore"):
        value = node + slope * np.exp(-0.5 * rows * rows) / ROOT_TWO_PI
    return value.reshape(z.shape)


def node_and_slope(z: FloatArray, *, node: FloatArray, slope: FloatArray, scratch: FloatArray) -> None:
    """Fill `node` and `slope` so that N(z) = node + phi(z) * slope, for finite z.

    All arrays are distinct and of one shape, rows contiguous; `scratch` is left with rubbish.  Beyond REACH the slope
    grows like z^5, which the density outweighs as long as neither overflows: |z| must stay below 1e50.
    """
    if z.size < WORTHWHILE:
        ndtr(z, out=node)
        slope.fill(0.0)
        return
    np.multiply(z, _STEPS, out=scratch)
    scratch += _ROUNDING
    np.subtract(scratch, _ROUNDING, out=slope)
    slope *= _STEP
    step = np.subtract(z, slope, out=slope)
    index = scratch.view(np.int64)
    index -= _FIRST_NODE
    for row, where in zip(node, index, strict=True):
        NODES.take(where, out=row, mode="clip")
    _taylor(z, step=step, out=scratch)
    slope *= scratch


def _taylor(z: FloatArray, *, step: FloatArray, out: FloatArray) -> None:
    """Fill `out` with 1 + z e/2 + (z^2 - 1) e^2/6."""
    np.multiply(z, z, out=out)
    out -= ONE
    out *= step
    out *= _THIRD
    out += z
    out *= step
    out *= HALF
    out += ONE
