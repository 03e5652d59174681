"""Does the database hold exactly what its tick log says it must? Folds the log again, in memory, and compares."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np

from alerts.conditions import ConditionBench
from alerts.judging import Bench, Judged
from alerts.models import Alert
from risk.messages import decomposition
from risk.models import MinuteBar, RiskRecord
from risk.record_services import STATES, update_from_row
from streaming import pipeline
from streaming.partition_fold import Harvest
from streaming.tick_log import TickLog

RecordKey = tuple[int, int, int]
ENTRIES_AT_ONCE = 5_000


@dataclass
class Comparison:
    """`missing`, `extra` and `different` are keys (run, instrument, instant in µs) of records, bars and alerts."""

    entries: int = 0
    ticks: int = 0
    records: int = 0
    bars: int = 0
    alerts: int = 0
    missing: list[RecordKey] = field(default_factory=list)
    extra: list[RecordKey] = field(default_factory=list)
    different: list[RecordKey] = field(default_factory=list)

    @property
    def is_equal(self) -> bool:
        return not (self.missing or self.extra or self.different)


def compare_with_log(log: TickLog, *, partition: int = 0) -> Comparison:
    """Refold the whole retained log, which must reach back to the first entry of its first run."""
    entries, position = [], "0-0"
    while batch := log.read(partition, after=position, count=ENTRIES_AT_ONCE, block_ms=None):
        entries += batch
        position = batch[-1].id
    expected = pipeline.refold(entries)
    result = Comparison(entries=len(entries), ticks=sum(len(entry.ticks) for entry in entries))
    runs = {entry.run_id for entry in entries}
    records, bars = _stored_records(runs), _stored_bars(runs)
    result.records, result.bars = len(records), len(bars)
    _compare(result, _expected_records(expected), records)
    _compare(result, _expected_bars(expected), bars)
    _compare_alerts(result, expected_alerts(expected), list(Alert.objects.decided_by_the_fold().filter(run__in=runs)))
    return result


def _compare_alerts(result: Comparison, expected: list[Alert], stored: list[Alert]) -> None:
    result.alerts = len(stored)
    for rule in sorted({alert.rule for alert in (*expected, *stored)}):
        of_rule = [[alert for alert in those if alert.rule == rule] for those in (expected, stored)]
        _compare(result, *(_by_opening(those) for those in of_rule))


def _compare(result: Comparison, expected: dict[RecordKey, Any], stored: dict[RecordKey, Any]) -> None:
    result.missing += sorted(expected.keys() - stored.keys())
    result.extra += sorted(stored.keys() - expected.keys())
    result.different += sorted(key for key in expected.keys() & stored.keys() if expected[key] != stored[key])


def _expected_records(harvest: Harvest) -> dict[RecordKey, Any]:
    return {
        (scored.run_id, int(row["instrument"]), scored.instant): (
            f"{row['price']:.4f}", float(row["score"]), float(row["barrier"]), float(row["expected_move"]),
            float(row["protection_cost"]), int(row["tick_time"]), decomposition(row), STATES[int(row["state"])].value,
        )
        for scored in harvest.scored
        for row in scored.rows
    }  # fmt: skip


def _stored_records(runs: set[int]) -> dict[RecordKey, Any]:
    return {
        (record.run, record.instrument_id, _micro(record.instant)): (
            f"{record.price:.4f}", record.score, record.barrier, record.expected_move, record.protection_cost,
            _micro(record.tick_time), record.decomposition, record.state,
        )
        for record in RiskRecord.objects.filter(run__in=runs).iterator()
    }  # fmt: skip


def _expected_bars(harvest: Harvest) -> dict[RecordKey, Any]:
    return {
        (closed.run_id, int(bar["instrument"]), int(bar["start"])): (
            int(bar["open"]),
            int(bar["close"]),
            _odds(bar["log_odds"]),
        )
        for closed in harvest.closed
        for bar in closed.bars
    }


def _stored_bars(runs: set[int]) -> dict[RecordKey, Any]:
    rows = MinuteBar.objects.filter(run__in=runs, is_warm_up=False)
    return {
        (row.run or 0, row.instrument_id, _micro(row.start)): (
            round(100 * row.open), round(100 * row.close), _odds(row.log_odds)
        )
        for row in rows.iterator()
    }  # fmt: skip


def expected_alerts(harvest: Harvest) -> list[Alert]:
    """Return the alerts of refolded records and conditions, judged in memory."""
    ended = {end.run_id: end.instant for end in harvest.ended}
    conditions = ConditionBench({}, None, lambda run: "")
    for run in sorted({change.run for change in harvest.conditions} | ended.keys()):
        for change in harvest.conditions:
            if change.run == run:
                conditions.take(change)
        if run in ended:
            conditions.end_run(run, ended[run])
    return _expected_score_alerts(harvest) + conditions.opened


def _expected_score_alerts(harvest: Harvest) -> list[Alert]:
    bench, ends = Bench({}), {end.run_id: end.instant for end in harvest.ended}
    for run, scored in groupby(harvest.scored, key=lambda one: one.run_id):
        for one in scored:
            updates = [
                update_from_row(row, record_id=None, instant=one.instant, source="", config=one.version.config)
                for row in one.rows
            ]
            bench.take(Judged(run, one.instant, one.rows, updates, one.version))
        if run in ends:
            bench.end_run(run, ends[run])
    return bench.opened


def _by_opening(alerts: Iterable[Alert]) -> dict[RecordKey, Any]:
    return {
        (alert.run, alert.instrument_id or 0, _micro(alert.opened_at)): (
            alert.severity, alert.peak_severity, alert.peak_score, alert.peak_at, alert.phase, alert.end_reason,
            alert.ended_at, alert.driver, alert.config_version, alert.summary,
        )
        for alert in alerts
    }  # fmt: skip


def _odds(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(value)


def _micro(moment: datetime) -> int:
    return int(moment.replace(microsecond=0).timestamp()) * 1_000_000 + moment.microsecond
