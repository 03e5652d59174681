"""How good probabilities were: Brier score and its parts, skill, log loss, ranking, reliability.

`probabilities` float [N] in [0, 1] and `outcomes` bool [N].
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from risk.quant.guards import chances

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

BINS: Final = 10
NORMAL_95: Final = 1.959963984540054
SMALLEST_PROBABILITY: Final = 1e-6  # the score's last decimal: a rounded 0 must not cost infinitely much


@dataclass(frozen=True)
class Bin:
    """Cases whose forecast lies in [low, high): their count, mean forecast, observed rate and its 95 % interval.

    `difference` is the block-bootstrapped interval of observed - forecast, NaN before `confidence` fills it in;
    `excludes_diagonal` says whether it leaves out 0, None where the bin holds too few cases to say.
    """

    low: float
    high: float
    cases: int
    forecast: float
    observed: float
    interval: tuple[float, float]
    difference: tuple[float, float] = (float("nan"), float("nan"))
    excludes_diagonal: bool | None = None


@dataclass(frozen=True)
class Murphy:
    """Brier = reliability - resolution + uncertainty + within_bins; the last is what ten bins cannot resolve."""

    reliability: float
    resolution: float
    uncertainty: float
    within_bins: float


@dataclass(frozen=True)
class Judgement:
    """All figures of one forecast on one sample; skills are 1 - Brier / Brier of the constant forecast named."""

    cases: int
    base_rate: float
    mean_forecast: float
    brier: float
    skill_against_base: float
    skill_against_sample: float
    log_loss: float
    auc: float
    high_share: float
    high_precision: float
    calibration_error: float
    murphy: Murphy
    bins: list[Bin]


def judge(probabilities: FloatArray, outcomes: BoolArray, *, base_rate: float, high: float) -> Judgement:
    """Return every figure; `base_rate` is the constant forecast to beat, `high` the threshold of HIGH.

    Precision of HIGH and AUC are NaN where no case is HIGH or all outcomes are equal.  Raises ValueError as
    `checked_sample` does, and for a base rate or threshold outside [0, 1].
    """
    sample_rate = float(checked_sample(probabilities, outcomes).mean())
    chances("base_rate", base_rate)
    chances("high", high)
    above = probabilities >= high
    score = brier(probabilities, outcomes)
    bins = reliability(probabilities, outcomes)
    return Judgement(
        cases=len(outcomes),
        base_rate=sample_rate,
        mean_forecast=float(probabilities.mean()),
        brier=score,
        skill_against_base=skill(score, brier(np.full(len(outcomes), base_rate), outcomes)),
        skill_against_sample=skill(score, sample_rate * (1 - sample_rate)),
        log_loss=log_loss(probabilities, outcomes),
        auc=area_under_curve(probabilities, outcomes),
        high_share=float(above.mean()),
        high_precision=float(outcomes[above].mean()) if above.any() else float("nan"),
        calibration_error=calibration_error(probabilities, outcomes),
        murphy=decompose(bins, score=score),
        bins=bins,
    )


def checked_sample(probabilities: FloatArray, outcomes: BoolArray | FloatArray) -> FloatArray:
    """Return the outcomes, or true probabilities, as numbers.

    Raises ValueError for no cases, arrays of different length, and anything outside [0, 1], NaN included.
    """
    if not len(outcomes) or probabilities.shape != outcomes.shape:
        raise ValueError(f"need as many outcomes as probabilities, got {outcomes.shape} and {probabilities.shape}")
    chances("probabilities", probabilities)
    return chances("target", outcomes)


def brier(probabilities: FloatArray, outcomes: BoolArray) -> float:
    """Return the mean squared error of the probabilities.  Raises ValueError as `checked_sample` does."""
    return float(np.mean((probabilities - checked_sample(probabilities, outcomes)) ** 2))


def skill(score: float, reference: float) -> float:
    """Return 1 - score / reference; NaN where the reference makes no error (0 or less) and where either is NaN."""
    return 1 - score / reference if reference > 0 else float("nan")


def log_loss(probabilities: FloatArray, outcomes: BoolArray) -> float:
    """Return the mean negative log likelihood, probabilities held 1e-6 away from 0 and 1.

    Raises ValueError as `checked_sample` does.
    """
    happened = checked_sample(probabilities, outcomes)
    safe = np.clip(probabilities, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    return float(-np.mean(happened * np.log(safe) + (1 - happened) * np.log1p(-safe)))


def area_under_curve(probabilities: FloatArray, outcomes: BoolArray) -> float:
    """Return P(a touched case was forecast above an untouched one), ties half; NaN if all outcomes are equal.

    Raises ValueError as `checked_sample` does.  Source: Mann and Whitney (1947) rank form.
    """
    happened = checked_sample(probabilities, outcomes) > 0
    hits, misses = int(happened.sum()), int((~happened).sum())
    if not hits or not misses:
        return float("nan")
    ranks = rankdata(probabilities)[happened].sum()
    return float((ranks - hits * (hits + 1) / 2) / (hits * misses))


def reliability(probabilities: FloatArray, outcomes: BoolArray) -> list[Bin]:
    """Return ten bins of equal width; means of an empty bin are NaN and its interval is [0, 1].

    Raises ValueError as `checked_sample` does.
    """
    happened = checked_sample(probabilities, outcomes)
    index = bin_of(probabilities)
    return [_bin(k, probabilities[index == k], happened[index == k]) for k in range(BINS)]


def bin_of(probabilities: FloatArray) -> NDArray[np.int64]:
    """Return the number 0..9 of each forecast's bin; 1 lies in the last.  Raises ValueError outside [0, 1]."""
    return np.minimum((chances("probabilities", probabilities) * BINS).astype(np.int64), BINS - 1)


