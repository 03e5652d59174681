"""What the scores of one run say together: now, over time, and by symbol.  Reads rollups, never raw records."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final, TypedDict

from django.db.models import F, FloatField, Max, Min, QuerySet, Sum
from django.db.models.functions import Cast

from risk.messages import rfc3339
from risk.models import LatestRisk, MarketRollup, MinuteRollup, Severity, State
from risk.rollup_services import MARKET_MINUTES, SEVERITY_COLUMNS
from riskplatform.lib.errors import Invalid

BUCKETS_AT_MOST: Final = 2_000
DAY: Final = timedelta(days=1)
ELEVATED: Final = (Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class RangeTooLong(Invalid):
    code = "range_too_long"


class Highest(TypedDict):
    symbol: str
    risk_score: float


class Now(TypedDict):
    """The newest records of the run; `breadth` is the share of symbols that are MEDIUM or above."""

    instant: str | None
    symbols: int
    severities: dict[str, int]
    states: dict[str, int]
    highest: Highest | None
    mean: float | None
    breadth: float | None


class Bucket(TypedDict):
    start: str
    records: int
    mean: float
    max: float
    severities: dict[str, int]


class SymbolStats(TypedDict):
    symbol: str
    records: int
    mean: float
    max: float
    min: float
    last: float
    last_minute: str
    severities: dict[str, int]


@dataclass(frozen=True)
class Period:
    """From the beginning of the bucket of `since` to the end of the bucket of `until`."""

    since: datetime
    until: datetime
    minutes: int

    @classmethod
    def of(cls, *, since: datetime | None, until: datetime | None, newest: datetime, minutes: int) -> "Period":
        """Return whole buckets; without bounds the last 24 hours of log time.  Raises RangeTooLong."""
        try:
            last = until - timedelta(microseconds=1) if until else max(newest, since or newest)
            # A range that ends before the run's last day still begins a day before its end.
            begin = bucket_start(since or last - DAY, minutes)
            end = bucket_start(last, minutes) + timedelta(minutes=minutes)
        except OverflowError as problem:
            raise RangeTooLong("The range reaches beyond the calendar.") from problem
        if (count := (end - begin) // timedelta(minutes=minutes)) > BUCKETS_AT_MOST:
            raise RangeTooLong(
                f"The range has {count} buckets of {minutes} minutes, at most {BUCKETS_AT_MOST} are answered: "
                "ask for a shorter range or longer buckets."
            )
        return cls(begin, end, minutes)


def bucket_start(instant: datetime, minutes: int) -> datetime:
    """Return the beginning of the bucket that `instant` lies in; buckets begin at whole multiples since 1970 in UTC."""
    return instant - (instant - _EPOCH) % timedelta(minutes=minutes)


def newest_run() -> int | None:
    """Return the newest run that has a record, None before the first."""
    newest = LatestRisk.objects.aggregate(run=Max("run"))["run"]
    return None if newest is None else int(newest)


def newest_instant(run: int) -> datetime | None:
    """Return the last instant of a run, as exactly as is still known; None for a run without records."""
    exact: datetime | None = LatestRisk.objects.filter(run=run).aggregate(last=Max("instant"))["last"]
    if exact is not None:
        return exact
    start: datetime | None = MarketRollup.objects.filter(run=run).aggregate(last=Max("start"))["last"]
    return start and start + timedelta(minutes=MARKET_MINUTES, microseconds=-1)


def now_of(rows: list[LatestRisk]) -> Now:
    """Return what the newest records of one run, with their states as of now, say together."""
    highest = max(rows, key=lambda row: row.score, default=None)
    return Now(
        instant=stamp(max(row.instant for row in rows)) if rows else None,
        symbols=len(rows),
        severities=_counted(Severity.values, [row.severity for row in rows]),
        states=_counted(State.values, [row.state for row in rows]),
        highest=Highest(symbol=highest.instrument.symbol, risk_score=highest.score) if highest else None,
        mean=sum(row.score for row in rows) / len(rows) if rows else None,
        breadth=sum(row.severity in ELEVATED for row in rows) / len(rows) if rows else None,
    )


def buckets_of(run: int, period: Period) -> list[Bucket]:
    """Return the buckets that have records, oldest first."""
    model = MarketRollup if period.minutes % MARKET_MINUTES == 0 else MinuteRollup
    rows = _within(model.objects.filter(run=run), period).values("start").annotate(**_sums()).order_by("start")
    return [
        _bucket(start, list(together))
        for start, together in groupby(rows, key=lambda row: bucket_start(row["start"], period.minutes))
    ]


def symbols_of(run: int, period: Period) -> list[SymbolStats]:
    """Return each symbol that has records in the period, the highest first."""
    minutes = _within(MinuteRollup.objects.filter(run=run), period)
    rows = minutes.values("instrument_id", symbol=F("instrument__symbol"))
    summed = rows.annotate(least=Min("low"), last_minute=Max("start"), **_sums())
    listed = list(summed.order_by("-most", "symbol"))
    closes = _last_closes(run, {row["last_minute"] for row in listed})
    return [_symbol(row, last=closes[row["instrument_id"], row["last_minute"]]) for row in listed]


def stamp(instant: datetime) -> str:
    return rfc3339((instant - _EPOCH) // timedelta(microseconds=1))


def _last_closes(run: int, minutes: Iterable[datetime]) -> dict[tuple[int, datetime], float]:
    # Nearly always one minute, or a few: those in which symbols fell silent.
    rows = MinuteRollup.objects.filter(run=run, start__in=minutes)
    return {(pk, start): close for pk, start, close in rows.values_list("instrument_id", "start", "close")}


def _within(rollups: QuerySet[Any], period: Period) -> QuerySet[Any]:
    return rollups.filter(start__gte=period.since, start__lt=period.until)


def _sums() -> dict[str, Any]:
    # Not named as the columns are: an annotation would hide the column from the next one.
    counts = {f"sum_{column}": Sum(column) for column in SEVERITY_COLUMNS}
    return {"most": Max("high"), "sum_total": Cast(Sum("total"), FloatField()), "sum_records": Sum("records"), **counts}


def _bucket(start: datetime, rows: list[Mapping[str, Any]]) -> Bucket:
    records = _added(rows, "sum_records")
    return Bucket(
        start=stamp(start),
        records=records,
        mean=sum(row["sum_total"] for row in rows) / records,
        max=max(row["most"] for row in rows),
        severities=_severities(lambda column: _added(rows, column)),
    )


def _symbol(row: Mapping[str, Any], *, last: float) -> SymbolStats:
    return SymbolStats(
        symbol=row["symbol"],
        records=row["sum_records"],
        mean=row["sum_total"] / row["sum_records"],
        max=row["most"],
        min=row["least"],
        last=last,
        last_minute=stamp(row["last_minute"]),
        severities=_severities(lambda column: int(row[column])),
    )


def _severities(count: Callable[[str], int]) -> dict[str, int]:
    columns = zip(Severity.values, SEVERITY_COLUMNS, strict=True)
    return {severity: count(f"sum_{column}") for severity, column in columns}


def _added(rows: list[Mapping[str, Any]], column: str) -> int:
    return sum(int(row[column]) for row in rows)


def _counted(names: Iterable[str], values: list[str]) -> dict[str, int]:
    return {name: values.count(name) for name in names}
