"""Block bootstrap by session: how uncertain a figure is when neighbouring cases are not independent.

A block is a session with all its instruments: windows of one day overlap, and instruments move together, so only
whole sessions are drawn.  Every figure is made of sums over cases; a resample of R draws therefore needs the sums
of each block once and then only how often each block was drawn.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import chances, finite, not_negative, one_shape

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Interval = tuple[float, float]

LOW_TAIL: Final = 0.025
HIGH_TAIL: Final = 0.975
FEWEST_BLOCKS: Final = 5  # below it the blocks drawn repeat so much that a 95 % interval means nothing
NOT_KNOWN: Final[Interval] = (float("nan"), float("nan"))


@dataclass(frozen=True)
class Resamples:
    """`block` [N] is each case's block, 0 to B - 1, and `counts` [R, B] how often each block is in each resample."""

    block: IntArray
    counts: FloatArray

    @property
    def blocks(self) -> int:
        """Number of blocks B."""
        return int(self.counts.shape[1])

    def sums(self, values: FloatArray) -> FloatArray:
        """Return the sum of values [N] or [N, K] over each resample, [R] or [R, K].

        Raises ValueError for another number of values than cases and for values that are not finite.
        """
        if len(values) != len(self.block):
            raise ValueError(f"values must be of {len(self.block)} cases, were of {len(values)}")
        finite("values", values)
        totals = np.zeros((self.blocks, *values.shape[1:]))
        np.add.at(totals, self.block, values)
        summed: FloatArray = self.counts @ totals
        return summed


def draw_sessions(session: IntArray, *, resamples: int, random: np.random.Generator) -> Resamples:
    """Draw as many sessions as there are, with replacement, `resamples` times; `session` [N] is each case's session.

    Raises ValueError for no cases or no resamples.
    """
    if not len(session) or resamples < 1:
        raise ValueError(f"need cases and resamples, got {len(session)} cases and {resamples} resamples")
    names, block = np.unique(session, return_inverse=True)
    counts = random.multinomial(len(names), np.full(len(names), 1 / len(names)), size=resamples)
    return Resamples(block.astype(np.int64), counts.astype(np.float64))


def percentile_interval(values: FloatArray, drawn: Resamples) -> Interval:
    """Return the 2.5 % and 97.5 % quantiles of a figure's resampled values [R].

    Resamples in which the figure is not finite are left out; NaN when half of them are, or below five blocks.
    """
    known = values[np.isfinite(values)]
    if drawn.blocks < FEWEST_BLOCKS or 2 * len(known) <= len(values):
        return NOT_KNOWN
    low, high = np.quantile(known, (LOW_TAIL, HIGH_TAIL))
    return (float(low), float(high))


def reflected_interval(values: FloatArray, drawn: Resamples, *, estimate: float) -> Interval:
    """Return the basic interval, the percentile one reflected at the estimate, and not below 0.

    For an error that noise only enlarges: its resamples carry the sample's noise and their own, and so lie above it.
    Raises ValueError for an estimate that is negative or not finite.
    """
    not_negative("estimate", estimate)
    low, high = percentile_interval(values, drawn)
    return (max(2 * estimate - high, 0.0), max(2 * estimate - low, 0.0)) if np.isfinite(low) else NOT_KNOWN


def resampled_skill(squared_errors: FloatArray, reference: FloatArray, drawn: Resamples) -> FloatArray:
    """Return 1 - sum of squared errors / sum of the reference's [R]; both [N]; NaN where the reference has none.

    Raises ValueError as `Resamples.sums` does.
    """
    above, below = drawn.sums(squared_errors), drawn.sums(reference)
    return 1 - ratio(above, below)


def resampled_auc(probabilities: FloatArray, outcomes: BoolArray, drawn: Resamples) -> FloatArray:
    """Return the area under the curve [R] of every resample; NaN where all its outcomes are equal.

    With w the counts, AUC = w'Uw / (w'p w'n), where U [B, B] counts the pairs of a touched case of one block and
    an untouched case of another that are in the right order, ties half.  Raises ValueError for probabilities outside
    [0, 1] and for arrays that are not of the cases drawn.
    """
    chances("probabilities", probabilities)
    one_shape(probabilities=probabilities, outcomes=outcomes, cases=drawn.block)
    counts = drawn.counts
    touched, untouched = (drawn.sums(mask.astype(np.float64)) for mask in (outcomes, ~outcomes))
    ordered = np.einsum("rb,bc,rc->r", counts, _ordered_pairs(probabilities, outcomes, drawn), counts, optimize=True)
    return ratio(ordered, touched * untouched)


def ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    """Return above / below, NaN where `below` is not above 0 and where either is NaN.

    Raises ValueError for two shapes.
    """
    one_shape(above=above, below=below)
    values: FloatArray = np.divide(above, below, out=np.full(np.shape(below), np.nan), where=below > 0)
    return values


def _ordered_pairs(probabilities: FloatArray, outcomes: BoolArray, drawn: Resamples) -> FloatArray:
    """Return the pairs in the right order [B, B]: touched cases of a block (row) above untouched ones (column)."""
    touched, touched_block = probabilities[outcomes], drawn.block[outcomes]
    pairs = np.zeros((drawn.blocks, drawn.blocks))
    for column in range(drawn.blocks):
        untouched = np.sort(probabilities[~outcomes & (drawn.block == column)])
        below = np.searchsorted(untouched, touched, side="left") + np.searchsorted(untouched, touched, side="right")
        pairs[:, column] = np.bincount(touched_block, weights=below / 2, minlength=drawn.blocks)
    return pairs
