"""The account of a backtest as it is stored, shipped and shown: one shape, figures that are not known are null."""

from dataclasses import asdict
from typing import Final

from risk.backtest_report import Material, plain
from risk.documents import Account
from risk.quant.backtest import Verdict
from risk.quant.evaluation import Bin
from risk.quant.market import ENGINE_VERSION
from risk.quant.over_time import Stretch, by_month, by_session
from risk.quant.proof import Proof
from risk.quant.scoring import score
from risk.quant.value_at_risk import ValueAtRisk
from risk.report_text import day
from risk.report_words import trust_sentences

ACCOUNT_SCHEMA: Final = 1
SCORE_FIGURES: Final = (
    "cases", "base_rate", "mean_forecast", "brier", "skill_against_base", "skill_against_sample", "log_loss", "auc",
    "calibration_error",
)  # fmt: skip
INTERVALS: Final = ("auc", "brier", "skill_against_base", "skill_against_sample", "calibration_error")


def account_of(proof: Proof, verdict: Verdict, material: Material, *, rolling_barrier: bool) -> Account:
    """Return what is stored of a walk-forward run: fitted on the first sessions, judged on later ones."""
    found = {
        "schema": ACCOUNT_SCHEMA,
        "engine_version": ENGINE_VERSION,
        "model_version": proof.model_version,
        "horizon_minutes": proof.horizon_minutes,
        "barrier": "rolling" if rolling_barrier else "frozen",
        "data": _data(proof, material),
        "score": {name: getattr(proof.score, name) for name in SCORE_FIGURES},
        "murphy": proof.score.murphy,
        "intervals": {name: _interval(getattr(proof.confidence, name)) for name in INTERVALS},
        "bins": [_bin(one) for one in proof.score.bins],
        "rivals": [
            {
                "name": rival.name,
                "brier": rival.judged.brier,
                "auc": rival.judged.auc,
                "skill_of_score": rival.skill_of_score,
                "interval": _interval(rival.interval),
            }
            for rival in proof.rivals
        ],
        "high": proof.high,
        "severities": proof.severities,
        "value_at_risk": [_value_at_risk(row, material.symbols) for row in proof.value_at_risk],
        **_over_time(verdict),
        "trust": trust_sentences(proof),
    }
    shown = plain(found)
    assert isinstance(shown, dict)
    return shown


def _data(proof: Proof, material: Material) -> dict[str, object]:
    judged = proof.judged_sessions
    return {
        "origins": list(material.origins),
        "symbols": list(material.symbols.values()),
        "bars": material.bars,
        "first_session": day(material.first_session),
        "last_session": day(material.last_session),
        "fitted_sessions": proof.sessions - judged,
        "judged_sessions": judged,
        "fitted_cases": proof.fitted_cases,
        "fitted_rate": proof.fitted_rate,
    }


def _over_time(verdict: Verdict) -> dict[str, object]:
    cases, base_rate = verdict.cases, verdict.model.base_rate
    chances = score(cases.log_odds)
    months = by_month(cases.session_key, chances, cases.touched, base_rate=base_rate)
    sessions = by_session(cases.session_key, chances, cases.touched, base_rate=base_rate)
    return {
        "months": [_stretch(row, f"{row.key // 100}-{row.key % 100:02}") for row in months],
        "per_session": [_stretch(row, day(row.key)) for row in sessions],
    }


def _stretch(row: Stretch, period: str) -> dict[str, object]:
    figures = asdict(row)
    del figures["key"]
    return {"period": period, **figures}


def _bin(one: Bin) -> dict[str, object]:
    return {
        "low": one.low,
        "high": one.high,
        "cases": one.cases,
        "forecast": one.forecast,
        "observed": one.observed,
        "interval": _interval(one.interval) if one.cases else None,
        "difference": _interval(one.difference),
        "excludes_diagonal": one.excludes_diagonal,
    }


def _value_at_risk(row: ValueAtRisk, symbols: dict[int, str]) -> dict[str, object]:
    return {
        "symbol": None if row.instrument is None else symbols[row.instrument],
        **{name: getattr(row, name) for name in ("level", "method", "multiple", "windows", "expected", "exceedances")},
        **{name: getattr(row, name) for name in ("rate", "coverage", "independence", "conditional_coverage", "light")},
    }


def _interval(pair: tuple[float, float]) -> dict[str, float] | None:
    """Return a pair of limits, None where it is not known (NaN)."""
    low, high = pair
    return None if low != low or high != high else {"low": float(low), "high": float(high)}
