"""The only writer of records and their latest rows: whole columns at a time, each fact sent to the database once."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final, overload

import numpy as np
from django.db import connection, transaction
from django.db.models import Min
from numpy.typing import NDArray

from risk import rollup_services as rollups
from risk.configuration import RiskConfig
from risk.messages import RiskUpdate, change_percent, rfc3339
from risk.models import LatestRisk, RiskRecord, Severity
from risk.record_rows import SEVERITIES as SEVERITIES
from risk.record_rows import STATES as STATES
from risk.record_rows import ScoredBatch as ScoredBatch
from risk.record_rows import binary_columns, levels_of, newest_ids, plain_columns
from risk.services import symbol_of
from risk.storage import copy_binary, insert_columns, known
from riskplatform.lib.broadcast import publish_on_commit

# A record's id is ordinal * this + partition: known before the insert, unique without a round trip.
PARTITIONS_AT_MOST: Final = 64
SCORED_COLUMNS: Final = (
    "run", "instant", "tick_time", "price", "previous_close", "score", "severity", "state",
    "expected_move", "barrier", "protection_cost", "horizon_minutes", "engine_version", "model_version",
    "config_version", "decomposition",
)  # fmt: skip
_LATEST: Final = ("instrument_id", "record_id", *SCORED_COLUMNS)


class Updates(Sequence[RiskUpdate]):
    """The messages of one batch, each made when it is asked for: a catch-up stores thousands that nobody reads."""

    def __init__(self, batch: ScoredBatch, ids: Sequence[int]) -> None:
        self._batch, self._ids = batch, ids

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, place: int) -> RiskUpdate: ...
    @overload
    def __getitem__(self, place: slice) -> list[RiskUpdate]: ...
    def __getitem__(self, place: int | slice) -> RiskUpdate | list[RiskUpdate]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        batch = self._batch
        return update_from_row(
            batch.rows[place],
            run=batch.run,
            record_id=self._ids[place],
            instant=batch.instant,
            source=batch.source,
            config=batch.version.config,
        )


@transaction.atomic(savepoint=False)
def record_scores(batches: Sequence[ScoredBatch], *, partition: int, first_ordinal: int) -> list[Updates]:
    """Store one record per row of `batches`, in log order, with latest rows and rollups; return their messages.

    Ordinals number a partition's records without a gap.  The caller publishes and commits.
    """
    ids, ordinal = list[range](), first_ordinal
    for batch in batches:
        following = ordinal + len(batch.rows)
        ids.append(range(_id(ordinal, partition), _id(following, partition), PARTITIONS_AT_MOST))
        ordinal = following
    if ordinal > first_ordinal:
        _insert(batches, ids)
        _refresh_latest(newest_ids(batches, ids))
        _count(batches, ids, partition=partition)
    return [Updates(batch, own) for batch, own in zip(batches, ids, strict=True)]


def publish_newest(written: Sequence[tuple[NDArray[np.void], Sequence[RiskUpdate]]]) -> None:
    """Tell the browsers each instrument's last message, once it is committed."""
    publish_on_commit("risk_update", newest_updates(written))


def newest_updates(written: Sequence[tuple[NDArray[np.void], Sequence[RiskUpdate]]]) -> list[RiskUpdate]:
    """Return each instrument's last message among batches in log order, given as their rows and their messages."""
    newest: dict[int, RiskUpdate] = {}
    for rows, updates in reversed(written):
        for place, instrument in enumerate(rows["instrument"].tolist()):
            if instrument not in newest:
                newest[instrument] = updates[place]
    return list(newest.values())


def update_from_row(
    row: np.void, *, run: int, record_id: int | None, instant: int, source: str, config: RiskConfig, live: bool = False
) -> RiskUpdate:
    """Return the message of one scored row."""
    price, score = round(float(row["price"]), 4), float(row["score"])
    return RiskUpdate(
        id=record_id,
        run=run,
        symbol=symbol_of(int(row["instrument"])),
        risk_score=score,
        severity=severity_of(score, config).value,
        state=STATES[int(row["state"])].value,
        timestamp=rfc3339(instant),
        tick_time=rfc3339(int(row["tick_time"])),
        price=price,
        change_percent=change_percent(price, known(row["previous_close"])),
        expected_move=round(100.0 * float(row["expected_move"]), 4),
        protection_cost=round(100.0 * float(row["protection_cost"]), 4),
        horizon_minutes=float(row["horizon_minutes"]),
        source=source,
        live=live,
    )


def severity_of(score: float, config: RiskConfig) -> Severity:
    """Return the severity by the plain thresholds; a score equal to one belongs to the level above."""
    return SEVERITIES[bisect_right(config.thresholds, score)]


def delete_old_records(*, before: datetime, keep_runs: Collection[int]) -> int:
    """Delete records of instants before `before`, except those of `keep_runs`; return how many went."""
    runs = [run for run in _stored_runs() if run not in keep_runs]  # the key of records has the run before the time
    return RiskRecord.objects.filter(run__in=runs, instant__lt=before).delete()[0]


def _stored_runs() -> Iterator[int]:
    """Yield the runs that have records, each by one look at the key."""
    run: int | None = RiskRecord.objects.aggregate(least=Min("run"))["least"]
    while run is not None:
        yield run
        run = RiskRecord.objects.filter(run__gt=run).aggregate(least=Min("run"))["least"]


def _id(ordinal: int, partition: int) -> int:
    return ordinal * PARTITIONS_AT_MOST + partition


def _insert(batches: Sequence[ScoredBatch], ids: Sequence[range]) -> None:
    if connection.vendor == "postgresql":
        copy_binary(RiskRecord, binary_columns(batches, ids))
        return
    insert_columns(RiskRecord, plain_columns(batches, ids))


def _refresh_latest(newest: Sequence[int]) -> None:
    """Copy these records, each an instrument's newest, inside the database: nothing is sent twice."""
    records, latest = RiskRecord._meta.db_table, LatestRisk._meta.db_table
    columns = ", ".join(SCORED_COLUMNS)
    updates = ", ".join(f"{name} = newest.{name}" for name in SCORED_COLUMNS)
    ids = f"({', '.join(map(str, newest))})"  # in the statement: there may be more than SQLite takes as parameters
    with connection.cursor() as cursor:
        # Rows are nearly always there: an update costs a quarter less than an insert that finds a conflict.
        cursor.execute(
            f"UPDATE {latest} SET record_id = newest.id, {updates} FROM {records} AS newest "
            f"WHERE newest.id IN {ids} AND {latest}.instrument_id = newest.instrument_id"
        )
        if cursor.rowcount == len(newest):
            return
        cursor.execute(
            f"INSERT INTO {latest} ({', '.join(_LATEST)}) SELECT instrument_id, id, {columns} FROM {records} "
            f"WHERE id IN {ids} AND instrument_id NOT IN (SELECT instrument_id FROM {latest})"
        )


def _count(batches: Sequence[ScoredBatch], ids: Sequence[range], *, partition: int) -> None:
    counted = [
        rollups.Counted(
            batch.run, batch.instant, own[0], own[-1], batch.rows["score"], levels_of(batch), batch.rows["points"]
        )
        for batch, own in zip(batches, ids, strict=True)
        if own
    ]
    rollups.count_instants(counted, partition=partition)
