"""The tables of a backtest report, as text; the terminal and the page show the same ones."""

from collections.abc import Sequence
from math import isfinite

from risk.quant.ablation import Ablation
from risk.quant.bootstrap import Interval
from risk.quant.evaluation import Judgement
from risk.quant.proof import Proof
from risk.quant.trials import TrialResult
from risk.quant.value_at_risk import ValueAtRisk
from risk.report_text import RIVAL_NAMES, UNKNOWN, Table, interval, number

PART_FIGURES = ("auc", "skill_against_base", "skill_against_sample")
TRIAL_FIGURES = (*PART_FIGURES, "calibration_error")
METHODS = {"filtered_historical": "filtered historical", "normal": "normal"}


def headline_table(proof: Proof) -> Table:
    """Return the score's figures beside those of the baselines' best known, the rolling variance."""
    score, sure, high = proof.score, proof.confidence, proof.high
    rolling = next(rival.judged for rival in proof.rivals if rival.name == "rolling_60")
    rows = [
        ("windows", f"{score.cases:,}", "", f"{rolling.cases:,}"),
        ("base rate", number(score.base_rate), "", number(rolling.base_rate)),
        ("mean forecast", number(score.mean_forecast), "", number(rolling.mean_forecast)),
        ("AUC", number(score.auc), interval(sure.auc), number(rolling.auc)),
        ("Brier score", number(score.brier, "{:.4f}"), interval(sure.brier), number(rolling.brier, "{:.4f}")),
        _skill_row("skill against .30", "skill_against_base", proof, rolling),
        _skill_row("skill against the sample's rate", "skill_against_sample", proof, rolling),
        ("log loss", number(score.log_loss, "{:.4f}"), "", number(rolling.log_loss, "{:.4f}")),
        (
            "calibration error",
            number(score.calibration_error),
            interval(sure.calibration_error),
            number(rolling.calibration_error),
        ),
        ("HIGH share", number(high.share, "{:.2%}"), "", number(rolling.high_share, "{:.2%}")),
        ("HIGH precision", number(high.precision, "{:.2f}"), "", number(rolling.high_precision, "{:.2f}")),
        ("HIGH recall", number(high.recall, "{:.3f}"), "", ""),
        ("HIGH F1", number(high.f1, "{:.3f}"), "", ""),
        ("HIGH lead time, mean", number(high.mean_lead_minutes, "{:.0f} min"), "", ""),
        ("HIGH lead time, median", number(high.median_lead_minutes, "{:.0f} min"), "", ""),
        ("move in forecast deviations, RMS", number(proof.move_in_deviations, "{:.2f}"), "", ""),
    ]
    return Table("figures", "Figures", ("", "score", "95 % interval", "rolling 60-minute variance"), rows)


def _skill_row(label: str, field: str, proof: Proof, rolling: Judgement) -> tuple[str, ...]:
    sure: Interval = getattr(proof.confidence, field)
    return (label, number(getattr(proof.score, field)), interval(sure), number(getattr(rolling, field)))


def murphy_table(proof: Proof) -> Table:
    """Return the parts of the Brier score."""
    parts, score = proof.score.murphy, proof.score.brier
    rows = [
        ("reliability (smaller is better)", number(parts.reliability, "{:+.5f}")),
        ("resolution (larger is better, subtracted)", number(-parts.resolution, "{:+.5f}")),
        ("uncertainty of the sample", number(parts.uncertainty, "{:+.5f}")),
        ("within the bins", number(parts.within_bins, "{:+.5f}")),
        ("Brier score", number(score, "{:+.5f}")),
    ]
    return Table("murphy", "Murphy's parts of the Brier score, which add up to it", ("part", "value"), rows)


def reliability_table(proof: Proof) -> Table:
    """Return the ten bins."""
    verdicts = {None: "too few windows", True: "excludes the diagonal", False: "agrees"}
    head = ("forecast", "windows", "mean", "observed", "Wilson interval", "observed - forecast, 95 %", "verdict")
    rows = []
    for row in proof.score.bins:
        cells = (number(row.forecast), number(row.observed), interval(row.interval), interval(row.difference))
        verdict = verdicts[row.excludes_diagonal]
        shown = (*cells, verdict) if row.cases else ("", "", "", "", "")
        rows.append((f"{row.low:.1f} to {row.high:.1f}", f"{row.cases:,}", *shown))
    return Table("reliability", "Reliability of the score", head, rows)


def rival_table(proof: Proof) -> Table:
    """Return the baselines and the score's skill against each."""
    rows = [
        (
            RIVAL_NAMES[rival.name],
            number(rival.judged.brier, "{:.4f}"),
            number(rival.judged.auc),
            number(rival.skill_of_score),
            interval(rival.interval),
        )
        for rival in proof.rivals
    ]
    return Table("rivals", "Baselines", ("baseline", "Brier score", "AUC", "the score's skill", "95 % interval"), rows)


def severity_table(proof: Proof) -> Table:
    """Return the windows per severity."""
    rows = [
        (row.severity, f"from {row.low:.1f}", f"{row.cases:,}", number(row.share, "{:.2%}"), number(row.observed))
        for row in proof.severities
    ]
    return Table("severities", "Severities", ("severity", "score", "windows", "share", "touched"), rows)


