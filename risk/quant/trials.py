"""Trials of other settings beside the shipped ones: the same walk, the same windows, the differences with intervals.

A trial is written NAME or NAME=VALUE.  None may move the barrier: the windows must have the same outcomes, or the two
forecasts would answer different questions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from math import isfinite
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.ablation import calibrated, online
from risk.quant.backtest import HIGH, Verdict, refitted
from risk.quant.bootstrap import NOT_KNOWN, Interval, Resamples, draw_sessions, percentile_interval
from risk.quant.confidence import ResampledFigures, resampled_figures
from risk.quant.evaluation import Judgement, judge
from risk.quant.model import TERMS, TRIED, PriorRow, ScoreModel
from risk.quant.scoring import score
from risk.quant.universe import Universe
from risk.quant.volatility import LEGS

FloatArray = NDArray[np.float64]
Rewalk = Callable[[ScoreModel], Verdict]

# Settings of the fold, which need another walk, and those of the online correction, which do not.
WALKED: Final = ("fast_half_life", "medium_half_life", "daily_decay", "cap", "minimum_sessions", *TRIED)
WHOLE: Final = ("minimum_sessions", "auction_minutes")
CORRECTIONS: Final = ("correction_half_life", "correction_precision")
SWITCHES: Final = ("no_correction", "no_stretch")
WITHOUT: Final = "without"
PULL: Final = "pull"  # the value multiplies how hard a fit is pulled to its prior
PARTS: Final = (*LEGS, *TERMS)
# A prior so precise that the stretch stays at 0.
HELD: Final = 1e12


class Trial(NamedTuple):
    """One variation: a setting with its value, a switch with the value 0, or a part (`without`) with the value 0."""

    name: str
    value: float = 0.0
    part: str = ""

    @property
    def text(self) -> str:
        """The trial as it is written on the command line."""
        if self.part:
            return f"{self.name}={self.part}"
        return self.name if self.name in SWITCHES else f"{self.name}={self.value:g}"


@dataclass(frozen=True)
class TrialResult:
    """The judgement of a trial, and 95 % intervals of its figures less the shipped ones, from the same resamples.

    `text` is "" for the shipped settings, whose differences are not known (NaN).
    """

    text: str
    judged: Judgement
    auc: Interval = NOT_KNOWN
    skill_against_base: Interval = NOT_KNOWN
    skill_against_sample: Interval = NOT_KNOWN
    calibration_error: Interval = NOT_KNOWN


def trial_of(text: str) -> Trial:
    """Return the trial that NAME or NAME=VALUE asks for.

    Raises ValueError for a name that is not one of them, a switch with a value, a part that the score does not have,
    and a value that is not a positive number (for `daily_decay` below 1, for `minimum_sessions`
    and `auction_minutes` whole).
    """
    name, equals, value = text.partition("=")
    if name in SWITCHES and not equals:
        return Trial(name)
    if name == WITHOUT and value in PARTS:
        return Trial(name, part=value)
    if name in (*WALKED, *CORRECTIONS, PULL) and _is_allowed(name, number := _number(value)):
        return Trial(name, number)
    settings = ", ".join(f"{setting}=NUMBER" for setting in (*WALKED, *CORRECTIONS, PULL))
    raise ValueError(
        f"a trial must be {settings} (above 0, daily_decay below 1, minimum_sessions and auction_minutes whole), "
        f"{', '.join(SWITCHES)} or {WITHOUT}=PART of {', '.join(PARTS)}, was {text!r}"
    )


def run_trials(
    verdict: Verdict,
    trials: Sequence[Trial],
    *,
    universe: Universe,
    rewalk: Rewalk,
    random: np.random.Generator,
    resamples: int = 1000,
) -> list[TrialResult]:
    """Return the shipped score, which `verdict` judged, then each trial on the same windows.

    `rewalk` runs the walk of the verdict anew with another model.  Raises ValueError if that walk brings other windows
    or outcomes, and as `draw_sessions` does.
    """
    drawn = draw_sessions(verdict.cases.session, resamples=resamples, random=random)
    shipped = _figures(verdict, score(verdict.cases.log_odds), drawn)
    found = [TrialResult("", verdict.judged)]
    for trial in trials:
        chances = score(_log_odds(trial, verdict, universe=universe, rewalk=rewalk))
        judged = judge(chances, verdict.cases.touched, base_rate=verdict.model.base_rate, high=HIGH)
        differences = _differences(_figures(verdict, chances, drawn), shipped, drawn)
        found.append(TrialResult(trial.text, judged, *differences))
    return found


def _log_odds(trial: Trial, verdict: Verdict, *, universe: Universe, rewalk: Rewalk) -> FloatArray:
    """Return the log-odds of the verdict's judged cases under the trial."""
    if trial.name in WALKED:
        value = int(trial.value) if trial.name in WHOLE else trial.value
        walked = rewalk(_with_setting(verdict.model, trial.name, value))
        _check_windows(trial, verdict, walked)
        return walked.cases.log_odds
    model = _model(trial, verdict, universe)
    if trial.name == "no_correction":
        return calibrated(verdict.cases, model, universe)
    every = verdict.earlier + verdict.cases
    stretch = HELD if trial.name == "no_stretch" else None
    log_odds = online(every, calibrated(every, model, universe), model, stretch_precision=stretch)
    return log_odds[len(verdict.earlier) :]


def _model(trial: Trial, verdict: Verdict, universe: Universe) -> ScoreModel:
    """Return the model of a trial that needs no other walk, fitted anew where the trial changes the fit."""
    if trial.name in CORRECTIONS:
        return _with_setting(verdict.model, trial.name, trial.value)
    if trial.name == WITHOUT:
        return refitted(verdict.model, verdict.known, universe, without=frozenset({trial.part}))
    if trial.name == PULL:
        pulled = tuple(_pulled(prior, trial.value) for prior in verdict.model.priors)
        return refitted(replace(verdict.model, priors=pulled), verdict.known, universe)
    return verdict.model


def _with_setting(model: ScoreModel, name: str, value: float) -> ScoreModel:
    settings = {field.name: getattr(model, field.name) for field in fields(model)}
    return ScoreModel(**settings | {name: value})


def _pulled(prior: PriorRow, factor: float) -> PriorRow:
    return PriorRow(
        weights=prior["weights"],
        betas=prior["betas"],
        terms=prior["terms"],
        pull_weights=prior["pull_weights"] * factor,
        pull_betas=[pull * factor for pull in prior["pull_betas"]],
        pull_terms=prior["pull_terms"] * factor,
    )


def _check_windows(trial: Trial, verdict: Verdict, walked: Verdict) -> None:
    for name in ("session", "instrument", "minute", "touched"):
        if not np.array_equal(getattr(verdict.cases, name), getattr(walked.cases, name)):
            raise ValueError(f"the trial {trial.text} judges other windows: their {name} differs")


def _figures(verdict: Verdict, chances: FloatArray, drawn: Resamples) -> ResampledFigures:
    return resampled_figures(chances, verdict.cases.touched, drawn, base_rate=verdict.model.base_rate)


def _differences(trial: ResampledFigures, shipped: ResampledFigures, drawn: Resamples) -> list[Interval]:
    return [
        percentile_interval(getattr(trial, name) - getattr(shipped, name), drawn)
        for name in ("auc", "skill_against_base", "skill_against_sample", "calibration_error")
    ]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _is_allowed(name: str, value: float) -> bool:
    if not (isfinite(value) and value > 0):
        return False
    if name in WHOLE:
        return value == int(value)
    return name != "daily_decay" or value < 1
