import threading
from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.tests.factories import make_user
from alerts.models import Alert
from alerts.tests.factories import BEGAN, make_alert
from audit.models import AuditEntry
from risk.models import Instrument
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db
ALERTS = "/api/v1/alerts"
RESOLUTION = {"classification": "true_breach", "note": "moved 2 %"}


def signed_in(role: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user(role))
    return client


@pytest.fixture
def instruments() -> list[Instrument]:
    return make_instruments()


@pytest.fixture
def analyst() -> APIClient:
    return signed_in("analyst")


@pytest.mark.parametrize(("role", "reads", "acts"), [("viewer", 200, 403), ("analyst", 200, 200), ("admin", 200, 200)])
def test_viewers_read_and_analysts_act(instruments: list[Instrument], role: str, reads: int, acts: int) -> None:
    client, alert = signed_in(role), make_alert(instruments[0])

    assert client.get(ALERTS).status_code == client.get(f"{ALERTS}/{alert.pk}").status_code == reads
    assert client.get(f"{ALERTS}/stats").status_code == reads
    assert client.post(f"{ALERTS}/{alert.pk}/acknowledge").status_code == acts
    assert client.post(f"{ALERTS}/{alert.pk}/resolve", RESOLUTION, format="json").status_code == acts
    assert client.get(f"{ALERTS}/{alert.pk}/timeline").status_code == reads


def test_nobody_reads_or_acts(instruments: list[Instrument]) -> None:
    alert = make_alert(instruments[0])

    for method, address in [("get", ""), ("get", "/stats"), ("get", f"/{alert.pk}"), ("post", f"/{alert.pk}/resolve")]:
        assert getattr(APIClient(), method)(ALERTS + address).status_code == 401


def test_analysts_learn_whom_an_alert_may_be_given_to(analyst: APIClient) -> None:
    make_user("admin", username="zoya")
    make_user("viewer", username="just-looking")
    make_user("analyst", username="left", is_active=False)

    names = analyst.get(f"{ALERTS}/assignees").json()["assignees"]

    assert "zoya" in names
    assert not {"just-looking", "left"} & set(names)
    assert names == sorted(names)


def test_an_alert_says_what_opened_it_and_where_it_peaked(analyst: APIClient, instruments: list[Instrument]) -> None:
    alert = make_alert(instruments[2])

    row = analyst.get(f"{ALERTS}/{alert.pk}").json()

    assert (row["symbol"], row["severity"], row["phase"], row["status"]) == ("M&M", "HIGH", "firing", "open")
    assert (row["opening_score"], row["record_id"], row["driver"]) == (0.81, 77, "jump")
    assert row["peak"]["decomposition"] == {"base": 0.3, "jump": 0.51}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["M&M", "RELIANCE", "NIFTY"]),
        ("severity=HIGH", ["NIFTY"]),
        ("severity=HIGH&severity=MEDIUM", ["RELIANCE", "NIFTY"]),
        ("status=resolved", ["M&M"]),
        ("phase=ended", ["M&M"]),
        ("symbol=RELIANCE", ["RELIANCE"]),
        ("symbol=M%26M", ["M&M"]),
        ("symbol=NOTHING", []),
        ("run=1&page_size=1", ["M&M"]),
    ],
)
def test_alerts_are_filtered_and_newest_first(
    analyst: APIClient, instruments: list[Instrument], query: str, expected: list[str]
) -> None:
    nifty, reliance, mahindra = instruments
    make_alert(nifty)
    make_alert(reliance, severity="MEDIUM")
    make_alert(mahindra, severity="LOW", status="resolved", phase="ended", ended_at=BEGAN)

    assert [row["symbol"] for row in analyst.get(f"{ALERTS}?{query}").json()["results"]] == expected


