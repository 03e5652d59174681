"""The one shape in which an alert leaves the product, over REST and over sockets."""

from typing import TypedDict

from alerts.models import Alert
from risk.messages import stamp


class SilencedBy(TypedDict):
    """The silence that withholds an alert's notifications; `ends_at` is wall clock."""

    id: int
    author: str
    reason: str
    ends_at: str


class AlertMessage(TypedDict):
    """An alert after what `event`, a kind of line of its timeline, says of it.

    `opened_at`, `peak_at`, `ended_at` and `snoozed_until` are instants in log time; `record_id` is the record that
    opened it.  A rule other than the score has a `summary` and neither scores nor a record; without a symbol it
    concerns all.  `silenced_by` and `inhibited_by`, an alert of the market index, withhold its notifications.
    """

    id: int
    event: str
    rule: str
    symbol: str | None
    summary: str
    severity: str
    peak_severity: str
    peak_score: float | None
    opening_score: float | None
    driver: str
    crossings: int
    phase: str
    status: str
    source: str
    record_id: int | None
    opened_at: str
    peak_at: str
    ended_at: str | None
    end_reason: str
    acknowledged_by: str
    resolved_by: str
    classification: str
    assignee: str
    snoozed_until: str | None
    silenced_by: SilencedBy | None
    inhibited_by: int | None
    note: str


def alert_message(alert: Alert, *, event: str) -> AlertMessage:
    """Return the message of an alert whose instrument is loaded, if it has one."""
    return AlertMessage(
        id=alert.pk,
        event=event,
        rule=alert.rule,
        symbol=alert.symbol,
        summary=alert.summary,
        severity=alert.severity,
        peak_severity=alert.peak_severity,
        peak_score=alert.peak_score,
        opening_score=alert.opening.get("risk_score"),
        driver=alert.driver,
        crossings=alert.crossings,
        phase=alert.phase,
        status=alert.status,
        source=alert.source,
        record_id=alert.opening.get("id"),
        opened_at=stamp(alert.opened_at),
        peak_at=stamp(alert.peak_at),
        ended_at=stamp(alert.ended_at) if alert.ended_at else None,
        end_reason=alert.end_reason,
        acknowledged_by=alert.acknowledged_by,
        resolved_by=alert.resolved_by,
        classification=alert.classification,
        assignee=alert.assignee,
        snoozed_until=stamp(alert.snoozed_until) if alert.snoozed_until else None,
        silenced_by=alert.silenced_by,
        inhibited_by=alert.inhibited_by,
        note=alert.note,
    )
