"""What a smile and a row of smiles say in a few numbers: level, skew, curvature and term slope.

Deltas here are forward deltas: N(d1) of a call and -N(-d1) of a put, without discounting.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from risk.quant.smile import Smile

FloatArray = NDArray[np.float64]

QUARTER_DELTA: Final = -float(ndtri(0.25))  # |d1| of a 25-delta option


@dataclass(frozen=True)
class SmileShape:
    """Figures of one smile, decimals per year; NaN where the smile does not reach the strike in question.

    `atm` is the volatility at K = F.  `put_25` and `call_25` are those of the put and the call with forward delta
    -0.25 and 0.25.  `skew_25` is put_25 - call_25: above zero where protection against a fall is the dearer side
    (the risk reversal with its sign turned).  `butterfly_25` is (put_25 + call_25) / 2 - atm.
    """

    atm: float
    put_25: float
    call_25: float

    @property
    def skew_25(self) -> float:
        """Return put less call volatility at 25 delta."""
        return self.put_25 - self.call_25

    @property
    def butterfly_25(self) -> float:
        """Return the mean volatility at 25 delta less the one at the money."""
        return 0.5 * (self.put_25 + self.call_25) - self.atm


def shape_of(smile: Smile) -> SmileShape:
    """Return the level, the wings at 25 delta and what follows from them, without extrapolating beyond the quotes."""
    inside = smile.low <= 0.0 <= smile.high
    return SmileShape(
        atm=float(smile.volatility(0.0)) if inside else float("nan"),
        put_25=_volatility_at(smile, QUARTER_DELTA, smile.low, min(0.0, smile.high)),
        call_25=_volatility_at(smile, -QUARTER_DELTA, max(0.0, smile.low), smile.high),
    )


def term_slopes(*, years: ArrayLike, atm: ArrayLike) -> FloatArray:
    """Return, per expiry, how the ATM volatility changes towards the next expiry that has one: float[N].

    (atm_next - atm) / ln(years_next / years): volatility per unit of log time, which does not blow up between weekly
    expiries as a slope per year does.  Above zero where the later expiry is dearer.  NaN for an expiry without ATM
    volatility and for the last.  Raises ValueError for mismatched shapes and years that do not ascend from above 0.
    """
    times, levels = np.asarray(years, dtype=np.float64), np.asarray(atm, dtype=np.float64)
    if times.shape != levels.shape or times.ndim != 1:
        raise ValueError(f"years and atm must be vectors of one length, were {times.shape} and {levels.shape}")
    if len(times) and not (times[0] > 0 and np.all(np.diff(times) > 0)):
        raise ValueError(f"years must be positive and ascend, were {times.tolist()}")
    slopes = np.full(len(times), np.nan)
    known = np.flatnonzero(np.isfinite(levels))
    slopes[known[:-1]] = np.diff(levels[known]) / np.diff(np.log(times[known]))
    return slopes


def _volatility_at(smile: Smile, d1: float, low: float, high: float) -> float:
    """Return the volatility where d1 = (w / 2 - k) / sqrt(w) has this value between `low` and `high`, else NaN."""

    def excess(k: float) -> float:
        w = float(smile.total_variance(k))
        return (0.5 * w - k) / sqrt(w) - d1

    if low > high or excess(low) * excess(high) > 0:
        return float("nan")
    strike: float = brentq(excess, low, high, xtol=1e-12)
    return float(smile.volatility(strike))
