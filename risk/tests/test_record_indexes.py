"""Which way PostgreSQL goes to a page of history: by an index in the order of the answer, whatever is asked."""

from itertools import product

import pytest
from django.db import connection

from risk.models import RiskRecord
from risk.record_queries import RecordQuery, matching
from risk.tests.rows import make_instruments

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="EXPLAIN of PostgreSQL"),
]
RECORDS = 40_000
SEVERITIES: list[list[str]] = [[], ["NORMAL"], ["HIGH"], ["CRITICAL"], ["HIGH", "CRITICAL"]]
SYMBOLS = tuple(f"INDEXED{number}" for number in range(50))


@pytest.fixture
def ids() -> list[int]:
    """Store records of which one in 40 is MEDIUM, one in 400 HIGH and one in 4,000 CRITICAL; return the symbols."""
    found = [instrument.pk for instrument in make_instruments(SYMBOLS)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO risk_riskrecord (id, instrument_id, run, instant, tick_time, price, score, severity, state,
                expected_move, barrier, protection_cost, horizon_minutes, engine_version, model_version, config_version)
            SELECT 64 * n, (%s::bigint[])[1 + n %% 50], 1, at, at, 100, score,
                   CASE WHEN score >= 0.9 THEN 'CRITICAL' WHEN score >= 0.8 THEN 'HIGH' WHEN score >= 0.5 THEN 'MEDIUM'
                        WHEN score >= 0.3 THEN 'LOW' ELSE 'NORMAL' END,
                   'OK', 0, 0, 0, 60, 'test', 'test', 1
            FROM (SELECT n, timestamptz '2026-01-05 04:00Z' + n / 50 * interval '1 second' AS at,
                         CASE WHEN n %% 4001 = 0 THEN 0.97 WHEN n %% 401 = 0 THEN 0.85 WHEN n %% 41 = 0 THEN 0.6
                              ELSE 0.4 * (n %% 997) / 997.0 END AS score
                  FROM generate_series(1, %s) AS n) AS made
            """,
            [found, RECORDS],
        )
        cursor.execute("ANALYZE risk_riskrecord")
    return found


def plan(query: RecordQuery) -> str:
    return str(matching(query, among=RiskRecord.objects.all()).order_by("-id")[:101].explain())


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (RecordQuery(), "risk_riskrecord_pkey"),
        (RecordQuery(severities=["NORMAL"]), "risk_riskrecord_pkey"),
        (RecordQuery(severities=["MEDIUM"]), "record_"),
        (RecordQuery(severities=["HIGH"]), "record_"),
        (RecordQuery(severities=["CRITICAL"]), "record_"),
        (RecordQuery(severities=["CRITICAL", "HIGH"]), "record_"),
        (RecordQuery(min_score=0.2), "risk_riskrecord_pkey"),
        (RecordQuery(min_score=0.85), "record_above_80"),
        (RecordQuery(min_score=0.95), "record_above_95"),
        (RecordQuery(min_score=0.995), "record_above_99"),
        (RecordQuery(severities=["CRITICAL"], min_score=0.95), "record_"),
    ],
)
def test_a_history_walks_an_index_in_its_own_order(ids: list[int], query: RecordQuery, index: str) -> None:
    chosen = plan(query)

    assert index in chosen
    assert "Seq Scan" not in chosen


@pytest.mark.parametrize("symbols", [0, 1, 3])
def test_no_combination_of_filters_scans_the_table(ids: list[int], symbols: int) -> None:
    instruments = ids[:symbols] if symbols else None

    plans = [
        plan(RecordQuery(instruments=instruments, severities=severities, min_score=min_score))
        for severities, min_score in product(SEVERITIES, (None, 0.2, 0.85, 0.97))
    ]

    assert not [chosen for chosen in plans if "Seq Scan" in chosen]