def calibration_error(probabilities: FloatArray, target: BoolArray | FloatArray) -> float:
    """Return sum n_b/N |mean forecast - mean target| over the ten bins.

    `target` is the outcomes, or each case's true probability where a simulator knows it.  Outcomes are noisy: even
    a perfect forecast has an error above 0 against them, about .4 / sqrt(cases of a bin).  Raises ValueError as
    `checked_sample` does.
    """
    misses = probabilities - checked_sample(probabilities, target)
    gaps = np.bincount(bin_of(probabilities), weights=misses, minlength=BINS)
    return float(np.abs(gaps).sum() / len(probabilities))


def decompose(bins: list[Bin], *, score: float) -> Murphy:
    """Return Murphy's parts of the Brier score `score` of the cases in the bins.

    Raises ValueError for bins that hold no case and a score outside [0, 1].
    Sources: A. Murphy, Journal of Applied Meteorology 12 (1973), pp. 595-600; the remainder within bins:
    D. Stephenson and others, Weather and Forecasting 23 (2008), pp. 752-757.
    """
    filled = [row for row in bins if row.cases]
    if not filled:
        raise ValueError(f"need a bin that holds a case, got {len(bins)} without any")
    chances("score", score)
    cases, forecast, observed = (
        np.array([getattr(row, name) for row in filled], dtype=np.float64) for name in ("cases", "forecast", "observed")
    )
    share = cases / cases.sum()
    base_rate = float(share @ observed)
    parts = (float(share @ (forecast - observed) ** 2), float(share @ (observed - base_rate) ** 2))
    uncertainty = base_rate * (1 - base_rate)
    return Murphy(*parts, uncertainty, score - (parts[0] - parts[1] + uncertainty))


def wilson_interval(hits: int, cases: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion, [0, 1] without cases.

    Raises ValueError for a count below 0 and for more hits than cases.
    Source: E. B. Wilson, JASA 22 (1927), pp. 209-212.
    """
    if not 0 <= hits <= cases:
        raise ValueError(f"hits must lie in 0..cases, were {hits} of {cases}")
    if cases == 0:
        return (0.0, 1.0)
    square = NORMAL_95**2
    centre = (hits + square / 2) / (cases + square)
    half = NORMAL_95 / (cases + square) * float(np.sqrt(hits * (cases - hits) / cases + square / 4))
    return (max(centre - half, 0.0), min(centre + half, 1.0))


def _bin(number: int, probabilities: FloatArray, happened: FloatArray) -> Bin:
    cases = len(happened)
    means = (float(probabilities.mean()), float(happened.mean())) if cases else (float("nan"), float("nan"))
    interval = wilson_interval(int(happened.sum()), cases)
    return Bin(number / BINS, (number + 1) / BINS, cases, *means, interval)
