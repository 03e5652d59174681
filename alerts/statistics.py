"""Counts over the alerts of a range of time: what waits, what was, how fast people were, and how often for nothing.

One query that an index answers by itself; the rest is added up here.  Reads only.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Count, DurationField, F, Q, Sum

from alerts.elapsed import Elapsed
from alerts.models import Alert, Classification, Phase, Status
from risk.configuration import LEVELS
from risk.messages import stamp
from risk.models import Instrument
from riskplatform.lib.errors import Invalid

FALSE: Final = (Classification.DATA_ISSUE, Classification.MODEL)
REAL: Final = (Classification.TRUE_BREACH, Classification.NEWS, Classification.EXPIRY_EFFECT)
NOISIEST: Final = 10
USUAL: Final = timedelta(days=30)
LONGEST: Final = timedelta(days=400)
_BY_PERSON: Final = Q(acknowledged_by_id__isnull=False)  # what the platform acknowledged was nobody's work
_STATES: Final[dict[str, tuple[str, str]]] = {
    "firing": ("phase", Phase.FIRING),
    "recovering": ("phase", Phase.RECOVERING),
    **{status.value: ("status", status) for status in Status},
}


class RangeTooLong(Invalid):
    code = "range_too_long"


@dataclass(frozen=True)
class Range:
    """The alerts raised from `since` on and before `until`, by wall clock."""

    since: datetime
    until: datetime

    @classmethod
    def of(cls, *, since: datetime | None, until: datetime | None, now: datetime) -> "Range":
        """Return what was asked for; without bounds the thirty days until now.  Raises RangeTooLong."""
        try:
            end = until or max(now, since or now)
            begin = since or end - USUAL
        except OverflowError as problem:
            raise RangeTooLong("The range reaches beyond the calendar.") from problem
        if end - begin > LONGEST:
            raise RangeTooLong(f"A range may have {LONGEST.days} days, it had {(end - begin).days}.")
        return cls(begin, end)


class _Group(NamedTuple):
    """How many alerts are alike in everything that is counted, and the people's times on them together."""

    peak_severity: str
    phase: str
    status: str
    classification: str
    rule: str
    instrument: int | None
    alerts: int
    acknowledged: int
    acknowledging: timedelta | None
    resolved: int
    resolving: timedelta | None


def alert_statistics(period: Range) -> dict[str, Any]:
    """Return counts by state, together and by the severity at the peak; people's mean times in seconds; the share of
    false alarms among what was classified as one or the other; and the rules and symbols with the most alerts.
    """
    groups = _groups(period)
    classified = Counter[str]()
    for group in groups:
        classified[group.classification] += group.alerts
    acknowledging, resolving = _times(groups)
    return {
        "from": stamp(period.since),
        "to": stamp(period.until),
        **_counts(groups),
        "by_severity": {
            level: _counts([one for one in groups if one.peak_severity == level]) for level in reversed(LEVELS)
        },
        "mean_seconds_to_acknowledge": acknowledging,
        "mean_seconds_to_resolve": resolving,
        "by_classification": {one.value: classified[one.value] for one in Classification},
        "false_alarm_rate": _false_alarm_rate(classified),
        "noisiest_rules": _noisiest(groups, lambda group: group.rule),
        "noisiest_symbols": _noisiest_symbols(groups),
    }


def _groups(period: Range) -> list[_Group]:
    rows = Alert.objects.filter(raised_at__gte=period.since, raised_at__lt=period.until).order_by()
    alike = rows.values_list("peak_severity", "phase", "status", "classification", "rule", "instrument")
    counted = alike.annotate(
        alerts=Count("*"),
        acknowledged=Count("acknowledged_at", filter=_BY_PERSON),
        acknowledging=_summed("acknowledged_at", filter=_BY_PERSON),
        resolved=Count("resolved_at"),
        resolving=_summed("resolved_at"),
    )
    return [_Group(*row) for row in counted]


def _summed(field: str, *, filter: Q | None = None) -> Sum:
    return Sum(Elapsed(F(field), F("raised_at")), filter=filter, output_field=DurationField())


def _counts(groups: Iterable[_Group]) -> dict[str, int]:
    found = dict.fromkeys(("total", *_STATES), 0)
    for group in groups:
        found["total"] += group.alerts
        for name, (half, value) in _STATES.items():
            if getattr(group, half) == value:
                found[name] += group.alerts
    return found


def _times(groups: Iterable[_Group]) -> tuple[float | None, float | None]:
    nothing = timedelta(0)
    listed = list(groups)
    acknowledging = sum((group.acknowledging or nothing for group in listed), nothing)
    resolving = sum((group.resolving or nothing for group in listed), nothing)
    return (
        _mean(acknowledging, sum(group.acknowledged for group in listed)),
        _mean(resolving, sum(group.resolved for group in listed)),
    )


def _mean(together: timedelta, people: int) -> float | None:
    return round(together.total_seconds() / people, 3) if people else None


def _false_alarm_rate(classified: Counter[str]) -> float | None:
    """Return the share of false alarms among what was classified, without `other`; None where nothing was."""
    false, real = (sum(classified[one.value] for one in kinds) for kinds in (FALSE, REAL))
    return round(false / (false + real), 4) if false + real else None


def _noisiest(groups: Iterable[_Group], name: Callable[[_Group], str]) -> list[dict[str, Any]]:
    alerts, false = Counter[str](), Counter[str]()
    for group in groups:
        alerts[name(group)] += group.alerts
        false[name(group)] += group.alerts if group.classification in FALSE else 0
    ranked = sorted(alerts.items(), key=lambda one: (-one[1], one[0]))[:NOISIEST]
    return [{"name": one, "alerts": count, "false_alarms": false[one]} for one, count in ranked]


def _noisiest_symbols(groups: Iterable[_Group]) -> list[dict[str, Any]]:
    of_symbols = [group for group in groups if group.instrument is not None]
    symbols = dict(Instrument.objects.values_list("pk", "symbol"))
    return _noisiest(of_symbols, lambda group: symbols[group.instrument or 0])
