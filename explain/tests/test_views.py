from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from rest_framework.test import APIClient

from accounts.tests.factories import make_user
from audit.models import AuditEntry
from risk.tests.rows import make_instruments, store_latest, store_record

pytestmark = pytest.mark.django_db
RISK, PLATFORM = "/api/v1/explain/risk", "/api/v1/explain/platform"
POINTS = {"base": 0.3, "recent_moves": 0.4, "jump": 0.1125}


@pytest.fixture
def analyst() -> APIClient:
    client = APIClient()
    client.force_authenticate(make_user("analyst"))
    return client


@pytest.fixture
def record() -> None:
    mahindra = make_instruments()[2]
    store_record(mahindra, record_id=5, decomposition=POINTS)
    store_latest(mahindra, record_id=5, decomposition=POINTS)


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(("role", "status"), [("nobody", 401), ("viewer", 403), ("analyst", 200), ("admin", 200)])
def test_analysts_ask(role: str, status: int) -> None:
    client = APIClient()
    if role != "nobody":
        client.force_authenticate(make_user(role))

    assert client.post(RISK, {"risk_id": 5}, format="json").status_code == status
    assert client.get(PLATFORM, {"q": "barrier"}).status_code == status


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("asked", [{"risk_id": 5}, {"symbol": "M&M"}])
def test_a_record_is_explained_from_its_own_decomposition(analyst: APIClient, asked: dict[str, Any]) -> None:
    answer = analyst.post(RISK, asked, format="json").json()

    assert (answer["risk_id"], answer["symbol"], answer["risk_score"]) == (5, "M&M", 0.8125)
    assert answer["decomposition"] == POINTS
    assert "adds 0.400" in answer["text"]
    assert answer["written_by"] == "deterministic"
    assert answer["sentences"][0]["citation"]["document"] == "docs/risk-model.md"


@pytest.mark.usefixtures("record")
def test_asking_is_audited(analyst: APIClient) -> None:
    analyst.post(RISK, {"risk_id": 5}, format="json")

    entry = AuditEntry.objects.get(action="explanation_asked")
    assert (entry.actor_name, entry.object_id, entry.detail["symbol"]) == ("analyst", "5", "M&M")


@pytest.mark.usefixtures("record")
def test_explaining_needs_a_fixed_number_of_queries(
    analyst: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(12):  # of a record, an entry and the head, each in its savepoint
        analyst.post(RISK, {"risk_id": 5}, format="json")


@pytest.mark.parametrize("asked", [{"risk_id": 6}, {"symbol": "NOTHING"}])
def test_what_is_not_there_is_missing_and_not_audited(analyst: APIClient, asked: dict[str, Any]) -> None:
    answer = analyst.post(RISK, asked, format="json")

    assert (answer.status_code, answer.json()["code"]) == (404, "record_not_found")
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [{}, {"risk_id": 5, "symbol": "M&M"}, {"risk_id": "x"}, {"risk_id": 0}, {"risk_id": 10**30}, {"symbol": "x" * 33},
     {"symbol": ["M&M"]}, {"risk": 5}, [5]],
)  # fmt: skip
def test_an_unclear_question_is_a_bad_request(analyst: APIClient, asked: Any) -> None:
    assert analyst.post(RISK, asked, format="json").status_code == 400


def test_the_documentation_is_quoted_with_its_place(analyst: APIClient) -> None:
    answer = analyst.get(PLATFORM, {"q": "what does the score mean"}).json()

    assert answer["results"][0]["document"].endswith(".md")
    assert answer["language_model"] == "not configured"


def test_nothing_is_made_up_where_the_documentation_is_silent(analyst: APIClient) -> None:
    answer = analyst.get(PLATFORM, {"q": "zebra"}).json()

    assert (answer["results"], answer["sentence"]) == ([], "The documentation says nothing that holds these words.")


def test_without_a_question_it_lists_what_can_be_found(analyst: APIClient) -> None:
    answer = analyst.get(PLATFORM).json()

    assert {"docs/risk-model.md", "README.md"} <= {one["document"] for one in answer["contents"]}


@pytest.mark.parametrize("query", ["q=", "q=%20", "q=" + "x" * 301, "q=%00", "question=why"])
def test_a_question_that_is_none_is_refused(analyst: APIClient, query: str) -> None:
    answer = analyst.get(f"{PLATFORM}?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_search_that_is_switched_off_says_so(analyst: APIClient, settings: Settings) -> None:
    settings.RAG_ENABLED = False

    answer = analyst.get(PLATFORM, {"q": "barrier"})

    assert (answer.status_code, answer.json()["code"]) == (409, "search_off")


def test_a_key_alone_lets_no_model_write(analyst: APIClient, settings: Settings) -> None:
    settings.OPENAI_API_KEY = "sk-test"

    assert analyst.get(PLATFORM, {"q": "barrier"}).json()["language_model"] == "configured, not used"


def test_a_symbol_that_went_silent_is_said_to_be_stale(analyst: APIClient) -> None:
    old = timezone.now() - timedelta(minutes=5)
    store_latest(make_instruments()[0], record_id=7, decomposition=POINTS, instant=old)

    answer = analyst.post(RISK, {"symbol": "NIFTY"}, format="json").json()

    assert answer["state"] == "STALE" and "It is STALE" in answer["text"]


def test_a_symbol_is_found_by_its_alias(analyst: APIClient) -> None:
    store_latest(make_instruments()[0], record_id=7, decomposition=POINTS)

    assert analyst.post(RISK, {"symbol": "NIFTY50"}, format="json").json()["symbol"] == "NIFTY"


def test_asking_the_documentation_is_audited(analyst: APIClient) -> None:
    analyst.get(PLATFORM, {"q": "barrier"})

    assert AuditEntry.objects.get().detail["query"] == "barrier"
