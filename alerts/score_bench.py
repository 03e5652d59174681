"""Judges a commit's records: which alerts open, change and end.  Called inside the pipeline's transaction.

What the rule remembers is read once, decided on in memory, in log order, for all symbols at once, and written once;
an alert's own row is read only when something happens to it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from alerts.judging import Closing, Happened, Judged
from alerts.models import Alert, Phase
from alerts.rules import ENDED, OPENED, STEPS, ScoreRule, Step, Verdict, blank, judge
from risk.configuration import LEVELS
from risk.messages import decomposition
from risk.quant.scoring import State
from risk.storage import moment

Load = Callable[[Collection[int]], dict[int, Alert]]


@dataclass
class Bench:
    """The score rule's memory of a partition, and what was decided since it was read.

    `load` gives the alerts that go on of the instruments that it is asked for.
    """

    memory: NDArray[np.void]
    partition: int
    run: int = 0
    load: Load = lambda instruments: {}
    going: dict[int, Alert] = field(default_factory=dict)
    opened: list[Alert] = field(default_factory=list)
    changed: dict[int, Alert] = field(default_factory=dict)
    risen: list[Alert] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)

    def take(self, batch: Judged | Closing) -> None:
        """Judge one record instant, or the end of a session."""
        if batch.run != self.run:  # the run before was never ended: by now it is
            self._end_all(lambda alert: alert.peak_at, reason="run_ended")
            self.run = batch.run
        if isinstance(batch, Closing):
            self._end_all(lambda alert: max(moment(batch.instant), alert.peak_at), reason="market_closed")
            return
        if not batch.version.config.rule(Alert.Rule.SCORE).enabled:
            self._end_all(lambda alert: max(moment(batch.instant), alert.peak_at), reason="rule_changed")
            return
        places = np.flatnonzero(self._concerned(batch))
        if len(places):
            self._judge(batch, places)

    def end_run(self, run: int, instant: int) -> None:
        """End what goes on of a run that is over: nothing will judge it any more."""
        if run == self.run:
            self._end_all(lambda alert: max(moment(instant), alert.opened_at), reason="run_ended")

    def _concerned(self, batch: Judged) -> NDArray[np.bool_]:
        """Return which rows can matter [n]: a score at the lowest level, or a symbol that is remembered."""
        config = batch.version.config
        lowest = config.thresholds[LEVELS.index(config.alert_from)]
        remembered = self._is_remembered(batch.rows["instrument"])
        concerned: NDArray[np.bool_] = (batch.rows["score"] >= lowest) | remembered
        is_open: NDArray[np.bool_] = batch.rows["state"] != State.CLOSED
        return concerned & is_open

    def _judge(self, batch: Judged, places: NDArray[np.intp]) -> None:
        rows = batch.rows[places]
        at = self._remember(rows["instrument"])
        memory = self.memory[at]
        before, peaks = memory["level"].copy(), memory["peak"].copy()
        verdict = judge(memory, rows["score"], instant=batch.instant, rule=ScoreRule.of(batch.version.config))
        risen = (before >= 0) & (rows["score"] > peaks)
        memory["peak"] = np.where(risen & (memory["level"] >= 0), rows["score"], memory["peak"])
        self.memory[at] = memory
        self._tell(batch, places, before=before, after=memory["level"], verdict=verdict, risen=risen)
        self._forget()

    def _remember(self, instruments: NDArray[np.int64]) -> NDArray[np.intp]:
        """Return where each instrument stands in the memory, new ones put in."""
        new = instruments[~self._is_remembered(instruments)]
        if len(new):
            grown = np.concatenate([self.memory, blank(new)])
            self.memory = grown[np.argsort(grown["instrument"])]
        return np.searchsorted(self.memory["instrument"], instruments)

    def _is_remembered(self, instruments: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which instruments [n] stand in the memory, which is sorted by them."""
        known = self.memory["instrument"]
        if not len(known):
            return np.zeros(len(instruments), dtype=np.bool_)
        places = np.minimum(np.searchsorted(known, instruments), len(known) - 1)
        remembered: NDArray[np.bool_] = known[places] == instruments
        return remembered

    def _forget(self) -> None:
        """Drop who has no alert and has reached nothing, so that the memory does not depend on who was judged."""
        self.memory = self.memory[(self.memory["level"] >= 0) | (self.memory["since"] > 0).any(axis=1)]

    def _tell(
        self,
        batch: Judged,
        places: NDArray[np.intp],
        *,
        before: NDArray[np.int8],
        after: NDArray[np.int8],
        verdict: Verdict,
        risen: NDArray[np.bool_],
    ) -> None:
        """Bring the alerts to what was judged, in the order of the rows."""
        steps, crossed = verdict.steps, (before >= 0) & verdict.reached
        busy = np.flatnonzero((steps > 0) | risen | crossed)
        self._fetch([int(batch.rows["instrument"][places[n]]) for n in busy if steps[n] != OPENED])
        for n in busy.tolist():
            place, code = int(places[n]), int(steps[n])
            if code == OPENED:
                self._open(batch, place, LEVELS[after[n]])
                continue
            alert = self.going[int(batch.rows["instrument"][place])]
            alert.crossings += bool(crossed[n])
            if risen[n]:
                self._climb(alert, batch, place)
            self._touch(alert)
            if code:
                self._step(alert, batch, place, code=code, level=int(after[n]))

    def _fetch(self, instruments: Collection[int]) -> None:
        missing = [one for one in instruments if one not in self.going]
        if missing:
            self.going.update(self.load(missing))

    def _open(self, batch: Judged, place: int, severity: str) -> None:
        row, update, at = batch.rows[place], batch.updates[place], moment(batch.instant)
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
        self.going[int(row["instrument"])] = alert
        self.opened.append(alert)
        self._note(alert, Step.OPENED, None, severity, update["risk_score"], update["id"], at)

    def _climb(self, alert: Alert, batch: Judged, place: int) -> None:
        row, update = batch.rows[place], batch.updates[place]
        alert.peak = {**update, "decomposition": decomposition(row)}
        alert.peak_score, alert.peak_at, alert.driver = update["risk_score"], moment(batch.instant), _driver(row)

    def _step(self, alert: Alert, batch: Judged, place: int, *, code: int, level: int) -> None:
        step, update, at = STEPS[code], batch.updates[place], moment(batch.instant)
        assert step is not None
        if code == ENDED:
            self._end(alert, at, reason="below_exit", score=update["risk_score"], record_id=update["id"])
            return
        before, alert.severity = alert.severity, LEVELS[level]
        alert.phase = Phase.RECOVERING if step is Step.RECOVERING else Phase.FIRING
        if LEVELS.index(alert.severity) > LEVELS.index(alert.peak_severity):
            alert.peak_severity = alert.severity
        if step is Step.ROSE:
            self.risen.append(alert)
        self._note(alert, step, before, alert.severity, update["risk_score"], update["id"], at)

    def _end_all(self, instant_of: Callable[[Alert], datetime], *, reason: str) -> None:
        """End every alert and forget what was pending."""
        with_alert = self.memory["instrument"][self.memory["level"] >= 0].tolist()
        self.memory = self.memory[:0]
        self._fetch(with_alert)
        for instrument in with_alert:
            alert = self.going[instrument]
            self._end(alert, instant_of(alert), reason=reason, score=None, record_id=None)

    def _end(self, alert: Alert, at: datetime, *, reason: str, score: float | None, record_id: int | None) -> None:
        alert.phase, alert.ended_at, alert.end_reason = Phase.ENDED, at, reason
        del self.going[alert.instrument_id or 0]
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


def _driver(row: np.void) -> str:
    """Return the family with the most points above the base; empty where none raises the score."""
    points = {name: value for name, value in decomposition(row).items() if name != "base"}
    family = max(points, key=lambda name: points[name])
    return family if points[family] > 0 else ""
