"""Rollups against a count over the raw records, whatever the order in which commits cut the time."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk import record_services
from risk import rollup_services as rollups
from risk.configuration import RiskConfig, Version
from risk.models import HourRollup, Instrument, LatestRisk, MarketRollup, MinuteRollup, RiskRecord
from risk.quant.scoring import SCORE
from risk.record_services import ScoredBatch
from risk.storage import microseconds
from risk.tests.rows import LONG_AGO, make_instruments, store_record, sum_up

pytestmark = pytest.mark.django_db
SECOND_US = 1_000_000
DAWN = datetime(1970, 1, 1, tzinfo=UTC)
VERSION = Version(1, RiskConfig())
COUNTS = ("records_normal", "records_low", "records_medium", "records_high", "records_critical")
SEVERITIES = ("NORMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")


def scored_rows(scores: dict[int, float]) -> Any:
    rows = np.zeros(len(scores), dtype=SCORE)
    rows["instrument"], rows["score"] = list(scores), list(scores.values())
    rows["price"] = rows["previous_close"] = 100.0
    # Points of either sign that differ from record to record; some of them are not known.
    rows["points"] = np.outer(rows["score"], [0.5, -0.25, 0.125, -0.5, 0.25, 0.0625])
    rows["points"][:, 1] = np.nan
    return rows


def record(run: int, instant: int, scores: dict[int, float], *, ordinal: int, partition: int = 0) -> None:
    batch = ScoredBatch(run, "simulated", instant, scored_rows(scores), VERSION)
    record_services.record_scores([batch], partition=partition, first_ordinal=ordinal)


def brute_force(minutes: int, *key: str) -> dict[tuple[Any, ...], list[RiskRecord]]:
    """Return the raw records by (run, beginning of their interval, key), each group in the order of instants."""
    groups = defaultdict(list)
    for row in RiskRecord.objects.order_by("instant"):
        start = row.instant - (row.instant - DAWN) % timedelta(minutes=minutes)
        facts = {"instrument": row.instrument_id, "partition": row.pk % 64}
        groups[(row.run, start, *[facts[name] for name in key])].append(row)
    return dict(groups)


def counts(rows: list[RiskRecord]) -> list[int]:
    return [sum(row.severity == severity for row in rows) for severity in SEVERITIES]


def total(rows: list[RiskRecord]) -> int:
    return sum(int(Decimal(str(row.score)) * 1_000_000) for row in rows)


def assert_instruments_are_summed(model: type[MinuteRollup | HourRollup], minutes: int) -> None:
    found = {(row.run, row.start, row.instrument_id): row for row in model.objects.all()}
    expected = brute_force(minutes, "instrument")
    assert set(found) == set(expected)
    for key, rows in expected.items():
        row, scores = found[key], [one.score for one in rows]
        assert (row.open, row.high, row.low, row.close) == (scores[0], max(scores), min(scores), scores[-1])
        assert (row.records, [getattr(row, name) for name in COUNTS]) == (len(rows), counts(rows))
        assert row.total_millionths == total(rows)
        if isinstance(row, HourRollup):
            assert row.last_minute == rows[-1].instant.replace(second=0, microsecond=0)


def assert_rollups_equal_the_records() -> None:
    assert_instruments_are_summed(MinuteRollup, 1)
    assert_instruments_are_summed(HourRollup, 60)
    assert_the_market_is_counted()


def assert_the_market_is_counted() -> None:
    markets = {(row.run, row.start, row.partition): row for row in MarketRollup.objects.all()}
    expected = brute_force(5, "partition")
    assert set(markets) == set(expected)
    for key, rows in expected.items():
        whole, ids = markets[key], [row.pk for row in rows]
        assert (whole.high, whole.first_id, whole.last_id) == (max(row.score for row in rows), min(ids), max(ids))
        assert (whole.records, [getattr(whole, name) for name in COUNTS]) == (len(rows), counts(rows))
        assert whole.total_millionths == total(rows)
        assert (whole.raised_millionths, whole.market_millionths) == points(rows)


def points(rows: list[RiskRecord]) -> tuple[int, int]:
    """Return the raising points that the records' own decompositions tell, and the market-wide ones, in millionths."""
    told = [row.decomposition or {} for row in rows]
    raising = [
        {family: round(1e6 * value) for family, value in one.items() if family != "base" and value and value > 0.0}
        for one in told
    ]
    return sum(sum(one.values()) for one in raising), sum(one.get("market_wide", 0) for one in raising)


SCORES = st.one_of(st.sampled_from([0.0, 0.3, 0.5, 0.8, 0.9, 1.0]), st.integers(0, 1_000_000).map(lambda n: n / 1e6))
# Per instant: seconds since the one before, whether a new run begins, and the scores by place of the symbol.
INSTANTS = st.tuples(st.integers(1, 900), st.booleans(), st.dictionaries(st.integers(0, 2), SCORES, min_size=1))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequence=st.lists(INSTANTS, min_size=1, max_size=15))
def test_rollups_equal_a_count_over_the_records(sequence: list[Any]) -> None:
    """Each commit sums what passed since the one before, as the pipeline asks; a run is summed whole at its end."""
    for model in (RiskRecord, LatestRisk, MinuteRollup, HourRollup, MarketRollup):
        model.objects.all().delete()
    ids = [instrument.pk for instrument in make_instruments()]
    run, ordinal, before = 1, 1, microseconds(LONG_AGO)
    for seconds, is_new_run, scores in sequence:
        instant = before + seconds * SECOND_US
        if is_new_run:
            sum_up(run=run, partition=0, since=before, until=None)
            run, before = run + 1, instant
        own = {ids[place]: score for place, score in scores.items()}
        record(run, instant, own, ordinal=ordinal)
        sum_up(run=run, partition=0, since=before, until=instant)
        ordinal, before = ordinal + len(own), instant
        assert_the_market_is_counted()
    sum_up(run=run, partition=0, since=before, until=None)

    assert_rollups_equal_the_records()


