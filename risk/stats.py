"""What the scores of one run say together: now, over time, and by symbol."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final, TypedDict

from django.db.models import Max

from risk.messages import stamp
from risk.models import LatestRisk, MarketRollup, Severity, State
from risk.rollup_queries import Sums, summed_columns, summed_points, sums_by_instrument, sums_by_minute
from risk.rollup_services import MARKET_MINUTES, SEVERITY_COLUMNS
from riskplatform.lib.errors import Invalid

BUCKETS_AT_MOST: Final = 2_000
DAY: Final = timedelta(days=1)
MILLION: Final = 1_000_000
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
    """`breadth` is the share of records that are MEDIUM or above.

    `market_share` is the market-wide share of the points that lift scores above their normal: null where nothing lifts
    one, and where it is not known: in buckets that are no multiple of five minutes, and from before it was summed.
    """

    start: str
    records: int
    mean: float
    max: float
    breadth: float
    market_share: float | None
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
    if period.minutes % MARKET_MINUTES == 0:
        market = MarketRollup.objects.filter(run=run, start__gte=period.since, start__lt=period.until)
        rows: list[Sums] = list(
            market.values("start").annotate(**summed_columns(), **summed_points()).order_by("start")
        )
    else:
        rows = sums_by_minute(run, since=period.since, until=period.until)
    return [
        _bucket(start, list(together))
        for start, together in groupby(rows, key=lambda row: bucket_start(row["start"], period.minutes))
    ]


def symbols_of(run: int, period: Period) -> list[SymbolStats]:
    """Return each symbol that has records in the period, the highest first."""
    parts = sums_by_instrument(run, since=period.since, until=period.until)
    found = [_symbol(rows) for rows in parts.values()]
    return sorted(found, key=lambda row: (-row["max"], row["symbol"]))


def _bucket(start: datetime, rows: list[Sums]) -> Bucket:
    records, severities = _added(rows, "sum_records"), _severities(lambda column: _added(rows, column))
    return Bucket(
        start=stamp(start),
        records=records,
        mean=_added(rows, "sum_total") / records / MILLION,
        max=max(row["most"] for row in rows),
        breadth=sum(severities[level] for level in ELEVATED) / records,
        market_share=_market_share(rows),
        severities=severities,
    )


def _market_share(rows: list[Sums]) -> float | None:
    if any("unknown" not in row or row["unknown"] for row in rows):
        return None
    raised = _added(rows, "sum_raised")
    return _added(rows, "sum_market") / raised if raised else None


def _symbol(rows: list[Sums]) -> SymbolStats:
    records, newest = _added(rows, "sum_records"), max(rows, key=lambda row: row["last_minute"])
    return SymbolStats(
        symbol=newest["symbol"],
        records=records,
        mean=_added(rows, "sum_total") / records / MILLION,
        max=max(row["most"] for row in rows),
        min=min(row["least"] for row in rows),
        last=newest["last"],
        last_minute=stamp(newest["last_minute"]),
        severities=_severities(lambda column: _added(rows, column)),
    )


def _severities(count: Callable[[str], int]) -> dict[str, int]:
    columns = zip(Severity.values, SEVERITY_COLUMNS, strict=True)
    return {severity: count(f"sum_{column}") for severity, column in columns}


def _added(rows: list[Sums], column: str) -> int:
    return sum(int(row[column]) for row in rows)


def _counted(names: Iterable[str], values: list[str]) -> dict[str, int]:
    return {name: values.count(name) for name in names}