@pytest.mark.parametrize(
    "query", ["severity=WORST", "status=gone", "phase=x", "colour=red", "run=x", "run=-1", "run=1e400", "cursor=x",
              "page_size=0", "symbol=%00", "symbol=" + "x" * 33]
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused(analyst: APIClient, query: str) -> None:
    answer = analyst.get(f"{ALERTS}?{query}")

    assert answer.status_code in {400, 404}
    assert {"code", "detail"} <= set(answer.json())


def test_the_number_of_queries_does_not_grow(
    analyst: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for instrument in make_instruments(tuple("ABCDEFGH")):
        make_alert(instrument)

    with django_assert_num_queries(1):
        analyst.get(ALERTS)
    with django_assert_num_queries(2):
        analyst.get(f"{ALERTS}/stats")


def test_acknowledging_says_who_and_keeps_the_note(analyst: APIClient, instruments: list[Instrument]) -> None:
    alert = make_alert(instruments[0])

    row = analyst.post(f"{ALERTS}/{alert.pk}/acknowledge", {"note": "on it"}, format="json").json()

    assert (row["status"], row["acknowledged_by"], row["note"]) == ("acknowledged", "analyst", "on it")


def test_acting_twice_is_a_conflict_with_the_present_state(analyst: APIClient, instruments: list[Instrument]) -> None:
    address = f"{ALERTS}/{make_alert(instruments[0]).pk}/acknowledge"
    analyst.post(address)

    answer = analyst.post(address)

    assert (answer.status_code, answer.json()["code"]) == (409, "alert_moved")
    assert answer.json()["current"]["acknowledged_by"] == "analyst"


BODIES: dict[str, dict[str, Any]] = {
    "acknowledge": {}, "resolve": RESOLUTION, "reopen": {}, "assign": {"assignee": "analyst"},
    "comment": {"note": "seen"}, "snooze": {"minutes": 5},
}  # fmt: skip


@pytest.mark.parametrize("verb", BODIES)
def test_an_alert_that_is_not_there_is_missing(analyst: APIClient, verb: str) -> None:
    for pk in (999, 999999999999999999):
        assert analyst.post(f"{ALERTS}/{pk}/{verb}", BODIES[verb], format="json").status_code == 404
        assert analyst.get(f"{ALERTS}/{pk}/timeline").status_code == 404


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("resolve", {}, "classification"), ("resolve", {"classification": "news"}, "note"),
        ("resolve", {"classification": "boredom", "note": "x"}, "classification"),
        ("resolve", {"classification": "news", "note": " "}, "note"),
        ("assign", {}, "assignee"), ("assign", {"assignee": "nobody-of-that-name"}, "assignee"),
        ("comment", {}, "note"), ("comment", {"note": ""}, "note"), ("snooze", {}, "minutes"),
        ("snooze", {"minutes": 5, "until": "2026-11-25T05:30:00Z"}, "minutes"), ("snooze", {"minutes": 0}, "minutes"),
        ("snooze", {"until": "tomorrow"}, "until"),
    ],
)  # fmt: skip
def test_an_act_without_what_it_takes_says_what_is_missing(
    analyst: APIClient, instruments: list[Instrument], verb: str, body: dict[str, Any], field: str
) -> None:
    answer = analyst.post(f"{ALERTS}/{make_alert(instruments[0]).pk}/{verb}", body, format="json")

    assert answer.status_code == 400 and field in answer.json()["fields"], answer.json()
    assert not AuditEntry.objects.exists()


def test_everything_that_happened_can_be_read_in_its_order(analyst: APIClient, instruments: list[Instrument]) -> None:
    address = f"{ALERTS}/{make_alert(instruments[0]).pk}"
    for verb in ("acknowledge", "assign", "snooze", "comment", "resolve", "reopen"):
        assert analyst.post(f"{address}/{verb}", BODIES[verb], format="json").status_code == 200

    lines = analyst.get(f"{address}/timeline?page_size=4").json()
    rest = analyst.get(lines["next"]).json()["results"]

    kinds = [line["kind"] for line in lines["results"] + rest]
    assert kinds == ["acknowledged", "assigned", "snoozed", "commented", "resolved", "reopened"]
    assert {line["actor"] for line in rest} == {"analyst"}