def alarm_table(proof: Proof) -> Table:
    """Return the quality of alarms at every threshold."""
    head = ("threshold", "alarms", "precision", "recall", "F1", "mean lead", "median lead")
    rows = [
        (
            f"{row.threshold:.2f}",
            f"{row.alarms:,}",
            *(number(value) for value in (row.precision, row.recall, row.f1)),
            *(number(value, "{:.0f} min") for value in (row.mean_lead_minutes, row.median_lead_minutes)),
        )
        for row in proof.curve
    ]
    return Table("alarms", "Alarms at each threshold", head, rows)


def alert_table(proof: Proof, symbols: dict[int, str]) -> Table:
    """Return alerts per day and flapping, by instrument."""
    head = ("symbol", "alerts", "per day", "flap rate", "median length", "crossings", "flap rate of crossings")
    rows = [
        (
            _name(row.instrument, symbols),
            f"{row.alerts:,}",
            number(row.alerts_per_day, "{:.2f}"),
            number(row.flap_rate, "{:.0%}"),
            number(row.median_minutes, "{:.0f} min"),
            f"{row.crossings:,}",
            number(row.crossing_flap_rate, "{:.0%}"),
        )
        for row in proof.alerts
    ]
    return Table("alerts", "Alerts at .80, released below .72, on the minute track", head, rows)


def loss_table(proof: Proof, symbols: dict[int, str]) -> Table:
    """Return the tests of the value at risk."""
    head = ("symbol", "level", "method", "windows", "expected", "exceeded", "LR_uc", "LR_ind", "LR_cc", "light")
    rows = [_loss_row(row, symbols) for row in proof.value_at_risk]
    return Table("losses", "Value at risk: likelihood ratios with p-values, Basel light and plus factor", head, rows)


def _loss_row(row: ValueAtRisk, symbols: dict[int, str]) -> tuple[str, ...]:
    tests = (row.coverage, row.independence, row.conditional_coverage)
    ratios = (f"{test.statistic:.2f} ({test.p_value:.3f})" if isfinite(test.statistic) else UNKNOWN for test in tests)
    light = f"{row.light.zone} +{row.light.plus_factor:.2f}"
    counts = (f"{row.windows:,}", f"{row.expected:.1f}", f"{row.exceedances:,}")
    return (_name(row.instrument, symbols), f"{row.level:.0%}", METHODS[row.method], *counts, *ratios, light)


def group_table(proof: Proof) -> Table:
    """Return the breakdown by symbol, phase of the day and expiry day."""
    head = ("part", "windows", "base rate", "mean forecast", "AUC", "skill against .30", "skill against its own rate")
    rows = [
        (
            row.name,
            f"{row.cases:,}",
            *(number(value) for value in (row.base_rate, row.mean_forecast, row.auc)),
            *(number(value) for value in (row.skill_against_base, row.skill_against_sample)),
        )
        for row in proof.groups
    ]
    return Table("groups", "By symbol, phase of the day and expiry day", head, rows)


def part_table(parts: Sequence[Ablation]) -> Table:
    """Return the score's figures without each of its parts, and what they lose; the whole score comes first."""
    whole = parts[0].judged
    rows = []
    for row in parts:
        pairs = [(getattr(row.judged, name), getattr(whole, name)) for name in PART_FIGURES]
        cells = (cell for now, full in pairs for cell in (number(now, "{:.4f}"), number(full - now, "{:+.4f}")))
        rows.append((f"without {row.part.replace('_', ' ')}" if row.part else "whole score", *cells))
    head = ("", "AUC", "lost", "skill against .30", "lost", "skill against the sample", "lost")
    return Table("parts", "The score without each of its parts, fitted anew", head, rows)


def trial_table(trials: Sequence[TrialResult]) -> Table:
    """Return the figures of other settings and what they gain over the shipped ones, which come first."""
    shipped = trials[0].judged
    rows = []
    for row in trials:
        cells = [number(getattr(row.judged, name), "{:.4f}") for name in TRIAL_FIGURES]
        gains = [_gain(row, shipped, name) for name in TRIAL_FIGURES]
        shown = [cell for pair in zip(cells, gains, strict=True) for cell in pair]
        rows.append((row.text or "shipped", *shown))
    names = ("AUC", "skill against .30", "skill against the sample", "calibration error")
    head = ("", *(cell for name in names for cell in (name, "less shipped")))
    return Table("trials", "Other settings on the same windows, differences with 95 % intervals", head, rows)


def _gain(trial: TrialResult, shipped: Judgement, figure: str) -> str:
    if not trial.text:
        return ""
    gain = number(getattr(trial.judged, figure) - getattr(shipped, figure), "{:+.4f}")
    low, high = getattr(trial, figure)
    return f"{gain} ({low:+.4f} to {high:+.4f})" if isfinite(low) else gain


def refused_table(refused: dict[str, int]) -> Table:
    """Return the counts of refused rows by reason."""
    rows = [(reason.replace("_", " "), f"{count:,}") for reason, count in refused.items()]
    return Table("refused", "Rows of the files that were not used", ("reason", "rows"), rows or [("none", "0")])


def _name(instrument: int | None, symbols: dict[int, str]) -> str:
    return "all together" if instrument is None else symbols.get(instrument, str(instrument))
