"""What is stored of the scores of record instants: each column whole, in the form that the database takes fastest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import numpy as np
import orjson
from numpy.typing import NDArray

from risk import binary_rows as binary
from risk.configuration import Version
from risk.models import Severity, State
from risk.quant.market import ENGINE_VERSION
from risk.quant.scoring import FAMILIES
from risk.storage import known, moment

SEVERITIES: Final = (Severity.NORMAL, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
STATES: Final = {0: State.OK, 1: State.STALE, 2: State.PRIOR, 3: State.CLOSED, 4: State.HALTED}
MEASURES: Final = ("score", "expected_move", "barrier", "protection_cost", "horizon_minutes")
_PARTS: Final = 1 + len(FAMILIES)
_DOCUMENT: Final = b"{%s}" % b",".join(b'"%s":%%s' % name.encode() for name in ("base", *FAMILIES))


@dataclass(frozen=True)
class ScoredBatch:
    """The scores of one record instant (microseconds UTC): rows of dtype SCORE, judged by `version`."""

    run: int
    source: str
    instant: int
    rows: NDArray[np.void]
    version: Version


def levels_of(batch: ScoredBatch) -> NDArray[np.intp]:
    """Return the index into SEVERITIES of each row's severity [n]."""
    return np.searchsorted(batch.version.config.thresholds, batch.rows["score"], side="right")


def plain_columns(batches: Sequence[ScoredBatch], ids: Sequence[range]) -> dict[str, Sequence[Any]]:
    """Return the columns of RiskRecord as Python values."""
    rows = np.concatenate([batch.rows for batch in batches])
    severities = [SEVERITIES[level].value for batch in batches for level in levels_of(batch).tolist()]
    states = {number: state.value for number, state in STATES.items()}
    return {
        "id": list(chain(*ids)),
        "instrument_id": rows["instrument"].tolist(),
        **_repeated(batches, instant=[moment(batch.instant) for batch in batches]),
        **{name: rows[name].tolist() for name in MEASURES},
        "severity": severities,
        "tick_time": list(map(moment, rows["tick_time"].tolist())),
        "price": [f"{price:.4f}" for price in rows["price"].tolist()],
        "previous_close": [f"{price:.4f}" if known(price) is not None else None
                           for price in rows["previous_close"].tolist()],
        "state": list(map(states.__getitem__, rows["state"].tolist())),
        "decomposition": [document.decode() for document in _decompositions(rows)],
    }  # fmt: skip


def binary_columns(batches: Sequence[ScoredBatch], ids: Sequence[range]) -> dict[str, binary.Column]:
    """Return the same columns as PostgreSQL takes them, without a Python object per value."""
    rows = np.concatenate([batch.rows for batch in batches])
    sizes = [len(batch.rows) for batch in batches]
    of_batch = np.repeat(np.arange(len(batches)), sizes)
    models = [batch.version.model.version for batch in batches]
    instants = np.array([batch.instant for batch in batches], dtype=np.int64)
    return {
        "id": binary.integers(np.concatenate([np.asarray(own, dtype=np.int64) for own in ids]), size=8),
        "instrument_id": binary.integers(rows["instrument"], size=8),
        "run": binary.integers(np.array([batch.run for batch in batches])[of_batch], size=8),
        "instant": binary.instants(instants[of_batch]),
        "engine_version": binary.choices([ENGINE_VERSION], np.zeros(len(rows), dtype=np.intp)),
        "model_version": binary.choices(models, of_batch),
        "config_version": binary.integers(np.array([batch.version.number for batch in batches])[of_batch], size=4),
        **{name: binary.floats(rows[name]) for name in MEASURES},
        "severity": binary.choices([each.value for each in SEVERITIES], np.concatenate(list(map(levels_of, batches)))),
        "tick_time": binary.instants(rows["tick_time"]),
        "price": binary.money(rows["price"]),
        "previous_close": binary.money(rows["previous_close"]),
        "state": binary.choices([state.value for state in STATES.values()], rows["state"]),
        "decomposition": binary.documents(_decompositions(rows)),
    }


def newest_ids(batches: Sequence[ScoredBatch], ids: Sequence[range]) -> list[int]:
    """Return the id of each instrument's last record."""
    newest: dict[int, int] = {}
    for batch, own in zip(batches, ids, strict=True):
        newest.update(zip(batch.rows["instrument"].tolist(), own, strict=True))
    return list(newest.values())


def _repeated(batches: Sequence[ScoredBatch], **columns: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
    """Return what the rows of a batch have in common, once per row."""
    common = {
        **columns,
        "run": [batch.run for batch in batches],
        "engine_version": [ENGINE_VERSION] * len(batches),
        "model_version": [batch.version.model.version for batch in batches],
        "config_version": [batch.version.number for batch in batches],
    }
    sizes = [len(batch.rows) for batch in batches]
    return {
        name: [value for value, size in zip(values, sizes, strict=True) for _ in range(size)]
        for name, values in common.items()
    }


def _decompositions(rows: NDArray[np.void]) -> list[bytes]:
    """Return the base and the points of each row as JSON; all numbers are written at once, NaN as null."""
    values = np.column_stack([rows["base"], rows["points"]]).ravel()
    numbers = orjson.dumps(values, option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].split(b",")
    return [_DOCUMENT % row for row in zip(*[iter(numbers)] * _PARTS, strict=True)]