def test_an_act_answers_with_the_alert_after_it(analyst: APIClient, instruments: list[Instrument]) -> None:
    address = f"{ALERTS}/{make_alert(instruments[0]).pk}"

    row = analyst.post(f"{address}/assign", {"assignee": "analyst"}, format="json").json()
    assert row["assignee"] == "analyst"
    row = analyst.post(f"{address}/snooze", {"until": "2026-11-25T06:00:00Z"}, format="json").json()
    assert row["snoozed_until"] == "2026-11-25T06:00:00Z"
    row = analyst.post(f"{address}/resolve", RESOLUTION, format="json").json()
    assert (row["classification"], row["snoozed_until"]) == ("true_breach", None)


@pytest.mark.parametrize(
    "body", [{"note": "x" * 2001}, {"note": 1.5e3, "status": "resolved"}, {"severity": "LOW"}, [1]]
)
def test_a_malformed_act_changes_nothing(analyst: APIClient, instruments: list[Instrument], body: Any) -> None:
    alert = make_alert(instruments[0])

    assert analyst.post(f"{ALERTS}/{alert.pk}/resolve", body, format="json").status_code == 400
    assert Alert.objects.get().status == "open"


def test_statistics_count_by_severity_and_state(analyst: APIClient, instruments: list[Instrument]) -> None:
    nifty, reliance, mahindra = instruments
    address = f"{ALERTS}/{make_alert(nifty).pk}"
    make_alert(reliance, severity="MEDIUM")
    make_alert(mahindra, severity="MEDIUM", phase="ended", ended_at=BEGAN)
    analyst.post(f"{address}/acknowledge")
    analyst.post(f"{address}/resolve", RESOLUTION, format="json")

    found = analyst.get(f"{ALERTS}/stats").json()

    assert (found["total"], found["firing"], found["open"], found["resolved"]) == (3, 2, 2, 1)
    assert found["by_severity"]["MEDIUM"] == {
        "total": 2, "firing": 1, "recovering": 0, "open": 2, "acknowledged": 0, "resolved": 0
    }  # fmt: skip
    assert found["by_severity"]["CRITICAL"]["total"] == 0
    assert 0 <= found["mean_seconds_to_acknowledge"] <= found["mean_seconds_to_resolve"] < 60


def test_statistics_say_how_often_it_was_for_nothing_and_where(
    analyst: APIClient, instruments: list[Instrument]
) -> None:
    nifty, reliance, _ = instruments
    ended: dict[str, Any] = {"phase": "ended", "ended_at": BEGAN, "status": "resolved"}
    found = ["data_issue", "model", "true_breach", "news", "expiry_effect", "other"]
    for second, classification in enumerate(found):
        make_alert(nifty if second < 4 else reliance, second=-second, classification=classification, **ended)

    stats = analyst.get(f"{ALERTS}/stats").json()

    assert stats["false_alarm_rate"] == 0.4  # two of five; "other" is neither
    assert stats["by_classification"] == dict.fromkeys(found, 1)
    assert stats["noisiest_symbols"] == [
        {"name": "NIFTY", "alerts": 4, "false_alarms": 2}, {"name": "RELIANCE", "alerts": 2, "false_alarms": 0}
    ]  # fmt: skip
    assert stats["noisiest_rules"] == [{"name": "score", "alerts": 6, "false_alarms": 2}]


def test_statistics_of_nothing_are_zero_and_unknown(analyst: APIClient) -> None:
    found = analyst.get(f"{ALERTS}/stats").json()

    assert (found["total"], found["mean_seconds_to_acknowledge"], found["false_alarm_rate"]) == (0, None, None)


@pytest.mark.django_db(transaction=True)
def test_of_many_colleagues_at_once_one_is_first() -> None:
    alert = make_alert(make_instruments()[0])
    client, answers = signed_in("analyst"), list[int]()

    def act() -> None:
        try:
            answers.append(client.post(f"{ALERTS}/{alert.pk}/acknowledge").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [200] + [409] * 5
    assert AuditEntry.objects.filter(action="alert_acknowledged").count() == 1
