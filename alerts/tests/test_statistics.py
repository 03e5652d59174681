"""Statistics of a range of time, against plain sums over the same alerts, and openings per bucket."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.tests.factories import make_user
from alerts.models import Alert
from alerts.statistics import Range, alert_statistics
from alerts.tests.factories import BEGAN, make_alert
from risk.models import Instrument
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db
STATS, COUNTS = "/api/v1/alerts/stats", "/api/v1/alerts/counts"
DAY = timedelta(days=1)
waits = st.none() | st.timedeltas(timedelta(0), timedelta(days=3))


@pytest.fixture
def nifty() -> Instrument:
    return make_instruments()[0]


@pytest.fixture
def viewer() -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user("viewer"))
    return client


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.integers(0, 40), waits, waits, st.booleans()), max_size=6))
def test_people_s_mean_times_are_those_of_plain_sums(
    rows: list[tuple[int, timedelta | None, timedelta | None, bool]], nifty: Instrument
) -> None:
    Alert.objects.all().delete()
    for second, (days, acknowledged, resolved, by_person) in enumerate(rows):
        raised = BEGAN - days * DAY + timedelta(microseconds=second * 1001)
        make_alert(
            nifty, second=second, phase="ended", ended_at=BEGAN + DAY, raised_at=raised,
            acknowledged_at=raised + acknowledged if acknowledged is not None else None,
            acknowledged_by_id=7 if by_person else None,
            resolved_at=raised + resolved if resolved is not None else None,
        )  # fmt: skip

    found = alert_statistics(Range(BEGAN - 30 * DAY, BEGAN + DAY))

    inside = [row for row in rows if row[0] <= 30]
    assert found["total"] == len(inside)
    assert found["mean_seconds_to_acknowledge"] == mean([row[1] for row in inside if row[3]])
    assert found["mean_seconds_to_resolve"] == mean([row[2] for row in inside])


def mean(durations: list[timedelta | None]) -> object:
    """Return the plain mean in seconds, as the answer rounds it; None of nothing."""
    seconds = [one.total_seconds() for one in durations if one is not None]
    return pytest.approx(sum(seconds) / len(seconds), abs=0.0006) if seconds else None


def test_statistics_say_which_range_they_speak_of_and_keep_to_it(viewer: APIClient, nifty: Instrument) -> None:
    make_alert(nifty, raised_at=BEGAN)
    make_alert(make_instruments()[1], raised_at=BEGAN + DAY)

    found = viewer.get(STATS, {"from": "2026-11-25T05:00:00Z", "to": "2026-11-26T05:00:00Z"}).json()

    assert (found["from"], found["to"], found["total"]) == ("2026-11-25T05:00:00.000Z", "2026-11-26T05:00:00.000Z", 1)


def test_without_a_range_statistics_are_of_thirty_days(viewer: APIClient, nifty: Instrument) -> None:
    found = viewer.get(STATS).json()

    assert datetime.fromisoformat(found["to"]) - datetime.fromisoformat(found["from"]) == 30 * DAY


@pytest.mark.parametrize(
    ("address", "query"),
    [
        (STATS, {"from": "2020-01-01T00:00:00Z", "to": "2024-01-01T00:00:00Z"}),
        (STATS, {"to": "0001-01-02T00:00:00Z"}),
        (STATS, {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}),
        (STATS, {"since": "2026-01-02T00:00:00Z"}),
        (COUNTS, {"from": "2026-01-01T00:00:00Z", "to": "2026-06-01T00:00:00Z"}),
        (COUNTS, {"bucket": "7"}),
    ],
)
def test_a_range_that_is_too_long_or_makes_no_sense_is_refused(
    viewer: APIClient, nifty: Instrument, address: str, query: dict[str, str]
) -> None:
    make_alert(nifty)

    assert viewer.get(address, query).status_code == 400


def test_counts_are_of_openings_per_bucket_and_severity(viewer: APIClient, nifty: Instrument) -> None:
    for second, severity in [(0, "HIGH"), (3599, "MEDIUM"), (3600, "CRITICAL"), (3 * 3600, "HIGH")]:
        make_alert(nifty, second=second, severity=severity, phase="ended", ended_at=BEGAN + DAY)

    found = viewer.get(COUNTS, {"bucket": "60", "from": "2026-11-25T05:30:00Z", "to": "2026-11-25T07:00:00Z"}).json()

    assert (found["from"], found["to"]) == ("2026-11-25T05:00:00.000Z", "2026-11-25T07:00:00.000Z")
    assert found["buckets"] == [
        {"start": "2026-11-25T05:00:00.000Z", "alerts": 2,
         "severities": {"LOW": 0, "MEDIUM": 1, "HIGH": 1, "CRITICAL": 0}},
        {"start": "2026-11-25T06:00:00.000Z", "alerts": 1,
         "severities": {"LOW": 0, "MEDIUM": 0, "HIGH": 0, "CRITICAL": 1}},
    ]  # fmt: skip


def test_counts_without_a_range_are_of_the_day_up_to_the_last_opening(viewer: APIClient, nifty: Instrument) -> None:
    make_alert(nifty, second=600)

    found = viewer.get(COUNTS).json()

    assert (found["from"], found["to"]) == ("2026-11-24T05:00:00.000Z", "2026-11-25T06:00:00.000Z")
    assert [bucket["start"] for bucket in found["buckets"]] == ["2026-11-25T05:00:00.000Z"]


def test_counts_may_be_of_one_run(viewer: APIClient, nifty: Instrument) -> None:
    make_alert(nifty, run=1, phase="ended", ended_at=BEGAN + DAY)
    make_alert(nifty, run=2)

    assert viewer.get(COUNTS, {"run": 2}).json()["buckets"][0]["alerts"] == 1


def test_counts_of_nothing_are_empty(viewer: APIClient) -> None:
    found = viewer.get(COUNTS).json()

    assert (found["from"], found["buckets"]) == (None, [])
