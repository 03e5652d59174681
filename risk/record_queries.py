"""How histories find their records: always newest first by id, and never by walking past those of another time.

Ids grow in the order in which records are stored, so a run or a time range is a range of ids; the rollups know which.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, Min, Q, QuerySet

from risk.models import MarketRollup, RiskRecord

# A rollup that begins this long before a range may still have records in it.
_REACH: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class RecordQuery:
    """What a history is asked for; None and an empty collection ask for everything. `until` is excluded."""

    instruments: Collection[int] | None = None
    severities: Collection[str] = ()
    min_score: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    run: int | None = None

    @property
    def is_of_a_period(self) -> bool:
        return self.run is not None or self.since is not None or self.until is not None


def matching(query: RecordQuery, *, among: QuerySet[RiskRecord]) -> QuerySet[RiskRecord]:
    """Return the records that `query` asks for; one look at the rollups when it names a run or a time."""
    found = among.filter(_wanted(query))
    return _stored_in(found, query) if query.is_of_a_period else found


def earlier(instant: datetime) -> datetime:
    """Return the beginning of the last rollup that cannot reach `instant`."""
    first = datetime.min.replace(tzinfo=instant.tzinfo)
    return instant - _REACH if instant - first > _REACH else first


def _wanted(query: RecordQuery) -> Q:
    wanted = Q()
    if query.instruments is not None:
        wanted &= Q(instrument__in=query.instruments)
    if query.severities:
        wanted &= Q(severity__in=query.severities)
    if query.min_score is not None:
        wanted &= Q(score__gte=query.min_score)
    if query.since is not None:
        wanted &= Q(instant__gte=query.since)
    if query.until is not None:
        wanted &= Q(instant__lt=query.until)
    return wanted if query.run is None else wanted & Q(run=query.run)


def _stored_in(found: QuerySet[RiskRecord], query: RecordQuery) -> QuerySet[RiskRecord]:
    rollups = MarketRollup.objects.all()
    if query.run is not None:
        rollups = rollups.filter(run=query.run)
    if query.since is not None:
        rollups = rollups.filter(start__gt=earlier(query.since))
    if query.until is not None:
        rollups = rollups.filter(start__lt=query.until)
    bounds = rollups.aggregate(first=Min("first_id"), last=Max("last_id"))
    return found.none() if bounds["first"] is None else found.filter(id__range=(bounds["first"], bounds["last"]))
