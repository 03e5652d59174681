"""All figures of a walk-forward run together: what `manage.py backtest` prints and writes."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.alarms import AlarmQuality, SeverityShare, alarm_curve, alarm_quality, severity_shares
from risk.quant.alert_episodes import HIGH, AlertCount, count_alerts
from risk.quant.backtest import WARM_UP_SESSIONS, Verdict
from risk.quant.baselines import baseline_forecasts
from risk.quant.bootstrap import Interval, Resamples, draw_sessions
from risk.quant.breakdown import Group, breakdown
from risk.quant.confidence import Confidence, confidence, skill_interval, with_differences
from risk.quant.evaluation import Judgement, brier, calibration_error, judge, skill
from risk.quant.scoring import score
from risk.quant.value_at_risk import LossTrack, ValueAtRisk, judge_value_at_risk, loss_tracks, move_in_deviations

FloatArray = NDArray[np.float64]

RESAMPLES: Final = 1000


@dataclass(frozen=True)
class Rival:
    """A baseline's own figures, and the score's skill against it with its 95 % interval."""

    name: str
    judged: Judgement
    skill_of_score: float
    interval: Interval


@dataclass(frozen=True)
class Truth:
    """The score beside a simulator's true probabilities, which carry no sampling noise.

    `calibration_error` as in `evaluation`, against them; `mean_error` the mean |score - truth| of a case; skills
    are expected ones against the truth's own mean: `skill` of the score, `best_skill` of the truth itself.
    """

    calibration_error: float
    mean_error: float
    skill: float
    best_skill: float


@dataclass(frozen=True)
class Proof:
    """Every figure; `instrument` None in a row means all instruments together."""

    sessions: int
    judged_sessions: int
    fitted_cases: int
    fitted_rate: float
    model_version: str
    horizon_minutes: float
    score: Judgement
    confidence: Confidence
    rivals: list[Rival]
    high: AlarmQuality
    curve: list[AlarmQuality]
    severities: list[SeverityShare]
    alerts: list[AlertCount]
    move_in_deviations: float
    value_at_risk: list[ValueAtRisk]
    tracks: list[LossTrack]
    groups: list[Group]
    truth: Truth | None


def prove(
    verdict: Verdict,
    *,
    symbols: dict[int, str],
    random: np.random.Generator,
    resamples: int = RESAMPLES,
    truth: FloatArray | None = None,
) -> Proof:
    """Return all figures of a run; `symbols` names its instruments, `truth` [N] holds the cases' true chances.

    Raises ValueError below one resample, without a judged case, and as `compare_with_truth` does.
    """
    cases, known, model = verdict.cases, verdict.known, verdict.model
    chances, touched = score(cases.log_odds), cases.touched
    drawn = draw_sessions(cases.session, resamples=resamples, random=random)
    track, horizon = verdict.track, model.horizon_minutes
    earlier = verdict.earlier.where(verdict.earlier.session >= WARM_UP_SESSIONS)
    return Proof(
        sessions=verdict.sessions,
        judged_sessions=drawn.blocks,
        fitted_cases=verdict.fitted_cases,
        fitted_rate=float(known.touched.mean()),
        model_version=model.version,
        horizon_minutes=horizon,
        score=_judged(verdict, chances, drawn),
        confidence=confidence(chances, touched, drawn, base_rate=model.base_rate),
        rivals=_rivals(verdict, chances, drawn),
        high=alarm_quality(chances, touched, cases.touch_minute, threshold=HIGH),
        curve=alarm_curve(chances, touched, cases.touch_minute),
        severities=severity_shares(chances, touched),
        alerts=count_alerts(
            instrument=track["instrument"],
            session=track["session"],
            minute=track["minute"],
            score=score(track["log_odds"]),
        ),
        move_in_deviations=move_in_deviations(cases, horizon=horizon),
        value_at_risk=judge_value_at_risk(earlier, cases, horizon=horizon),
        tracks=loss_tracks(earlier, cases, horizon=horizon),
        groups=breakdown(cases, chances, symbols=symbols, base_rate=model.base_rate),
        truth=None if truth is None else compare_with_truth(chances, truth),
    )


def compare_with_truth(probabilities: FloatArray, truth: FloatArray) -> Truth:
    """Return the score's distance from true probabilities [N], and what these reach at best.

    Over outcomes drawn from the truth p, a forecast f has the expected Brier score mean((f - p)^2 + p (1 - p)).
    Raises ValueError for arrays of different length or values outside [0, 1].
    """
    distance = calibration_error(probabilities, truth)
    noise, mean = float(np.mean(truth * (1 - truth))), float(truth.mean())
    return Truth(
        calibration_error=distance,
        mean_error=float(np.mean(np.abs(probabilities - truth))),
        skill=skill(float(np.mean((probabilities - truth) ** 2)) + noise, mean * (1 - mean)),
        best_skill=skill(noise, mean * (1 - mean)),
    )


def _judged(verdict: Verdict, probabilities: FloatArray, drawn: Resamples) -> Judgement:
    judged = verdict.judged
    return replace(judged, bins=with_differences(judged.bins, probabilities, verdict.cases.touched, drawn))


def _rivals(verdict: Verdict, probabilities: FloatArray, drawn: Resamples) -> list[Rival]:
    touched, base_rate = verdict.cases.touched, verdict.model.base_rate
    error = brier(probabilities, touched)
    forecasts = baseline_forecasts(verdict.known, verdict.cases, base_rate=base_rate)
    rows = []
    for name, forecast in forecasts.items():
        judged = judge(forecast, touched, base_rate=base_rate, high=HIGH)
        if name == "constant_sample":  # the sample's own rate is another one in each resample
            interval = confidence(probabilities, touched, drawn, base_rate=base_rate).skill_against_sample
        else:
            interval = skill_interval(probabilities, forecast, touched, drawn)
        rows.append(Rival(name, judged, skill(error, judged.brier), interval))
    return rows
