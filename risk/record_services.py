"""The only writer of records and their latest rows: whole columns at a time, each fact sent to the database once."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final, overload

import numpy as np
import orjson
from django.db import connection, transaction
from numpy.typing import NDArray

from risk import rollup_services as rollups
from risk.configuration import RiskConfig, Version
from risk.messages import RiskUpdate, change_percent, rfc3339
from risk.models import LatestRisk, RiskRecord, Severity, State
from risk.quant.market import ENGINE_VERSION
from risk.quant.scoring import FAMILIES
from risk.services import symbol_of
from risk.storage import insert_columns, known, moment
from riskplatform.lib.broadcast import publish_on_commit

# A record's id is ordinal * this + partition: known before the insert, unique without a round trip.
PARTITIONS_AT_MOST: Final = 64
SEVERITIES: Final = (Severity.NORMAL, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
STATES: Final = {0: State.OK, 1: State.STALE, 2: State.PRIOR, 3: State.CLOSED, 4: State.HALTED}
SCORED_COLUMNS: Final = (
    "run", "instant", "tick_time", "price", "previous_close", "score", "severity", "state",
    "expected_move", "barrier", "protection_cost", "horizon_minutes", "engine_version", "model_version",
    "config_version", "decomposition",
)  # fmt: skip
_LATEST: Final = ("instrument_id", "record_id", *SCORED_COLUMNS)


@dataclass(frozen=True)
class ScoredBatch:
    """The scores of one record instant (microseconds UTC): rows of dtype SCORE, judged by `version`."""

    run: int
    source: str
    instant: int
    rows: NDArray[np.void]
    version: Version


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


@transaction.atomic
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
        _refresh_latest(first=ids[0].start, last=_id(ordinal - 1, partition))
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
    deleted, _ = RiskRecord.objects.filter(instant__lt=before).exclude(run__in=keep_runs).delete()
    return deleted


def _id(ordinal: int, partition: int) -> int:
    return ordinal * PARTITIONS_AT_MOST + partition


def _insert(batches: Sequence[ScoredBatch], ids: Sequence[range]) -> None:
    rows = np.concatenate([batch.rows for batch in batches])
    columns: dict[str, Sequence[Any]] = {"id": list(chain(*ids)), "instrument_id": rows["instrument"].tolist()}
    insert_columns(RiskRecord, columns | _facts_of_batches(batches) | _facts_of_rows(rows))


def _facts_of_batches(batches: Sequence[ScoredBatch]) -> dict[str, Sequence[Any]]:
    """Return what the rows of a batch have in common, once per row."""
    facts = [
        (batch.run, moment(batch.instant), ENGINE_VERSION, batch.version.model.version, batch.version.number)
        for batch in batches
    ]
    names = ("run", "instant", "engine_version", "model_version", "config_version")
    sizes = [len(batch.rows) for batch in batches]
    repeated = [[value for value, size in zip(column, sizes, strict=True) for _ in range(size)]
                for column in zip(*facts, strict=True)]  # fmt: skip
    severities = [severity for batch in batches for severity in _severities(batch)]
    return {**dict(zip(names, repeated, strict=True)), "severity": severities}


def _severities(batch: ScoredBatch) -> Iterator[str]:
    names = [severity.value for severity in SEVERITIES]
    return map(names.__getitem__, levels_of(batch).tolist())


def levels_of(batch: ScoredBatch) -> NDArray[np.intp]:
    """Return the index into SEVERITIES of each row's severity [n]."""
    return np.searchsorted(batch.version.config.thresholds, batch.rows["score"], side="right")


def _facts_of_rows(rows: NDArray[np.void]) -> dict[str, Sequence[Any]]:
    plain = ("score", "expected_move", "barrier", "protection_cost", "horizon_minutes")
    states = {number: state.value for number, state in STATES.items()}
    return {
        **{name: rows[name].tolist() for name in plain},
        "tick_time": list(map(moment, rows["tick_time"].tolist())),
        "price": [f"{price:.4f}" for price in rows["price"].tolist()],
        "previous_close": [f"{price:.4f}" if known(price) is not None else None
                           for price in rows["previous_close"].tolist()],
        "state": list(map(states.__getitem__, rows["state"].tolist())),
        "decomposition": list(_decompositions(rows)),
    }  # fmt: skip


def _decompositions(rows: NDArray[np.void]) -> Iterator[str]:
    names = ("base", *FAMILIES)
    for points in np.column_stack([rows["base"], rows["points"]]).tolist():
        yield orjson.dumps(dict(zip(names, points, strict=True))).decode()


def _refresh_latest(*, first: int, last: int) -> None:
    """Copy each instrument's newest record among these ids inside the database: nothing is sent twice."""
    records, latest = RiskRecord._meta.db_table, LatestRisk._meta.db_table
    own = f"id BETWEEN %s AND %s AND id %% {PARTITIONS_AT_MOST} = %s"
    newest = f"SELECT MAX(id) FROM {records} WHERE {own} GROUP BY instrument_id"
    columns = ", ".join(SCORED_COLUMNS)
    updates = ", ".join(f"{name} = newest.{name}" for name in SCORED_COLUMNS)
    bounds = [first, last, first % PARTITIONS_AT_MOST]
    with connection.cursor() as cursor:
        # Rows are nearly always there: an update costs a quarter less than an insert that finds a conflict.
        cursor.execute(
            f"UPDATE {latest} SET record_id = newest.id, {updates} "
            f"FROM (SELECT id, instrument_id AS whose, {columns} FROM {records} WHERE id IN ({newest})) AS newest "
            f"WHERE {latest}.instrument_id = newest.whose",
            bounds,
        )
        cursor.execute(
            f"INSERT INTO {latest} ({', '.join(_LATEST)}) SELECT instrument_id, id, {columns} FROM {records} "
            f"WHERE id IN ({newest}) AND instrument_id NOT IN (SELECT instrument_id FROM {latest})",
            bounds,
        )


def _count(batches: Sequence[ScoredBatch], ids: Sequence[range], *, partition: int) -> None:
    counted = [
        rollups.Counted(batch.run, batch.instant, own[0], own[-1], batch.rows["score"], levels_of(batch))
        for batch, own in zip(batches, ids, strict=True)
        if own
    ]
    rollups.count_instants(counted, partition=partition)
