"""One cycle of 500 records with their latest rows and rollups, beside two calls of `bulk_create`."""

import itertools
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any, Final

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from risk import record_services
from risk import rollup_services as rollups
from risk.configuration import RiskConfig, Version
from risk.models import LatestRisk, MarketRollup, MinuteRollup, RiskRecord
from risk.quant.scoring import SCORE
from risk.record_services import SCORED_COLUMNS, ScoredBatch
from riskplatform.benchmarks import storage_rows
from riskplatform.benchmarks.storage_rows import BEGIN, SYMBOLS, microseconds, record_rows
from riskplatform.benchmarks.timing import durations_ms, shown

Row = tuple[str, str, str, str]
ROUNDS: Final = 60
# Another run in another partition than the stored records, so that both can be told apart and removed.
RUN: Final = 2
PARTITION: Final = 1
_VERSION: Final = Version(1, RiskConfig())


def cycle_rows(before: str, *, second: int, ids: list[int]) -> Iterator[Row]:
    """Yield the whole commit beside `bulk_create`, and the rollups' part of it beside the whole."""
    instants = itertools.count(second)
    values = [row[1:] for row in record_rows(second, ids=ids)]
    rows = _scored([value[SCORED_COLUMNS.index("score") + 1] for value in values], ids)
    ours = durations_ms(lambda: _record(next(instants), rows), rounds=ROUNDS)
    theirs = durations_ms(lambda: _bulk(next(instants), values), rounds=ROUNDS // 3)
    added = durations_ms(lambda: _sum_up(second, ids), rounds=ROUNDS // 3)
    what = f"{before}a commit of {SYMBOLS} records, latest rows and the market's sums"
    yield what, shown(ours), f"{shown(theirs)}, bulk_create twice", f"{median(theirs) / median(ours):.1f}×"
    yield f"{before}summing a minute of {60 * SYMBOLS:,} records, once a minute", shown(added), "", ""
    for model in (RiskRecord, MinuteRollup, MarketRollup):
        model.objects.filter(run=RUN).delete()


def _scored(scores: list[float], ids: list[int]) -> NDArray[np.void]:
    rows = np.zeros(len(scores), dtype=SCORE)
    rows["instrument"], rows["score"], rows["price"], rows["previous_close"] = ids, scores, 2450.5, 2400.0
    return rows


@transaction.atomic
def _record(second: int, rows: NDArray[np.void]) -> None:
    batch = ScoredBatch(RUN, "simulated", microseconds(second), rows, _VERSION)
    record_services.record_scores([batch], partition=PARTITION, first_ordinal=second * SYMBOLS)


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
    ids = [_first_id(second) + 64 * place for place in range(len(facts))]
    RiskRecord.objects.bulk_create(RiskRecord(id=pk, **row) for pk, row in zip(ids, facts, strict=True))
    LatestRisk.objects.bulk_create(
        [LatestRisk(record_id=pk, **row) for pk, row in zip(ids, facts, strict=True)],
        update_conflicts=True,
        unique_fields=["instrument_id"],
        update_fields=["record_id", *SCORED_COLUMNS],
    )


def _first_id(second: int) -> int:
    return 64 * second * SYMBOLS + PARTITION
