"""What the alerts' pages show, in Indian time and as people write numbers.  Reads only."""

from datetime import datetime
from typing import Any, NamedTuple

from accounts.capabilities import Capability, roles_with
from accounts.models import User
from alerts.models import Alert, AlertEvent, Phase
from risk.configuration import LEVELS
from risk.quant.calendar import IST

DASH = "–"
RULES = dict(Alert.Rule.choices)


class Fact(NamedTuple):
    name: str
    value: str


class Part(NamedTuple):
    """A family's points in an opening and a peak record; widths are percent of the widest bar."""

    name: str
    opening: str
    peak: str
    width: float
    is_negative: bool


def row(alert: Alert) -> dict[str, Any]:
    """Return what the list shows of an alert."""
    return {
        "alert": alert,
        "title": title(alert),
        "opened": clock(alert.opened_at),
        "score": figure(alert.peak_score),
        "lasted": duration(alert),
        "is_snoozed": alert.snoozed_until is not None,
        "muted": muted(alert),
    }


def title(alert: Alert) -> str:
    """Return what the alert is about, in a few words."""
    if alert.summary:
        return alert.summary
    return f"Risk score up to {figure(alert.peak_score)}" + (f", by {_named(alert.driver)}" if alert.driver else "")


def muted(alert: Alert) -> str:
    """Return what withholds the alert's notifications, in a sentence; empty where nothing does."""
    found = []
    if alert.silenced_by is not None:
        silence, ends = alert.silenced_by, datetime.fromisoformat(alert.silenced_by["ends_at"])
        found.append(f"Silenced by {silence['author']} until {clock(ends)}: {silence['reason']}")
    if alert.inhibited_by is not None:
        found.append(f"Alert #{alert.inhibited_by} of the market speaks for it")
    return ". ".join(found)


def facts(alert: Alert) -> list[Fact]:
    """Return the episode's facts."""
    found = [
        Fact("Rule", str(RULES.get(alert.rule, alert.rule.replace("_", " ")))),
        Fact("Opened", clock(alert.opened_at)),
        Fact("Peak", f"{figure(alert.peak_score)} at {clock(alert.peak_at)}" if alert.peak_score else DASH),
        Fact("Ended", f"{clock(alert.ended_at)} ({alert.end_reason.replace('_', ' ')})" if alert.ended_at else DASH),
        Fact("Lasted", duration(alert)),
        Fact("Came up to the threshold", f"{alert.crossings} ×" if alert.peak_score else DASH),
        Fact("Driven by", _named(alert.driver) if alert.driver else DASH),
        Fact("Assigned to", alert.assignee or "nobody"),
        Fact("Acknowledged by", alert.acknowledged_by or DASH),
        Fact("Snoozed until", clock(alert.snoozed_until)),
        Fact("Resolved by", alert.resolved_by or DASH),
        Fact("As", alert.get_classification_display() or DASH),
        Fact("Source", f"{alert.source}, run {alert.run}, configuration {alert.config_version}"),
    ]
    return [fact for fact in found if fact.value != DASH]


def records(alert: Alert) -> dict[str, Any] | None:
    """Return the opening and the peak record side by side; None of a rule without them."""
    if alert.peak_score is None:
        return None
    pair = [alert.opening, alert.peak]
    heads = [(name, *(_shown(record.get(key), digits) for record in pair)) for name, key, digits in _RECORD_ROWS]
    return {"rows": heads, "parts": _parts(*(record.get("decomposition", {}) for record in pair))}


def lines(alert: Alert) -> list[dict[str, Any]]:
    """Return the timeline, oldest first."""
    return [
        {
            "line": line,
            "when": clock(line.at or line.recorded_at),
            "is_person": line.actor_id is not None,
            "change": _change(line),
            "score": figure(line.detail.get("score")) if line.detail.get("score") is not None else "",
        }
        for line in alert.events.order_by("id")
    ]


def colleagues() -> list[str]:
    """Return the names of who may be given an alert."""
    fit = User.objects.filter(is_active=True, role__in=roles_with(Capability.HANDLE_ALERTS))
    return list(fit.order_by("username").values_list("username", flat=True))


def clock(instant: datetime | None) -> str:
    """Return an instant as a desk in India reads it."""
    return DASH if instant is None else f"{instant.astimezone(IST):%d %b %Y, %H:%M:%S} IST"


def figure(score: float | None) -> str:
    return DASH if score is None else f"{score:.3f}"


def duration(alert: Alert) -> str:
    """Return how long the episode lasted by log time."""
    if alert.ended_at is None:
        return "recovering" if alert.phase == Phase.RECOVERING else "still firing"
    seconds = round((alert.ended_at - alert.opened_at).total_seconds())
    hours, rest = divmod(seconds, 3600)
    return f"{hours} h {rest // 60} min" if hours else f"{rest // 60} min {rest % 60} s"


_RECORD_ROWS = [
    ("Time", "timestamp", None), ("Score", "risk_score", 3), ("Severity", "severity", None), ("State", "state", None),
    ("Price ₹", "price", 2), ("Change %", "change_percent", 2), ("Expected move ± %", "expected_move", 2),
    ("Protection % of price", "protection_cost", 3),
]  # fmt: skip


def _shown(value: Any, digits: int | None) -> str:
    if value is None:
        return DASH
    if digits is not None:
        return f"{value:,.{digits}f}"
    text = str(value)
    return clock(datetime.fromisoformat(text)) if text[:4].isdigit() else text


def _parts(opening: dict[str, float], peak: dict[str, float]) -> list[Part]:
    widest = max((abs(points) for points in peak.values()), default=0.0) or 1.0
    return [
        Part(_named(name).capitalize(), f"{opening.get(name, 0.0):+.3f}", f"{points:+.3f}", 100 * abs(points) / widest,
             points < 0)
        for name, points in peak.items()
    ]  # fmt: skip


def _named(family: str) -> str:
    return family.replace("_", " ")


def _change(line: AlertEvent) -> str:
    if line.kind in ("acknowledged", "resolved", "reopened"):
        return ""  # the kind says it
    if line.kind == AlertEvent.Kind.SNOOZED and line.after:
        return f"until {clock(datetime.fromisoformat(line.after))}"
    if line.before and line.after and line.before != line.after:
        return f"{line.before} → {line.after}"
    is_level = line.after in LEVELS
    return line.after if is_level or line.kind == AlertEvent.Kind.ASSIGNED else ""
