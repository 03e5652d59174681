"""Judges a commit's records: which alerts open, change and end.  Called inside the pipeline's transaction.

The firing alerts are read once; what happens to them is decided in memory, in log order, and written once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from alerts.models import Alert, Phase
from alerts.rules import Judgement, Step, judge
from risk.configuration import LEVELS, Version
from risk.messages import RiskUpdate, decomposition
from risk.models import State
from risk.storage import moment

CLOSED = State.CLOSED.value


@dataclass(frozen=True)
class Judged:
    """The records of one record instant: rows of dtype SCORE with their messages, judged by `version`."""

    run: int
    instant: int
    rows: NDArray[np.void]
    updates: Sequence[RiskUpdate]
    version: Version


@dataclass(frozen=True)
class Happened:
    """One step of one alert, for the audit log and the browsers."""

    alert: Alert
    step: Step
    before: str | None
    after: str | None
    score: float | None
    record_id: int | None
    instant: datetime


@dataclass
class Bench:
    """The firing alerts of one rule by instrument, and what was decided since they were read."""

    firing: dict[int | None, Alert]
    partition: int
    opened: list[Alert] = field(default_factory=list)
    changed: dict[int, Alert] = field(default_factory=dict)
    risen: list[Alert] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)

    def take(self, batch: Judged) -> None:
        """Judge one record instant."""
        for position in np.flatnonzero(self._concerned(batch)).tolist():
            self._judge(batch, batch.rows[position], batch.updates[position])

    def end_run(self, run: int, instant: int) -> None:
        """End what still fires of a run that is over: nothing will judge it any more."""
        at = moment(instant)
        for alert in [alert for alert in self.firing.values() if alert.run == run]:
            self._end(alert, max(at, alert.opened_at), reason="run_ended", score=alert.peak_score, record_id=None)

    def _concerned(self, batch: Judged) -> NDArray[np.bool_]:
        """Return which rows can matter [n]: a score at the lowest level, or an alert that fires."""
        lowest = batch.version.config.thresholds[LEVELS.index(batch.version.config.alert_from)]
        firing = np.fromiter((one for one in self.firing if one is not None), dtype=np.int64, count=len(self.firing))
        concerned: NDArray[np.bool_] = (batch.rows["score"] >= lowest) | np.isin(batch.rows["instrument"], firing)
        return concerned

    def _judge(self, batch: Judged, row: np.void, update: RiskUpdate) -> None:
        alert = self.firing.get(int(row["instrument"]))
        if alert is not None and alert.run != batch.run:  # its run was never ended: by now it is
            self._end(alert, alert.peak_at, reason="run_ended", score=alert.peak_score, record_id=None)
            alert = None
        score, at = float(row["score"]), moment(batch.instant)
        if update["state"] == CLOSED:
            if alert is not None:
                self._end(alert, at, reason="market_closed", score=score, record_id=update["id"])
            return
        level = None if alert is None else LEVELS.index(alert.severity)
        verdict = judge(score, level=level, config=batch.version.config)
        if alert is None:
            if verdict is not None:
                self._open(batch, row, update, verdict)
            return
        if alert.peak_score is None or score > alert.peak_score:
            self._climb(alert, row, update, at)
        if verdict is not None:
            self._move(alert, verdict, at, score, update["id"])

    def _open(self, batch: Judged, row: np.void, update: RiskUpdate, verdict: Judgement) -> None:
        severity, at = _name(verdict), moment(batch.instant)
        record = {**update, "decomposition": decomposition(row)}
        alert = Alert(
            instrument_id=int(row["instrument"]),
            partition=self.partition,
            run=batch.run,
            source=update["source"],
            config_version=batch.version.number,
            opening=record,
            severity=severity,
            peak_severity=severity,
            peak_score=update["risk_score"],
            peak=record,
            driver=_driver(row),
            opened_at=at,
            peak_at=at,
            raised_at=timezone.now(),
        )
        self.firing[alert.instrument_id] = alert
        self.opened.append(alert)
        self._note(alert, verdict.step, None, severity, update["risk_score"], update["id"], at)

    def _climb(self, alert: Alert, row: np.void, update: RiskUpdate, at: datetime) -> None:
        alert.peak = {**update, "decomposition": decomposition(row)}
        alert.peak_score, alert.peak_at, alert.driver = update["risk_score"], at, _driver(row)
        self._touch(alert)

    def _move(self, alert: Alert, verdict: Judgement, at: datetime, score: float, record_id: int | None) -> None:
        if verdict.level is None:
            self._end(alert, at, reason="below_exit", score=score, record_id=record_id)
            return
        before, alert.severity = alert.severity, _name(verdict)
        if LEVELS.index(alert.severity) > LEVELS.index(alert.peak_severity):
            alert.peak_severity = alert.severity
        if verdict.step is Step.ROSE:
            self.risen.append(alert)
        self._note(alert, verdict.step, before, alert.severity, score, record_id, at)
        self._touch(alert)

    def _end(self, alert: Alert, at: datetime, *, reason: str, score: float | None, record_id: int | None) -> None:
        alert.phase, alert.ended_at, alert.end_reason = Phase.ENDED, at, reason
        del self.firing[alert.instrument_id]
        self._note(alert, Step.ENDED, alert.severity, None, score, record_id, at)
        self._touch(alert)

    def _touch(self, alert: Alert) -> None:
        if alert.pk is not None:
            self.changed[alert.pk] = alert

    def _note(
        self,
        alert: Alert,
        step: Step,
        before: str | None,
        after: str | None,
        score: float | None,
        record_id: int | None,
        instant: datetime,
    ) -> None:
        self.happened.append(Happened(alert, step, before, after, score, record_id, instant))


def _name(verdict: Judgement) -> str:
    assert verdict.level is not None
    return LEVELS[verdict.level]


def _driver(row: np.void) -> str:
    """Return the family with the most points above the base; empty where none raises the score."""
    points = {name: value for name, value in decomposition(row).items() if name != "base"}
    family = max(points, key=lambda name: points[name])
    return family if points[family] > 0 else ""
