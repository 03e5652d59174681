"""The parts of a backtest's page in reading order: headline figures, and sections of pictures with their tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from risk.quant.ablation import Ablation
from risk.quant.proof import Proof
from risk.quant.trials import TrialResult
from risk.report_pictures import alarm_picture, loss_picture, reliability_picture, severity_picture, skill_picture
from risk.report_shapes import Picture
from risk.report_tables import (
    alarm_table,
    alert_table,
    group_table,
    loss_table,
    murphy_table,
    part_table,
    refused_table,
    reliability_table,
    rival_table,
    severity_table,
    trial_table,
)
from risk.report_text import Table, interval, number

MOST_LOSS_PICTURES: Final = 6


class Tile(NamedTuple):
    """A headline figure with a note below it."""

    name: str
    value: str
    note: str


@dataclass(frozen=True)
class Section:
    """A titled part of the page; every picture has the same figures in a table below it."""

    title: str
    tables: list[Table]
    pictures: list[Picture]
    note: str = ""


def tiles(proof: Proof) -> list[Tile]:
    """Return the headline figures."""
    score, sure, high = proof.score, proof.confidence, proof.high
    every = proof.alerts[-1]
    return [
        Tile("AUC", number(score.auc), interval(sure.auc)),
        Tile("skill against .30", number(score.skill_against_base), interval(sure.skill_against_base)),
        Tile("skill against the sample", number(score.skill_against_sample), interval(sure.skill_against_sample)),
        Tile("calibration error", number(score.calibration_error), interval(sure.calibration_error)),
        Tile("HIGH precision", number(high.precision, "{:.2f}"), f"{high.alarms:,} of the windows, {high.share:.2%}"),
        Tile("alerts per day", number(every.alerts_per_day, "{:.2f}"), f"{every.alerts:,} in all, every symbol"),
    ]


def sections(
    proof: Proof,
    *,
    symbols: dict[int, str],
    refused: dict[str, int],
    parts: Sequence[Ablation] = (),
    trials: Sequence[TrialResult] = (),
) -> list[Section]:
    """Return the page's sections; up to six instruments have a picture of their losses."""
    shown = proof.tracks[:MOST_LOSS_PICTURES]
    left_out = len(proof.tracks) - len(shown)
    note = f"{left_out} more symbols have no picture; their rows are in the table." if left_out else ""
    alarms = alarm_picture(proof.curve, base_rate=proof.score.base_rate)
    losses = [loss_picture(track, symbol=symbols.get(track.instrument, str(track.instrument))) for track in shown]
    return [
        Section("Reliability", [reliability_table(proof), murphy_table(proof)], [reliability_picture(proof.score)]),
        Section("Skill against baselines", [rival_table(proof)], [skill_picture(proof.rivals)]),
        Section("Severities", [severity_table(proof)], [severity_picture(proof.severities)]),
        Section("Alarms", [alarm_table(proof)], [alarms]),
        Section("Alerts and flapping", [alert_table(proof, symbols)], []),
        Section("Value at risk", [loss_table(proof, symbols)], losses, note),
        Section("Parts of the sample", [group_table(proof)], []),
        *([Section("What each part contributes", [part_table(parts)], [])] if parts else []),
        *([Section("Other settings", [trial_table(trials)], [])] if trials else []),
        Section("Refused rows", [refused_table(refused)], []),
    ]
