"""Alerts of conditions other than the score: the fold or the watchdog says when one began or ended.

As with scores, what fires is read once, what happens is decided in memory, in log order, and written once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from alerts.judging import Happened
from alerts.models import Alert, Phase
from alerts.rules import Step
from alerts.summaries import SEVERITY, summary
from risk.services import symbol_of
from risk.storage import moment

Key = tuple[str, int | None]  # rule and instrument


@dataclass(frozen=True)
class Change:
    """A condition began or ended at an instant (microseconds UTC) of a run; `facts` say what was found.

    `instrument` None: it concerns every symbol of the partition, or of the platform.  Of a rule that is not built in
    `kind` says what it is about; without a `severity` it is the one that its rule usually has.
    """

    rule: str
    run: int
    instant: int
    instrument: int | None
    is_on: bool
    config_version: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    kind: str = ""
    severity: str = ""


@dataclass
class ConditionBench:
    """The firing alerts of conditions, and what was decided since they were read; see `alerts.score_bench.Bench`."""

    firing: dict[Key, Alert]
    partition: int | None
    source_of: Callable[[int], str]
    opened: list[Alert] = field(default_factory=list)
    changed: dict[int, Alert] = field(default_factory=dict)
    risen: list[Alert] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)

    def take(self, change: Change) -> None:
        """Open or end an alert; what fires already is not opened again, and what does not is not ended."""
        alert = self.firing.get((change.rule, change.instrument))
        if alert is not None and alert.run != change.run:  # its run was never ended: by now it is
            self._end(alert, alert.peak_at, reason="run_ended")
            alert = None
        if change.is_on and alert is None:
            self._open(change)
        elif not change.is_on and alert is not None:
            self._end(alert, moment(change.instant), reason=change.reason)

    def end_run(self, run: int, instant: int) -> None:
        """End what still fires of a run that is over."""
        at = moment(instant)
        for alert in [alert for alert in self.firing.values() if alert.run == run]:
            self._end(alert, max(at, alert.opened_at), reason="run_ended")

    def _open(self, change: Change) -> None:
        severity, at = change.severity or SEVERITY[change.rule], moment(change.instant)
        symbol = None if change.instrument is None else symbol_of(change.instrument)
        alert = Alert(
            instrument_id=change.instrument,
            partition=self.partition,
            rule=change.rule,
            run=change.run,
            source=self.source_of(change.run),
            config_version=change.config_version,
            opening={**change.facts, "summary": summary(change.kind or change.rule, change.facts, symbol=symbol)},
            peak={},
            severity=severity,
            peak_severity=severity,
            opened_at=at,
            peak_at=at,
            raised_at=timezone.now(),
        )
        self.firing[(change.rule, change.instrument)] = alert
        self.opened.append(alert)
        self.happened.append(Happened(alert, Step.OPENED, None, severity, None, None, at))

    def _end(self, alert: Alert, at: datetime, *, reason: str) -> None:
        alert.phase, alert.ended_at, alert.end_reason = Phase.ENDED, max(at, alert.opened_at), reason
        del self.firing[(alert.rule, alert.instrument_id)]
        self.happened.append(Happened(alert, Step.ENDED, alert.severity, None, None, None, alert.ended_at))
        if alert.pk is not None:
            self.changed[alert.pk] = alert
