"""Rollups against a count over the raw records, whatever the order in which commits cut the time."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk import rollup_services as rollups
from risk import services
from risk.configuration import RiskConfig, Version
from risk.models import Instrument, LatestRisk, MarketRollup, MinuteRollup, RiskRecord
from risk.quant.scoring import SCORE
from risk.tests.rows import LONG_AGO, make_instruments, microseconds, store_record

pytestmark = pytest.mark.django_db
SECOND_US = 1_000_000
VERSION = Version(1, RiskConfig())
COUNTS = ("records_normal", "records_low", "records_medium", "records_high", "records_critical")
SEVERITIES = ("NORMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")


def scored_rows(scores: dict[int, float]) -> Any:
    rows = np.zeros(len(scores), dtype=SCORE)
    rows["instrument"], rows["score"] = list(scores), list(scores.values())
    rows["price"] = rows["previous_close"] = 100.0
    return rows


def record(run: int, instant: int, scores: dict[int, float], *, ordinal: int, partition: int = 0) -> None:
    services.record_scores(
        run=run, source="simulated", instant=instant, rows=scored_rows(scores),
        first_id=64 * ordinal + partition, version=VERSION,
    )  # fmt: skip


def brute_force(minutes: int, *key: str) -> dict[tuple[Any, ...], list[RiskRecord]]:
    """Return the raw records by (run, beginning of their interval, key), each group in the order of instants."""
    groups = defaultdict(list)
    for row in RiskRecord.objects.order_by("instant"):
        start = row.instant - timedelta(
            minutes=row.instant.minute % minutes, seconds=row.instant.second, microseconds=row.instant.microsecond
        )
        facts = {"instrument": row.instrument_id, "partition": row.pk % 64}
        groups[(row.run, start, *[facts[name] for name in key])].append(row)
    return dict(groups)


def counts(rows: list[RiskRecord]) -> list[int]:
    return [sum(row.severity == severity for row in rows) for severity in SEVERITIES]


def assert_rollups_equal_the_records() -> None:
    minutes = {(row.run, row.start, row.instrument_id): row for row in MinuteRollup.objects.all()}
    expected = brute_force(1, "instrument")
    assert set(minutes) == set(expected)
    for key, rows in expected.items():
        found, scores = minutes[key], [row.score for row in rows]
        assert (found.open, found.high, found.low, found.close) == (scores[0], max(scores), min(scores), scores[-1])
        assert (found.records, [getattr(found, name) for name in COUNTS]) == (len(rows), counts(rows))
        assert found.total == pytest.approx(sum(scores), abs=1e-9)
    markets = {(row.run, row.start, row.partition): row for row in MarketRollup.objects.all()}
    expected = brute_force(5, "partition")
    assert set(markets) == set(expected)
    for key, rows in expected.items():
        whole, ids = markets[key], [row.pk for row in rows]
        assert (whole.high, whole.first_id, whole.last_id) == (max(row.score for row in rows), min(ids), max(ids))
        assert (whole.records, [getattr(whole, name) for name in COUNTS]) == (len(rows), counts(rows))
        assert whole.total == pytest.approx(sum(row.score for row in rows), abs=1e-9)


SCORES = st.one_of(st.sampled_from([0.0, 0.3, 0.5, 0.8, 0.9, 1.0]), st.floats(0.0, 1.0))
# Per instant: seconds since the one before, whether a new run begins, and the scores by place of the symbol.
INSTANTS = st.tuples(
    st.integers(1, 200), st.booleans(), st.integers(0, 1), st.dictionaries(st.integers(0, 2), SCORES, min_size=1)
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(INSTANTS, min_size=1, max_size=15))
def test_rollups_equal_a_count_over_the_records(sequence: list[Any]) -> None:
    for model in (RiskRecord, LatestRisk, MinuteRollup, MarketRollup):
        model.objects.all().delete()
    ids = [instrument.pk for instrument in make_instruments()]
    run, ordinal, instant = 1, 1, microseconds(LONG_AGO)
    for seconds, is_new_run, partition, scores in sequence:
        run, instant = run + is_new_run, instant + seconds * SECOND_US
        own = {ids[place]: score for place, score in scores.items()}
        record(run, instant, own, ordinal=ordinal, partition=partition)
        ordinal += len(own)

    assert_rollups_equal_the_records()


def test_a_minute_costs_one_statement_per_table() -> None:
    ids = [instrument.pk for instrument in make_instruments()]

    with CaptureQueriesContext(
        connection,
    ) as queries:
        record(1, microseconds(LONG_AGO), dict.fromkeys(ids, 0.5), ordinal=1)

    written = [query["sql"] for query in queries if "rollup" in query["sql"]]
    assert len(written) == 2


def test_a_failed_commit_counts_nothing() -> None:
    nifty = make_instruments()[0].pk
    record(1, microseconds(LONG_AGO), {nifty: 0.5}, ordinal=1)

    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        record(1, microseconds(LONG_AGO), {nifty: 0.5}, ordinal=2)

    assert_rollups_equal_the_records()


def test_a_dropped_partition_of_a_run_leaves_the_others() -> None:
    nifty, other = make_instruments()[:2]
    Instrument.objects.filter(pk=other.pk).update(partition=1)
    for run in (1, 2):
        store_record(nifty, record_id=64 * run, run=run, instant=LONG_AGO)
        store_record(other, record_id=64 * run + 1, run=run, instant=LONG_AGO)

    rollups.drop_rollups(run=1, partition=1)

    left = [(1, nifty.pk), (2, nifty.pk), (2, other.pk)]
    assert sorted(MinuteRollup.objects.values_list("run", "instrument_id")) == left
    assert sorted(MarketRollup.objects.values_list("run", "partition")) == [(1, 0), (2, 0), (2, 1)]


def test_old_rollups_go_except_those_of_runs_to_keep() -> None:
    nifty = make_instruments()[0]
    for number, (run, minutes) in enumerate([(1, 0), (1, 10), (2, 0)], start=1):
        store_record(nifty, record_id=64 * number, run=run, instant=LONG_AGO + timedelta(minutes=minutes))

    gone = rollups.delete_old_rollups(before=LONG_AGO + timedelta(minutes=5), keep_runs=[2])

    assert gone == 2
    left = [(1, LONG_AGO + timedelta(minutes=10)), (2, LONG_AGO)]
    assert sorted(MinuteRollup.objects.values_list("run", "start")) == left
    assert sorted(MarketRollup.objects.values_list("run", "start")) == left


def test_the_migration_counts_records_that_were_there_before() -> None:
    from importlib import import_module

    ids = [instrument.pk for instrument in make_instruments()]
    for number in range(40):
        scores = {ids[0]: number / 40, ids[number % 2 + 1]: 1 - number / 80}
        instant = microseconds(LONG_AGO) + number * 17 * SECOND_US + 1
        record(1 + number // 25, instant, scores, ordinal=1 + 2 * number, partition=number % 2)
    MinuteRollup.objects.all().delete()
    MarketRollup.objects.all().delete()

    with connection.schema_editor() if connection.vendor == "postgresql" else _Editor() as editor:
        import_module("risk.migrations.0007_fill_rollups").fill(None, editor)

    assert_rollups_equal_the_records()


class _Editor:
    """A schema editor cannot be opened on SQLite inside the test's transaction; the step needs its connection only."""

    connection = connection

    def __enter__(self) -> "_Editor":
        return self

    def __exit__(self, *problem: object) -> None:
        return None
