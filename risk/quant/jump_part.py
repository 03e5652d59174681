"""A trial's split of the intraday legs into a continuous part and jumps, which are forgotten faster.

Realised variance counts jumps; bipower variance, made of products of neighbouring returns, hardly does.  Source: O.
Barndorff-Nielsen and N. Shephard, Journal of Financial Econometrics 2 (2004), pp. 1-37; as parts of a forecast:
T. Andersen, T. Bollerslev and F. Diebold, Review of Economics and Statistics 89 (2007), pp. 701-720.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import not_negative, one_shape, positive
from risk.quant.volatility import FAST, INTRADAY, MEDIUM

FloatArray = NDArray[np.float64]

# Minutes in which the memory of jumps forgets half.
JUMP_HALF_LIFE: Final = 5.0
JUMPS: Final = INTRADAY
BIPOWER: Final = np.pi / 2


@dataclass(frozen=True)
class JumpPart:
    """Averages of S symbols over three memories: those of the fast and the medium leg, and that of jumps.

    `realised` and `bipower` [3, S] are per average minute, `previous` [S] the last absolute return of the session over
    its s, NaN before the first.
    """

    realised: FloatArray
    bipower: FloatArray
    previous: FloatArray

    @classmethod
    def fresh(cls, legs: FloatArray) -> "JumpPart":
        """Return the averages before the first return: the intraday legs [2, S], without a jump."""
        start = np.stack((legs[FAST], legs[MEDIUM], legs[FAST]))
        return cls(start, start, np.full(legs.shape[1], np.nan))

    def begun(self) -> "JumpPart":
        """Return the averages at a session's start, whose first return has no neighbour."""
        return replace(self, previous=np.full_like(self.previous, np.nan))

    def after(self, returns: FloatArray, *, minutes: FloatArray, decays: FloatArray, largest: FloatArray) -> "JumpPart":
        """Return the averages after one return [S] over its s, NaN for a symbol without one.

        It spans `minutes` [S]; `decays` [3] are per minute.  Its square counts at most `largest` [S].  The first
        return of a session has no neighbour and counts in neither average: both must see the same moments.
        """
        size = np.minimum(np.abs(returns), np.sqrt(largest))
        product = BIPOWER * size * self.previous
        known = np.isfinite(product)
        gain = np.where(known, 1 - decays[:, None] ** minutes, 0.0)
        return JumpPart(
            realised=self.realised + gain * (np.where(known, size * size, 0.0) - self.realised),
            bipower=self.bipower + gain * (np.where(known, product, 0.0) - self.bipower),
            previous=np.where(np.isfinite(size), size, self.previous),
        )

    def shares(self) -> FloatArray:
        """Return the continuous share [3, S] of each average, between 0 and 1; 1 where nothing moved."""
        share = np.divide(self.bipower, self.realised, out=np.ones_like(self.bipower), where=self.realised > 0)
        return np.minimum(share, 1.0)

    def split(self, legs: FloatArray, *, weight: float) -> FloatArray:
        """Return the intraday legs [2, S] without jumps, and `weight` times their own memory on top of the fast leg.

        Raises ValueError for legs of another shape, negative or not finite, and a weight that is not positive.
        """
        one_shape(legs=legs, realised=self.realised[:INTRADAY])
        continuous = not_negative("legs", legs) * self.shares()[:INTRADAY]
        jumps = np.maximum(self.realised[JUMPS] - self.bipower[JUMPS], 0.0)
        continuous[FAST] += float(positive("weight", weight)) * jumps
        return continuous
