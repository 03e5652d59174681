"""How sure the figures of one forecast are: 95 % intervals by block bootstrap over sessions."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.bootstrap import (
    FEWEST_BLOCKS,
    NOT_KNOWN,
    Interval,
    Resamples,
    percentile_interval,
    ratio,
    reflected_interval,
    resampled_auc,
    resampled_skill,
)
from risk.quant.evaluation import BINS, Bin, bin_of, calibration_error, checked_sample
from risk.quant.guards import chances

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

FEWEST_CASES: Final = 100  # of a bin that may be said to lie off the diagonal


@dataclass(frozen=True)
class Confidence:
    """95 % intervals; NaN with fewer than five sessions."""

    sessions: int
    resamples: int
    auc: Interval
    brier: Interval
    skill_against_base: Interval
    skill_against_sample: Interval
    calibration_error: Interval


@dataclass(frozen=True)
class ResampledFigures:
    """A forecast's figures in each resample [R], NaN where a resample does not tell one."""

    auc: FloatArray
    brier: FloatArray
    skill_against_base: FloatArray
    skill_against_sample: FloatArray
    calibration_error: FloatArray


def resampled_figures(
    probabilities: FloatArray, outcomes: BoolArray, drawn: Resamples, *, base_rate: float
) -> ResampledFigures:
    """Return the figures of a forecast [N] in every resample; `base_rate` is the constant forecast to beat.

    Raises ValueError as `checked_sample` and `Resamples.sums` do, and for a base rate outside [0, 1].
    """
    happened = checked_sample(probabilities, outcomes)
    chances("base_rate", base_rate)
    errors = (probabilities - happened) ** 2
    sizes = drawn.sums(np.ones(len(drawn.block)))
    brier, rate = drawn.sums(errors) / sizes, drawn.sums(happened) / sizes
    gaps = drawn.sums(_by_bin(probabilities, happened - probabilities))
    return ResampledFigures(
        auc=resampled_auc(probabilities, outcomes, drawn),
        brier=brier,
        skill_against_base=resampled_skill(errors, (base_rate - happened) ** 2, drawn),
        skill_against_sample=1 - ratio(brier, rate * (1 - rate)),
        calibration_error=np.abs(gaps).sum(axis=1) / sizes,
    )


def confidence(probabilities: FloatArray, outcomes: BoolArray, drawn: Resamples, *, base_rate: float) -> Confidence:
    """Return the intervals of a forecast [N]; `base_rate` is the constant forecast to beat.

    Raises ValueError as `resampled_figures` does.
    """
    found = resampled_figures(probabilities, outcomes, drawn, base_rate=base_rate)
    estimate = calibration_error(probabilities, outcomes)
    return Confidence(
        sessions=drawn.blocks,
        resamples=len(drawn.counts),
        auc=percentile_interval(found.auc, drawn),
        brier=percentile_interval(found.brier, drawn),
        skill_against_base=percentile_interval(found.skill_against_base, drawn),
        skill_against_sample=percentile_interval(found.skill_against_sample, drawn),
        calibration_error=reflected_interval(found.calibration_error, drawn, estimate=estimate),
    )


def skill_interval(probabilities: FloatArray, reference: FloatArray, outcomes: BoolArray, drawn: Resamples) -> Interval:
    """Return the interval of the skill of one forecast against another; both see the same resamples.

    Raises ValueError as `checked_sample` does for either, and as `Resamples.sums`.
    """
    checked_sample(probabilities, outcomes)
    checked_sample(chances("reference", reference), outcomes)
    errors, others = ((forecast - outcomes) ** 2 for forecast in (probabilities, reference))
    return percentile_interval(resampled_skill(errors, others, drawn), drawn)


def with_differences(bins: list[Bin], probabilities: FloatArray, outcomes: BoolArray, drawn: Resamples) -> list[Bin]:
    """Return the bins with the interval of observed - forecast, and whether it leaves out the diagonal.

    The interval is not known where a bin's cases come from fewer than five sessions; the flag is None there and in a
    bin of fewer than 100 cases.  Raises ValueError as `checked_sample` and `Resamples.sums` do.
    """
    checked_sample(probabilities, outcomes)
    gaps = drawn.sums(_by_bin(probabilities, outcomes - probabilities))
    means = ratio(gaps, drawn.sums(_by_bin(probabilities, np.ones(len(probabilities)))))
    number = bin_of(probabilities)
    sources = [len(np.unique(drawn.block[number == place])) for place in range(BINS)]
    return [_with_difference(row, means[:, place], drawn, sources[place]) for place, row in enumerate(bins)]


def _with_difference(row: Bin, differences: FloatArray, drawn: Resamples, sessions: int) -> Bin:
    interval = percentile_interval(differences, drawn) if sessions >= FEWEST_BLOCKS else NOT_KNOWN
    if row.cases < FEWEST_CASES or not np.isfinite(interval[0]):
        return replace(row, difference=interval)
    return replace(row, difference=interval, excludes_diagonal=not interval[0] <= 0 <= interval[1])


def _by_bin(probabilities: FloatArray, values: FloatArray) -> FloatArray:
    """Return the values [N, 10], each in its bin's column and 0 elsewhere."""
    spread = np.zeros((len(values), BINS))
    spread[np.arange(len(values)), bin_of(probabilities)] = values
    return spread
