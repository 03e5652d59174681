"""The alternative: what one writes first.  A loop over ticks that keeps bars, and `bulk_create` at every instant."""

import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from risk.models import LatestRisk, RiskRecord
from risk.record_services import SCORED_COLUMNS
from risk.storage import moment
from streaming.tick_entries import Entry

SECOND_US = 1_000_000
RUN = 1_000_000  # beside the measured run
FIRST_ID = 1 << 60
Bars = dict[tuple[int, int], list[float]]


def naive_seconds(entries: Sequence[Entry]) -> tuple[float, float]:
    """Return the wall clock's and the processor's seconds that the alternative takes for these entries.

    It computes no score, no alert, no sum and no state.
    """
    began, busy = time.perf_counter(), time.process_time()
    bars: Bars = {}
    written, newest = 0, dict[int, float]()
    due = entries[0].log_time // SECOND_US + 1
    for entry in entries:
        while entry.log_time // SECOND_US >= due:
            written = _store(newest, at=moment(due * SECOND_US), written=written)
            due += 1
        _take(entry, bars, newest)
    _store(newest, at=moment(due * SECOND_US), written=written)
    return time.perf_counter() - began, time.process_time() - busy


def _take(entry: Entry, bars: Bars, newest: dict[int, float]) -> None:
    ticks = entry.ticks
    columns = (ticks["instrument"].tolist(), ticks["exchange_time"].tolist(), ticks["last_price"].tolist())
    for instrument, when, price in zip(*columns, strict=True):
        bar = bars.setdefault((instrument, when // (60 * SECOND_US)), [price, price, price, price])
        bar[1], bar[2], bar[3] = max(bar[1], price), min(bar[2], price), price
        newest[instrument] = price


@transaction.atomic
def _store(newest: dict[int, float], *, at: datetime, written: int) -> int:
    rows = list(_rows(newest, at))
    ids = range(FIRST_ID + written, FIRST_ID + written + len(rows))
    RiskRecord.objects.bulk_create(RiskRecord(id=pk, **row) for pk, row in zip(ids, rows, strict=True))
    LatestRisk.objects.bulk_create(
        [LatestRisk(record_id=pk, **row) for pk, row in zip(ids, rows, strict=True)],
        update_conflicts=True,
        unique_fields=["instrument_id"],
        update_fields=["record_id", *SCORED_COLUMNS],
    )
    return written + len(rows)


def _rows(newest: dict[int, float], at: datetime) -> Iterator[dict[str, Any]]:
    for instrument, price in newest.items():
        yield {
            "instrument_id": instrument, "run": RUN, "instant": at, "tick_time": at, "price": f"{price:.4f}",
            "previous_close": None, "score": 0.1, "severity": "NORMAL", "state": "OK", "expected_move": 0.005,
            "barrier": 0.004, "protection_cost": 0.001, "horizon_minutes": 60.0, "engine_version": "naive",
            "model_version": "naive", "config_version": 1, "decomposition": {"base": 0.1},
        }  # fmt: skip