def test_a_minute_is_summed_once_it_has_passed_and_not_before() -> None:
    nifty, at = make_instruments()[0].pk, microseconds(LONG_AGO)
    record(1, at, {nifty: 0.5}, ordinal=1)

    sum_up(run=1, partition=0, since=at, until=at + 59 * SECOND_US)
    assert not MinuteRollup.objects.exists()
    sum_up(run=1, partition=0, since=at + 59 * SECOND_US, until=at + 60 * SECOND_US)
    assert MinuteRollup.objects.count() == 1


def test_summing_again_gives_the_same() -> None:
    nifty, at = make_instruments()[0].pk, microseconds(LONG_AGO)
    record(1, at, {nifty: 0.5}, ordinal=1)

    for _ in range(2):
        sum_up(run=1, partition=0, since=at, until=None)

    assert_rollups_equal_the_records()


def test_a_partition_sums_its_own_records_only() -> None:
    nifty, other = make_instruments()[:2]
    Instrument.objects.filter(pk=other.pk).update(partition=1)
    at = microseconds(LONG_AGO)
    record(1, at, {nifty.pk: 0.5}, ordinal=1)
    record(1, at, {other.pk: 0.5}, ordinal=1, partition=1)

    sum_up(run=1, partition=1, since=at, until=None)

    assert [row.instrument_id for row in MinuteRollup.objects.all()] == [other.pk]
    assert [row.instrument_id for row in HourRollup.objects.all()] == [other.pk]


def test_several_instants_of_one_commit_leave_the_newest_of_each_symbol() -> None:
    ids, at = [instrument.pk for instrument in make_instruments()], microseconds(LONG_AGO)
    scores = [{ids[0]: 0.1, ids[1]: 0.2}, {ids[1]: 0.3}, {ids[0]: 0.4}]
    batches = [
        ScoredBatch(1, "simulated", at + number * SECOND_US, scored_rows(one), VERSION)
        for number, one in enumerate(scores)
    ]

    updates = record_services.record_scores(batches, partition=3, first_ordinal=7)

    assert list(RiskRecord.objects.order_by("id").values_list("id", "score")) == [
        (451, 0.1), (515, 0.2), (579, 0.3), (643, 0.4),
    ]  # fmt: skip
    assert list(LatestRisk.objects.order_by("instrument").values_list("record_id", "score")) == [(643, 0.4), (579, 0.3)]
    newest = record_services.newest_updates([(one.rows, own) for one, own in zip(batches, updates, strict=True)])
    assert sorted((update["id"], update["risk_score"]) for update in newest) == [(579, 0.3), (643, 0.4)]
    assert [update["id"] for update in updates[0][:]] == [451, 515]


def test_a_commit_without_records_writes_nothing() -> None:
    assert record_services.record_scores([], partition=0, first_ordinal=1) == []
    assert not MarketRollup.objects.exists()


def test_a_failed_commit_counts_nothing() -> None:
    nifty = make_instruments()[0].pk
    record(1, microseconds(LONG_AGO), {nifty: 0.5}, ordinal=1)

    with pytest.raises(Exception, match=r"(?i)unique"), transaction.atomic():
        record(1, microseconds(LONG_AGO), {nifty: 0.5}, ordinal=2)

    assert_the_market_is_counted()


def test_a_dropped_partition_of_a_run_leaves_the_others() -> None:
    nifty, other = make_instruments()[:2]
    Instrument.objects.filter(pk=other.pk).update(partition=1)
    for run in (1, 2):
        store_record(nifty, record_id=64 * run, run=run, instant=LONG_AGO)
        store_record(other, record_id=64 * run + 1, run=run, instant=LONG_AGO)

    rollups.drop_rollups(run=1, partition=1, instruments=[other.pk])

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


def test_the_migration_sums_the_minutes_that_were_there_before() -> None:
    ids = [instrument.pk for instrument in make_instruments()]
    for number in range(40):
        scores = {ids[0]: number / 40, ids[number % 2 + 1]: 1 - number / 80}
        record(1 + number // 25, microseconds(LONG_AGO) + number * 170 * SECOND_US + 1, scores, ordinal=1 + 2 * number)
    for run in (1, 2):
        sum_up(run=run, partition=0, since=0, until=None)
    HourRollup.objects.all().delete()

    with connection.schema_editor() if connection.vendor == "postgresql" else _Editor() as editor:
        import_module("risk.migrations.0009_exact_sums_and_hours").fill_hours(None, editor)

    assert_rollups_equal_the_records()


class _Editor:
    """A schema editor cannot be opened on SQLite inside the test's transaction; the step needs its connection only."""

    connection = connection

    def __enter__(self) -> "_Editor":
        return self

    def __exit__(self, *problem: object) -> None:
        return None
