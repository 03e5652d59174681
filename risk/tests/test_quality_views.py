"""How good the model is said to be: what was stored, what came with it, and that nothing is made up."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from rest_framework import serializers

from accounts.tests.factories import make_user
from audit.models import AuditEntry
from risk import bar_sources, quality_services
from risk.models import BacktestResult
from risk.quality_queries import shipped_account
from risk.quality_serializers import QualitySerializer
from risk.quant.model import default_model
from risk.tests.test_backtest_command import simulated_source

pytestmark = pytest.mark.django_db
QUALITY = "/api/v1/model/quality"


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


def read(viewer: Client, **query: Any) -> dict[str, Any]:
    response = viewer.get(QUALITY, query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def assert_exact(shown: Any, field: Any, path: str = "answer") -> None:
    """Check that what is shown has the fields of the schema, all of them and no others."""
    if shown is None:
        assert field.allow_null, path
    elif isinstance(field, serializers.ListSerializer):
        for number, row in enumerate(shown):
            assert_exact(row, field.child, f"{path}[{number}]")
    elif isinstance(field, serializers.Serializer):
        assert set(shown) == set(field.fields), path
        for name, inner in field.fields.items():
            assert_exact(shown[name], inner, f"{path}.{name}")


def test_a_fresh_installation_shows_the_account_that_came_with_the_model(viewer: Client) -> None:
    answer = read(viewer)

    assert (answer["origin"], answer["result"], answer["results"]) == ("shipped", None, [])
    assert "shipped with the product" in answer["note"] and "fitted on all of these sessions" in answer["note"]
    assert answer["model_in_force"] == default_model().version
    assert_exact(answer, QualitySerializer())


def test_the_shipped_account_is_the_one_that_the_benchmarks_print(viewer: Client) -> None:
    """Against docs/benchmarks.md, "The score on data it has not seen", and its table of bins."""
    answer = read(viewer)
    score, bins, rivals = answer["score"], answer["bins"], {one["name"]: one for one in answer["rivals"]}

    assert (answer["data"]["fitted_sessions"], answer["data"]["judged_sessions"]) == (40, 39)
    assert (score["cases"], round(score["auc"], 3), round(score["base_rate"], 3)) == (1_756, 0.728, 0.175)
    assert (round(score["skill_against_base"], 3), round(score["skill_against_sample"], 3)) == (0.180, 0.091)
    assert round(rivals["rolling_60"]["skill_of_score"], 3) == 0.058
    assert [round(answer["intervals"]["auc"][end], 3) for end in ("low", "high")] == [0.665, 0.782]
    assert [one["cases"] for one in bins[:5]] == [420, 621, 399, 231, 71]
    assert (round(bins[3]["forecast"], 3), round(bins[3]["observed"], 3)) == (0.338, 0.372)
    assert (answer["high"]["alarms"], answer["high"]["precision"]) == (0, None)


def test_the_parts_of_the_shipped_account_add_up() -> None:
    account: Any = shipped_account()
    score = account["score"]

    for stretches in (account["months"], account["per_session"]):
        assert sum(one["cases"] for one in stretches) == score["cases"]
        brier = sum(one["cases"] * one["brier"] for one in stretches) / score["cases"]
        assert brier == pytest.approx(score["brier"], abs=1e-12)
        touched = sum(one["cases"] * one["observed"] for one in stretches)
        assert touched == pytest.approx(score["cases"] * score["base_rate"], abs=1e-6)
    assert sum(one["cases"] for one in account["bins"]) == score["cases"]
    murphy = account["murphy"]
    parts = murphy["reliability"] - murphy["resolution"] + murphy["uncertainty"] + murphy["within_bins"]
    assert parts == pytest.approx(score["brier"], abs=1e-12)
    for row in account["value_at_risk"]:
        assert row["rate"] == pytest.approx(row["exceedances"] / row["windows"])


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    """The account of a run that was stored and written."""
    monkeypatch.setattr(bar_sources, "_factories", {})
    bar_sources.register("simulated", simulated_source)
    path, out = tmp_path / "account.json", StringIO()
    call_command("backtest", "--simulated", 12, "--fit-sessions", 10, "--save", "--account", path, stdout=out)
    assert f"Stored as result {BacktestResult.objects.get().pk}." in out.getvalue()
    account: dict[str, Any] = json.loads(path.read_text())
    return account


def test_a_stored_run_is_shown_as_it_was_stored(viewer: Client, stored: dict[str, Any]) -> None:
    answer = read(viewer)

    result = BacktestResult.objects.get()
    assert answer["origin"] == "backtest"
    assert answer["result"]["id"] == result.pk
    assert answer["results"] == [answer["result"]]
    assert {name: answer[name] for name in stored if name != "schema"} == {
        name: value for name, value in stored.items() if name != "schema"
    }
    assert (answer["data"]["origins"], answer["data"]["judged_sessions"]) == (["simulated market"], 2)
    assert (answer["months"], len(answer["per_session"])) == ([], 2)  # simulated sessions are no dates
    assert_exact(answer, QualitySerializer())


def test_storing_is_audited_with_who_did_it(stored: dict[str, Any]) -> None:
    entry, result = AuditEntry.objects.get(action="backtest_stored"), BacktestResult.objects.get()

    assert entry.detail["result"] == result.pk
    assert entry.actor_name == result.author_name != ""


def test_a_result_is_never_changed() -> None:
    result = quality_services.store(shipped_account(), author="test")

    with pytest.raises(TypeError, match="never changed"):
        result.save()


def test_an_earlier_result_can_be_read_again(viewer: Client) -> None:
    first = quality_services.store({**shipped_account(), "model_version": "earlier"}, author="test")
    quality_services.store(shipped_account(), author="test")

    assert read(viewer, result=first.pk)["model_version"] == "earlier"
    assert read(viewer)["model_version"] == shipped_account()["model_version"]
    response = viewer.get(QUALITY, {"result": first.pk + 99})
    assert (response.status_code, response.json()["code"]) == (404, "result_not_found")


@pytest.mark.parametrize("query", ["result=0", "result=last", "symbol=NIFTY"])
def test_what_cannot_be_meant_is_refused(viewer: Client, query: str) -> None:
    assert viewer.get(f"{QUALITY}?{query}").status_code == 400


@pytest.mark.parametrize("count", [0, 25])
def test_the_number_of_queries_does_not_grow(
    viewer: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        quality_services.store(shipped_account(), author="test")

    with django_assert_num_queries(4):  # session, user; the newest account, the list
        assert len(read(viewer)["results"]) == min(count, 20)


def test_the_shipped_account_has_no_number_that_is_none() -> None:
    """JSON has no NaN; a figure that is not known is null."""
    assert "NaN" not in json.dumps(shipped_account())
