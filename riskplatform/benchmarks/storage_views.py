"""The newest value of each symbol and the statistics of 24 hours, each beside the same from the records alone.

Each is measured as the product answers it, and as rows that only came from the database: the difference is the making
of objects, which costs by the symbol and not by the record.
"""

import statistics
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db import connection
from django.db.models import QuerySet

from risk import stats
from risk.models import LatestRisk, MarketRollup, RiskRecord
from risk.rollup_queries import summed_columns
from risk.stats import Period
from riskplatform.benchmarks.storage_rows import RUN
from riskplatform.benchmarks.timing import durations_ms

Row = tuple[str, str, str, str]
Work = Callable[[], object]
ROUNDS: Final = 200
NAIVE_ROUNDS: Final = 3


def view_rows(before: str, *, newest: datetime) -> Iterator[Row]:
    """Yield (what, ours as median and 99th percentile, from the records alone, ratio)."""
    for what, ours, naive in _views(newest):
        own = durations_ms(ours, rounds=ROUNDS)
        theirs = statistics.median(durations_ms(naive, rounds=NAIVE_ROUNDS))
        shown = f"{statistics.median(own):.2f} ms (p99 {np.quantile(own, 0.99):.2f})"
        yield f"{before}{what}", shown, f"{theirs:,.1f} ms", f"{theirs / statistics.median(own):,.0f}×"


def _views(newest: datetime) -> Iterator[tuple[str, Work, Work]]:
    latest, newest_records = _latest(), _newest_records()
    yield "latest", lambda: list(latest.all()), lambda: list(newest_records.all())
    yield "latest, rows from the database", _rows(latest), _rows(newest_records)
    period = Period.of(since=None, until=None, newest=newest, minutes=5)
    trend, symbols = _trend_of_records(period), _symbols_of_records(period)
    yield "24 hours by 5 minutes", lambda: stats.buckets_of(RUN, period), trend
    yield "24 hours by 5 minutes, rows from the database", _rows(_trend(period)), trend
    yield "24 hours by symbol", lambda: stats.symbols_of(RUN, period), symbols


def _latest() -> QuerySet[LatestRisk]:
    return LatestRisk.objects.filter(instrument__is_active=True).select_related("instrument")


def _newest_records() -> QuerySet[RiskRecord]:
    newest = RiskRecord.objects.select_related("instrument").order_by("instrument_id", "-id")
    if connection.vendor == "postgresql":
        return newest.distinct("instrument_id")
    return newest.extra(where=["risk_riskrecord.id IN (SELECT MAX(id) FROM risk_riskrecord GROUP BY instrument_id)"])


def _trend(period: Period) -> QuerySet[Any, Any]:
    market = MarketRollup.objects.filter(run=RUN, start__gte=period.since, start__lt=period.until)
    return market.values("start").annotate(**summed_columns()).order_by("start")


def _trend_of_records(period: Period) -> Work:
    five_minutes = "date_bin('5 minutes', instant, '1970-01-01 00:00:00+00')"
    if connection.vendor != "postgresql":
        five_minutes = "strftime('%%s', instant) / 300"
    return _grouped(five_minutes, period)


def _symbols_of_records(period: Period) -> Work:
    return _grouped("instrument_id", period)


def _grouped(by: str, period: Period) -> Work:
    statement = (
        f"SELECT {by}, AVG(score), MAX(score), severity, COUNT(*) FROM risk_riskrecord "
        "WHERE run = %s AND instant >= %s AND instant < %s GROUP BY 1, severity"
    )
    return lambda: _fetched(statement, (RUN, period.since, period.until))


def _rows(queryset: QuerySet[Any, Any]) -> Work:
    statement, values = queryset.query.sql_with_params()
    return lambda: _fetched(statement, values)


def _fetched(statement: str, values: tuple[Any, ...]) -> object:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
