"""The search against a plain look at every record."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk import record_search, rollup_services
from risk.models import Instrument, MarketRollup, RiskRecord, ScoreRollup
from risk.quant.rollups import POINT
from risk.quant.scoring import SEVERITIES
from risk.record_search import Key, Walk, Wanted, find_keys, records_of
from risk.storage import moment
from risk.tests.rows import fields, make_instruments

pytestmark = pytest.mark.django_db
BEGIN, SECOND = 1_617_858_000_000_000, 1_000_000


def severity(score: float) -> str:
    return SEVERITIES[sum(score >= threshold for threshold in (0.3, 0.5, 0.8, 0.9))]


def store(scores: list[tuple[int, int, Instrument, float]]) -> None:
    """Store records (run, second, instrument, score) as the pipeline does: with their rollups."""
    RiskRecord.objects.bulk_create(
        RiskRecord(
            id=64 * number, instrument=instrument,
            **fields(run=run, instant=moment(BEGIN + second * SECOND), score=score, severity=severity(score)),
        )
        for number, (run, second, instrument, score) in enumerate(scores, start=1)
    )  # fmt: skip
    points = [
        (run, instrument.pk, BEGIN + second * SECOND, score, SEVERITIES.index(severity(score)), 100.0)
        for run, second, instrument, score in scores
    ]
    rollup_services.add_points(0, np.array(points, dtype=POINT))


def plainly(wanted: Wanted, walk: Walk) -> list[Key]:
    """Look at every record."""
    found = [
        Key(row.instant, row.pk)
        for row in RiskRecord.objects.all()
        if (not wanted.instruments or row.instrument_id in wanted.instruments)
        and (not wanted.severities or row.severity in wanted.severities)
        and (wanted.min_score is None or row.score >= wanted.min_score)
        and (wanted.since is None or row.instant >= wanted.since)
        and (wanted.until is None or row.instant < wanted.until)
        and (wanted.run is None or row.run == wanted.run)
    ]
    found.sort(reverse=walk.newest_first)
    if walk.after is not None:
        found = [key for key in found if (key < walk.after if walk.newest_first else key > walk.after)]
    return found[: walk.limit]


SCORES = st.sampled_from([0.0, 0.1, 0.3, 0.45, 0.5, 0.8, 0.85, 0.9, 0.97])
RECORDS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([0, 1, 59, 60, 61, 150, 300, 301]), st.integers(0, 2), SCORES),
    min_size=1, max_size=40, unique_by=lambda record: record[:3],
)  # fmt: skip
MOMENTS = st.none() | st.sampled_from([0, 1, 60, 100, 301, 400]).map(lambda second: moment(BEGIN + second * SECOND))
WANTED = st.fixed_dictionaries(
    {
        "instruments": st.lists(st.integers(0, 2), max_size=3, unique=True),
        "severities": st.lists(st.sampled_from(SEVERITIES), max_size=3, unique=True).map(tuple),
        "min_score": st.none() | SCORES,
        "since": MOMENTS,
        "until": MOMENTS,
        "run": st.none() | st.integers(1, 4),
    }
)


@given(scores=RECORDS, asked=WANTED, limit=st.integers(1, 9), newest_first=st.booleans(), look=st.integers(1, 12))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_search_finds_what_a_look_at_every_record_finds_page_after_page(
    scores: list[Any], asked: dict[str, Any], limit: int, newest_first: bool, look: int
) -> None:
    for model in (RiskRecord, ScoreRollup, MarketRollup):
        model._default_manager.all().delete()
    instruments = make_instruments()
    store(sorted(((run, at, instruments[n], score) for run, at, n, score in scores), key=lambda row: row[:2]))
    wanted = Wanted(**{**asked, "instruments": tuple(instruments[n].pk for n in asked["instruments"])})
    after: Key | None = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(record_search, "LOOK_AMONG_NEWEST", look)
        for _ in range(3):
            walk = Walk(limit=limit, after=after, newest_first=newest_first)
            found = find_keys(wanted, walk)

            assert found == plainly(wanted, walk)
            if not found:
                break
            after = found[-1]


def test_records_of_keys_come_newest_first_with_their_instruments() -> None:
    nifty, reliance, _ = make_instruments()
    store([(1, 0, nifty, 0.1), (1, 1, nifty, 0.2), (1, 1, reliance, 0.3)])

    rows = list(records_of(find_keys(Wanted(), Walk(limit=9))))

    assert [(row.instrument.symbol, row.score) for row in rows] == [("RELIANCE", 0.3), ("NIFTY", 0.2), ("NIFTY", 0.1)]


ASKED = {
    "everything": Wanted(),
    "symbols": Wanted(instruments=(1, 2)),
    "severity": Wanted(severities=("CRITICAL",)),
    "symbol and severity": Wanted(instruments=(1,), severities=("CRITICAL",)),
    "symbol, severity and range": Wanted(
        instruments=(1,), severities=("CRITICAL", "HIGH"),
        since=moment(BEGIN + 1000 * SECOND), until=moment(BEGIN + 2000 * SECOND),
    ),
    "least score": Wanted(min_score=0.99),
    "run": Wanted(run=1),
    "range": Wanted(since=moment(BEGIN + 1000 * SECOND), until=moment(BEGIN + 2000 * SECOND)),
}  # fmt: skip


@pytest.fixture(scope="module")
def hundred_thousand(django_db_setup: None, django_db_blocker: Any) -> Any:
    """A hundred thousand records of twenty symbols, rolled back at the end."""
    if connection.vendor != "postgresql":
        pytest.skip("plans of PostgreSQL")
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        instruments = list(Instrument.objects.order_by("id")[:20])
        random = np.random.default_rng(1)
        scores = random.beta(1.4, 6.0, size=(5_000, 20)).round(6).tolist()
        store([(1, second, one, scores[second][n]) for second in range(5_000) for n, one in enumerate(instruments)])
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE risk_riskrecord, risk_scorerollup, risk_marketrollup")
        yield
        transaction.set_rollback(True)


def plan_of(wanted: Wanted) -> list[dict[str, Any]]:
    """Return every node of the plans that the search runs."""
    nodes: list[dict[str, Any]] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            nodes.extend(flattened(cursor.fetchone()[0][0]["Plan"]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        find_keys(wanted, Walk(limit=101))
    return nodes


def flattened(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for part in plan.get("Plans", []) for node in flattened(part))]


@pytest.mark.parametrize("name", ASKED)
def test_no_search_reads_the_table_from_end_to_end(hundred_thousand: None, name: str) -> None:
    asked = ASKED[name]
    first = tuple(Instrument.objects.order_by("id").values_list("id", flat=True)[: len(asked.instruments)])

    nodes = plan_of(record_search.replace(asked, instruments=first))

    scans = [node for node in nodes if node.get("Relation Name") == "risk_riskrecord"]
    assert scans
    assert all("Index" in node["Node Type"] for node in scans), scans


def test_the_range_of_rollups_begins_with_the_oldest_record_that_is_kept() -> None:
    nifty = make_instruments()[0]
    store([(1, 0, nifty, 0.95), (1, 120, nifty, 0.95)])
    RiskRecord.objects.order_by("instant")[:1].get().delete()

    found = find_keys(Wanted(instruments=(nifty.pk,), min_score=0.9), Walk(limit=5))

    assert [key.instant for key in found] == [moment(BEGIN) + timedelta(seconds=120)]
