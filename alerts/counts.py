"""How many alerts opened in each bucket of log time, by the severity at their peak.  Reads only."""

from datetime import UTC, datetime, timedelta
from typing import Final, TypedDict

from django.db.models import Count, Max

from alerts.elapsed import BucketNumber
from alerts.models import Alert
from risk.configuration import LEVELS
from risk.messages import stamp
from risk.stats import Period

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class CountedBucket(TypedDict):
    start: str
    alerts: int
    severities: dict[str, int]


def newest_opening(run: int | None) -> datetime | None:
    """Return when the last alert opened, of one run or of all; None without any."""
    rows = Alert.objects.all() if run is None else Alert.objects.filter(run=run)
    newest: datetime | None = rows.aggregate(last=Max("opened_at"))["last"]
    return newest


def counted(period: Period, *, run: int | None) -> list[CountedBucket]:
    """Return the buckets in which an alert opened, oldest first."""
    rows = Alert.objects.filter(opened_at__gte=period.since, opened_at__lt=period.until).order_by()
    rows = rows if run is None else rows.filter(run=run)
    numbered = rows.annotate(bucket=BucketNumber("opened_at", seconds=60 * period.minutes))
    found: dict[int, dict[str, int]] = {}
    for number, level, alerts in numbered.values_list("bucket", "peak_severity").annotate(alerts=Count("*")):
        found.setdefault(number, dict.fromkeys(LEVELS, 0))[level] = alerts
    length = timedelta(minutes=period.minutes)
    return [
        CountedBucket(start=stamp(_EPOCH + number * length), alerts=sum(levels.values()), severities=levels)
        for number, levels in sorted(found.items())
    ]
