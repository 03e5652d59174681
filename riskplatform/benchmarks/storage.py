"""Reading and writing scores at growing sizes, beside what one would write without indexes, latest rows and rollups.

Works in a database of its own, made for it and dropped after it, next to the one that DATABASE_URL names.
"""

import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from risk.models import Instrument, LatestRisk, RiskRecord
from risk.record_queries import RecordQuery, matching
from risk.record_services import SCORED_COLUMNS
from risk.storage import upsert_rows
from riskplatform.benchmarks.storage_cycles import cycle_rows
from riskplatform.benchmarks.storage_rows import (
    BEGIN,
    CYCLE_SECONDS,
    CYCLES,
    RUN,
    SECONDS,
    SYMBOLS,
    fill,
    record_rows,
)
from riskplatform.benchmarks.storage_views import view_rows
from riskplatform.benchmarks.timing import durations_ms, shown

Row = tuple[str, str, str, str]
Work = Callable[[], object]
PAGE: Final = 101
ROUNDS: Final = 31
NAIVE_AT_MOST: Final = 2_000_000


def rows(top: int) -> Iterator[Row]:
    """Yield (what, ours as median and 95th percentile, the alternative, ratio) at 10^5, 10^6 … up to `top` records.

    The newest values and the statistics of a day have their alternative at every size.  Of the histories beyond
    NAIVE_AT_MOST records the alternative, which reads them all, is our own time at the smallest size.
    """
    with own_database():
        ids = _instruments()
        second, smallest = 0, dict[str, float]()
        for size in _sizes(top):
            portions = max(1, round(size / SYMBOLS / CYCLES))
            fill(second, portions * SECONDS - second, ids=ids)
            second, stored = portions * SECONDS, portions * CYCLES * SYMBOLS
            _set_latest(second - CYCLE_SECONDS, ids)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
            yield from view_rows(f"{stored:,}: ", newest=BEGIN + timedelta(seconds=second - CYCLE_SECONDS))
            for work in _works(ids, second):
                yield _row(stored, work, smallest)
            yield from cycle_rows(f"{stored:,}: ", second=second, ids=ids)


@contextmanager
def own_database() -> Iterator[None]:
    """Connect to a new migrated database; drop it at the end."""
    usual = settings.DATABASES["default"]["NAME"]
    own = f"{usual}_bench_{os.getpid()}"
    connection.close()
    connection.settings_dict["TEST"]["NAME"] = own
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(str(usual), verbosity=0)


def _sizes(top: int) -> list[int]:
    return [size for size in (100_000, 1_000_000, 10_000_000) if size < top] + [top]


def _instruments() -> list[int]:
    Instrument.objects.filter(symbol__startswith="BENCH").delete()
    made = Instrument.objects.bulk_create(
        Instrument(symbol=f"BENCH{number}", name="bench", kind="share") for number in range(SYMBOLS)
    )
    return [instrument.pk for instrument in made]


def _set_latest(second: int, ids: list[int]) -> None:
    latest = [(instrument, pk, *values) for pk, instrument, *values in record_rows(second, ids=ids)]
    columns = ("instrument_id", "record_id", *SCORED_COLUMNS)
    upsert_rows(LatestRisk, columns, latest, key=("instrument_id",))


def _works(ids: list[int], seconds: int) -> Iterator[tuple[str, Work, Work]]:
    for what, query in _queries(ids, seconds):
        yield f"history, {what}", _history(query), _history_scanned(query)


def _queries(ids: list[int], seconds: int) -> Iterator[tuple[str, RecordQuery]]:
    old = {"since": BEGIN, "until": BEGIN + timedelta(seconds=min(seconds // 2, 600))}
    yield "no filter", RecordQuery()
    yield "a symbol", RecordQuery(instruments=ids[7:8])
    yield "three symbols", RecordQuery(instruments=ids[7:10])
    yield "NORMAL", RecordQuery(severities=["NORMAL"])
    yield "LOW", RecordQuery(severities=["LOW"])
    yield "MEDIUM", RecordQuery(severities=["MEDIUM"])
    yield "HIGH", RecordQuery(severities=["HIGH"])
    yield "CRITICAL", RecordQuery(severities=["CRITICAL"])
    yield "HIGH, CRITICAL", RecordQuery(severities=["HIGH", "CRITICAL"])
    for score in (0.2, 0.5, 0.7, 0.85, 0.95, 0.985, 0.999):
        yield f"score ≥ {score}", RecordQuery(min_score=score)
    day = BEGIN + timedelta(seconds=max(seconds - 86_400, 0))
    yield "a symbol, 24 hours", RecordQuery(instruments=ids[7:8], since=day)
    yield "oldest ten minutes", RecordQuery(**old)  # type: ignore[arg-type]  # both are instants
    yield "oldest ten minutes, HIGH", RecordQuery(severities=["HIGH"], **old)  # type: ignore[arg-type]  # as above
    yield "oldest ten minutes, a symbol", RecordQuery(instruments=ids[7:8], **old)  # type: ignore[arg-type]  # as above
    yield "all but the newest minute", RecordQuery(until=BEGIN + timedelta(seconds=seconds - 60))
    yield "a run", RecordQuery(run=RUN)
    yield "a symbol, CRITICAL", RecordQuery(instruments=ids[7:8], severities=["CRITICAL"])
    yield "three symbols, HIGH", RecordQuery(instruments=ids[7:10], severities=["HIGH"])
    yield "a symbol, score ≥ 0.95", RecordQuery(instruments=ids[7:8], min_score=0.95)
    yield "a symbol, score ≥ 0.7", RecordQuery(instruments=ids[7:8], min_score=0.7)
    yield "CRITICAL, score ≥ 0.97, run", RecordQuery(severities=["CRITICAL"], min_score=0.97, run=RUN)


def _history(query: RecordQuery) -> Work:
    return lambda: list(matching(query, among=RiskRecord.objects.select_related("instrument")).order_by("-id")[:PAGE])


def _history_scanned(query: RecordQuery) -> Work:
    """The alternative: the same rows by a scan of the table and a sort."""

    def scan() -> object:
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
            found = matching(query, among=RiskRecord.objects.select_related("instrument"))
            return list(found.extra(order_by=["-risk_riskrecord.instant", "-risk_riskrecord.id"])[:PAGE])

    return scan


def _row(size: int, work: tuple[str, Work, Work], smallest: dict[str, float]) -> Row:
    what, ours, alternative = work
    own = durations_ms(ours, rounds=ROUNDS)
    middle, name = statistics.median(own), f"{size:,}: {what}"
    if size > NAIVE_AT_MOST:
        return name, shown(own), f"{smallest[what]:,.2f} ms at the smallest", f"{middle / smallest[what]:.2f}× of it"
    smallest.setdefault(what, middle)
    theirs = durations_ms(alternative, rounds=1)[0]
    return name, shown(own), f"{theirs:,.1f} ms", f"{theirs / middle:,.1f}×"
