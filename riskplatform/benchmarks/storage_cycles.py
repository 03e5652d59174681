"""One cycle of 500 records with their latest rows and rollups, beside two calls of `bulk_create`."""

import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any, Final

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from risk import record_services
from risk import rollup_services as rollups
from risk.binary_rows import HEADER, TRAILER, portions
from risk.configuration import RiskConfig, Version
from risk.models import LatestRisk, MarketRollup, MinuteRollup, RiskRecord
from risk.quant.scoring import SCORE
from risk.record_rows import ScoredBatch, binary_columns, plain_columns
from risk.record_services import SCORED_COLUMNS
from risk.storage import column_for_sqlite
from riskplatform.benchmarks import storage_rows
from riskplatform.benchmarks.storage_rows import BEGIN, CYCLE_SECONDS, SYMBOLS, microseconds, record_rows
from riskplatform.benchmarks.timing import Prepare, durations_ms, interleaved_ms, shown

Row = tuple[str, str, str, str]
ROUNDS: Final = 40
# Another run in another partition than the stored records, so that both can be told apart and removed.
RUN: Final = 2
PARTITION: Final = 1
_VERSION: Final = Version(1, RiskConfig())


def cycle_rows(before: str, *, second: int, ids: list[int]) -> Iterator[Row]:
    """Yield what a commit takes, and the least that the database lets it take, beside two calls of `bulk_create`."""
    instants = itertools.count(second)
    values = [row[1:] for row in record_rows(second, ids=ids)]
    rows = _scored([value[SCORED_COLUMNS.index("score") + 1] for value in values], ids)
    works: dict[str, Prepare] = {
        "history and latest rows": lambda: partial(_store, next(instants), rows),
        "with the market's sums": lambda: partial(_record, next(instants), rows),
        "the database's part (bytes made before)": lambda: _prepared(next(instants), rows),
        "": lambda: partial(_bulk, next(instants), values),
    }
    durations = interleaved_ms(works, rounds=ROUNDS)
    theirs = durations.pop("")
    for what, ours in durations.items():
        name = f"{before}a commit of {SYMBOLS} records, {what}"
        yield name, shown(ours), f"{shown(theirs)}, bulk_create twice", f"{median(theirs) / median(ours):.1f}×"
    added = durations_ms(lambda: _sum_up(second, ids), rounds=ROUNDS // 2)
    yield f"{before}summing a minute of {60 // CYCLE_SECONDS * SYMBOLS:,} records, once a minute", shown(added), "", ""
    for model in (RiskRecord, MinuteRollup, MarketRollup):
        model.objects.filter(run=RUN).delete()


def _scored(scores: list[float], ids: list[int]) -> NDArray[np.void]:
    rows = np.zeros(len(scores), dtype=SCORE)
    rows["instrument"], rows["score"], rows["price"], rows["previous_close"] = ids, scores, 2450.5, 2400.0
    return rows


@transaction.atomic
def _record(second: int, rows: NDArray[np.void]) -> None:
    record_services.record_scores([_batch(second, rows)], partition=PARTITION, first_ordinal=second * SYMBOLS)


@transaction.atomic
def _store(second: int, rows: NDArray[np.void]) -> None:
    """Of `record_scores` what the alternative does too."""
    batch, own = _batch(second, rows), _own_ids(second)
    record_services._insert([batch], [own])
    record_services._refresh_latest(own)


def _prepared(second: int, rows: NDArray[np.void]) -> Callable[[], None]:
    """Return the same with all of Python's work on the values done."""
    own = _own_ids(second)
    insert = (_copied if connection.vendor == "postgresql" else _executed)(_batch(second, rows), own)

    @transaction.atomic
    def store() -> None:
        insert()
        record_services._refresh_latest(own)

    return store


def _copied(batch: ScoredBatch, own: range) -> Callable[[], None]:
    columns = binary_columns([batch], [own])
    ready = b"".join([HEADER, *portions(list(columns.values())), TRAILER])
    statement = f"COPY {RiskRecord._meta.db_table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"

    def insert() -> None:
        with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
            copy.write(ready)

    return insert


def _executed(batch: ScoredBatch, own: range) -> Callable[[], None]:
    columns = plain_columns([batch], [own])
    ready = list(zip(*map(column_for_sqlite, columns.values()), strict=True))
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {RiskRecord._meta.db_table} ({', '.join(columns)}) VALUES ({marks})"

    def insert() -> None:
        with connection.cursor() as cursor:
            cursor.executemany(statement, ready)

    return insert


@transaction.atomic
def _sum_up(second: int, ids: list[int]) -> None:
    """What a commit adds when a minute of all symbols has passed."""
    begin = microseconds(second - second % 60)
    rollups.sum_up(run=storage_rows.RUN, partition=0, instruments=ids, since=begin - 60_000_000, until=begin)


@transaction.atomic
def _bulk(second: int, values: list[tuple[Any, ...]]) -> None:
    """The alternative: what one writes with the ORM, without rollups."""
    at = BEGIN + timedelta(seconds=second)
    facts: list[dict[str, Any]] = [
        {"instrument_id": pk, **dict(zip(SCORED_COLUMNS, rest, strict=True)), "run": RUN, "instant": at}
        for pk, *rest in values
    ]
    ids = _own_ids(second)
    RiskRecord.objects.bulk_create(RiskRecord(id=pk, **row) for pk, row in zip(ids, facts, strict=True))
    LatestRisk.objects.bulk_create(
        [LatestRisk(record_id=pk, **row) for pk, row in zip(ids, facts, strict=True)],
        update_conflicts=True,
        unique_fields=["instrument_id"],
        update_fields=["record_id", *SCORED_COLUMNS],
    )


def _batch(second: int, rows: NDArray[np.void]) -> ScoredBatch:
    return ScoredBatch(RUN, "simulated", microseconds(second), rows, _VERSION)


def _own_ids(second: int) -> range:
    first = 64 * second * SYMBOLS + PARTITION
    return range(first, first + 64 * SYMBOLS, 64)
