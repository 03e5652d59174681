from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from riskplatform.lib import health
from riskplatform.lib.health import Probe


@pytest.fixture
def probes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(health, "_probes", {})
    yield


def fail() -> Probe:
    raise OSError("no")


@pytest.mark.usefixtures("probes")
@pytest.mark.parametrize(
    ("statuses", "expected", "code"),
    [
        (["ok", "ok"], "ok", 200),
        (["ok", "degraded"], "degraded", 200),
        (["ok", "unknown"], "unknown", 503),
        (["unknown", "down", "ok"], "down", 503),
        ([], "unknown", 503),
    ],
)
def test_the_worst_component_decides(client: Client, statuses: list[health.Status], expected: str, code: int) -> None:
    for number, status in enumerate(statuses):
        health.register_probe(f"part{number}", lambda status=status: Probe(status, "why"))  # type: ignore[misc]

    response = client.get("/health")

    assert (response.status_code, response.json()["status"]) == (code, expected)
    assert [part["status"] for part in response.json()["components"].values()] == statuses


@pytest.mark.usefixtures("probes")
def test_a_probe_that_fails_is_unknown_and_hides_no_other(client: Client) -> None:
    health.register_probe("broken", fail)
    health.register_probe("fine", lambda: Probe("ok"))

    components = client.get("/health").json()["components"]

    assert [components[name]["status"] for name in ("broken", "fine")] == ["unknown", "ok"]


@pytest.mark.usefixtures("probes")
def test_only_what_serving_needs_decides_readiness(client: Client) -> None:
    health.register_probe("pipeline", lambda: Probe("down"))
    health.register_probe("database", lambda: Probe("ok"), needed_to_serve=True)

    assert (client.get("/readyz").status_code, client.get("/health").status_code) == (200, 503)


@pytest.mark.usefixtures("probes")
def test_being_alive_depends_on_nothing(client: Client) -> None:
    health.register_probe("database", lambda: Probe("down"), needed_to_serve=True)

    assert client.get("/livez").status_code == 200


@pytest.mark.django_db
def test_the_database_answers() -> None:
    assert health.database_probe().status == "ok"


def test_the_bus_answers(settings: Settings, redis_url: str) -> None:
    settings.REDIS_URL = redis_url

    assert health.redis_probe().status == "ok"


def test_a_bus_that_does_not_answer_is_down(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert health.redis_probe().status == "down"
