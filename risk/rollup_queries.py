"""Sums of one run over a period, from the hours and minutes that have passed.

The minute that is not over yet is in none of them: to sum its records takes longer than all the rest of a day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Final

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from risk.models import HourRollup, MarketRollup, MinuteRollup
from risk.rollup_services import SEVERITY_COLUMNS

# `sum_total` in millionths, `sum_records` and a sum per severity, `most`; of an instrument `symbol`, `least`,
# `last` and `last_minute` too.
Sums = Mapping[str, Any]
_HOUR: Final = timedelta(hours=1)


def summed_columns() -> dict[str, Any]:
    """Return the sums of rollups as annotations."""
    # Not named as the columns are: an annotation would hide the column from the next one.
    counts = {f"sum_{column}": Sum(column) for column in SEVERITY_COLUMNS}
    return {"most": Max("high"), "sum_total": Sum("total_millionths"), "sum_records": Sum("records"), **counts}


def summed_points() -> dict[str, Any]:
    """Return the sums of the market's points as annotations; `unknown` counts rollups that have none."""
    return {
        "sum_raised": Sum("raised_millionths"),
        "sum_market": Sum("market_millionths"),
        "unknown": Count("pk", filter=Q(raised_millionths=None)),
    }


def sums_by_minute(run: int, *, since: datetime, until: datetime) -> list[Sums]:
    """Return the sums of each minute (`start`) of [since, until) that has passed and has records, in order."""
    minutes = _within(MinuteRollup, run, since, until)
    summed: list[Sums] = list(minutes.values("start").annotate(**summed_columns()).order_by("start"))
    return summed


def sums_by_instrument(run: int, *, since: datetime, until: datetime) -> dict[int, list[Sums]]:
    """Return the sums of each instrument that has records in [since, until), in one part or two."""
    first_hour = min(until, _hour(since + _HOUR - timedelta(microseconds=1)))
    hours_end = max(first_hour, min(_hour(until), _hours_passed(run)))
    edges = Q(start__lt=first_hour) | Q(start__gte=hours_end)
    parts: defaultdict[int, list[Sums]] = defaultdict(list)
    for row in chain(
        _by_instrument(_within(HourRollup, run, first_hour, hours_end), last_minute="last_minute"),
        _by_instrument(_within(MinuteRollup, run, since, until).filter(edges), last_minute="start"),
    ):
        parts[row["instrument_id"]].append(row)
    return dict(parts)


def _by_instrument(rollups: QuerySet[Any], *, last_minute: str) -> Iterable[Sums]:
    """Sum by instrument; the last score is that of the newest interval."""
    summed = rollups.values("instrument_id", symbol=F("instrument__symbol")).annotate(
        least=Min("low"), last_minute=Max(last_minute), newest=Max("start"), **summed_columns()
    )
    rows = list(summed)
    closes = rollups.filter(start__in={row["newest"] for row in rows})
    last = {(pk, start): close for pk, start, close in closes.values_list("instrument_id", "start", "close")}
    return [{**row, "last": last[row["instrument_id"], row["newest"]]} for row in rows]


def _hours_passed(run: int) -> datetime:
    """Return up to where every partition that has records has summed its hours."""
    markets = MarketRollup.objects.filter(run=run).values("partition").annotate(last=Max("start"))
    return min((_hour(row["last"]) for row in markets), default=datetime.min.replace(tzinfo=UTC))


def _within(model: Any, run: int, since: datetime, until: datetime) -> QuerySet[Any]:
    rollups: QuerySet[Any] = model.objects.filter(run=run, start__gte=since, start__lt=until)
    return rollups


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
