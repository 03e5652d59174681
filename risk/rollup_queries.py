"""Sums of one run over a period: from hours and minutes where these have passed, from records since."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final, NamedTuple

from django.db.models import BigIntegerField, Case, Count, F, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Round, TruncMinute

from risk.models import HourRollup, LatestRisk, MarketRollup, MinuteRollup, RiskRecord, Severity
from risk.rollup_services import SEVERITY_COLUMNS

# `sum_total` in millionths, `sum_records` and a sum per severity, `most`; of an instrument `least`, `last` and
# `last_minute` too.
Sums = Mapping[str, Any]
_HOUR: Final = timedelta(hours=1)


class _Passed(NamedTuple):
    """Up to where a run's minutes and hours are summed in every partition that has records."""

    minutes: datetime
    hours: datetime


def summed_columns() -> dict[str, Any]:
    """Return the sums of rollups as annotations."""
    # Not named as the columns are: an annotation would hide the column from the next one.
    counts = {f"sum_{column}": Sum(column) for column in SEVERITY_COLUMNS}
    return {"most": Max("high"), "sum_total": Sum("total_millionths"), "sum_records": Sum("records"), **counts}


def sums_by_minute(run: int, *, since: datetime, until: datetime) -> list[Sums]:
    """Return the sums of each minute (`start`) of [since, until) that has records, in order; one may come in parts."""
    minutes = _within(MinuteRollup, run, since, until)
    summed: list[Sums] = list(minutes.values("start").annotate(**summed_columns()))
    opened = _open_minutes(run, since=max(since, _passed(run).minutes), until=until)
    return sorted([*summed, *opened], key=lambda row: row["start"])


def sums_by_instrument(run: int, *, since: datetime, until: datetime) -> dict[int, list[Sums]]:
    """Return the sums of each instrument that has records in [since, until), in one part or several."""
    passed = _passed(run)
    first_hour = min(until, _hour(since + _HOUR - timedelta(microseconds=1)))
    hours_end = max(first_hour, min(_hour(until), passed.hours))
    edges = Q(start__lt=first_hour) | Q(start__gte=hours_end)
    parts: defaultdict[int, list[Sums]] = defaultdict(list)
    for row in chain(
        _by_instrument(_within(HourRollup, run, first_hour, hours_end), last_minute="last_minute"),
        _by_instrument(_within(MinuteRollup, run, since, until).filter(edges), last_minute="start"),
        _open_minutes(run, since=max(since, passed.minutes), until=until),
    ):
        parts[row["instrument_id"]].append(row)
    return dict(parts)


def _by_instrument(rollups: QuerySet[Any], *, last_minute: str) -> Iterable[Sums]:
    """Sum by instrument; the last score is that of the newest interval."""
    summed = rollups.values("instrument_id").annotate(
        least=Min("low"), last_minute=Max(last_minute), newest=Max("start"), **summed_columns()
    )
    rows = list(summed)
    closes = rollups.filter(start__in={row["newest"] for row in rows})
    last = {(pk, start): close for pk, start, close in closes.values_list("instrument_id", "start", "close")}
    return [{**row, "last": last[row["instrument_id"], row["newest"]]} for row in rows]


def _open_minutes(run: int, *, since: datetime, until: datetime) -> list[Sums]:
    """Return the sums of each instrument's minutes that no rollup holds yet."""
    summed = {(row["instrument_id"], row["start"]): row for row in _summed_records(run, since, until)}
    for key in _within(MinuteRollup, run, since, until).values_list("instrument_id", "start") if summed else ():
        summed.pop(key, None)
    newest = RiskRecord.objects.in_bulk([row["newest"] for row in summed.values()])
    return [{**row, "last": newest[row["newest"]].score, "last_minute": row["start"]} for row in summed.values()]


def _summed_records(run: int, since: datetime, until: datetime) -> Iterable[Any]:
    records = RiskRecord.objects.filter(run=run, instant__gte=since, instant__lt=until)
    millionths = Cast(Round(F("score") * 1_000_000), BigIntegerField())
    counts = {
        f"sum_{column}": Sum(Case(When(severity=severity, then=Value(1)), default=Value(0)))
        for column, severity in zip(SEVERITY_COLUMNS, Severity.values, strict=True)
    }
    return records.values("instrument_id", start=TruncMinute("instant", tzinfo=UTC)).annotate(
        least=Min("score"), most=Max("score"), newest=Max("id"), sum_total=Sum(millionths), sum_records=Count("id"),
        **counts,
    )  # fmt: skip


def _passed(run: int) -> _Passed:
    """Return what is surely summed: minutes by the newest records, hours by the market's rollups, which stay longer."""
    newest = LatestRisk.objects.filter(run=run).values("instrument__partition").annotate(last=Max("instant"))
    reached = [row["last"] for row in newest]
    markets = MarketRollup.objects.filter(run=run).values("partition").annotate(last=Max("start"))
    hours = [_hour(row["last"]) for row in markets]
    everything = datetime.max.replace(tzinfo=UTC)
    return _Passed(
        min((last.replace(second=0, microsecond=0) for last in reached), default=everything),
        min(hours, default=datetime.min.replace(tzinfo=UTC)),
    )


def _within(model: Any, run: int, since: datetime, until: datetime) -> QuerySet[Any]:
    rollups: QuerySet[Any] = model.objects.filter(run=run, start__gte=since, start__lt=until)
    return rollups


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
