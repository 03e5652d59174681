import uuid

import pytest
from django.test import Client
from structlog.testing import capture_logs

from accounts.tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def test_each_answer_names_its_request() -> None:
    first, second = (Client().get("/livez").headers["X-Request-ID"] for _ in range(2))

    assert uuid.UUID(first) != uuid.UUID(second)


def test_an_id_from_outside_is_not_believed() -> None:
    assert Client().get("/livez", headers={"x-request-id": "mine"}).headers["X-Request-ID"] != "mine"


def test_one_line_tells_method_path_and_status_but_no_query_and_no_secret() -> None:
    make_user()
    with capture_logs() as lines:
        Client().post("/api/v1/auth/login?q=private", {"username": "viewer", "password": PASSWORD}, "application/json")

    finished = [line for line in lines if line["event"] == "request_finished"]
    assert [(line["request"], line["code"]) for line in finished] == [("POST /api/v1/auth/login", 200)]
    assert PASSWORD not in str(lines) and "private" not in str(lines)


def test_another_origin_may_ask_only_when_it_is_named(settings: object) -> None:
    asked = {"origin": "https://desk.example", "access-control-request-method": "GET"}

    assert "access-control-allow-origin" not in Client().options("/api/v1/risk/live", headers=asked).headers
    settings.CORS_ALLOWED_ORIGINS = ["https://desk.example"]  # type: ignore[attr-defined]  # pytest-django's settings
    allowed = Client().options("/api/v1/risk/live", headers=asked).headers
    assert allowed["access-control-allow-origin"] == "https://desk.example"
    assert "access-control-allow-credentials" not in allowed


@pytest.mark.parametrize("probe", ["/livez", "/readyz", "/health"])
def test_a_probe_leaves_no_line(probe: str) -> None:
    with capture_logs() as lines:
        Client().get(probe)

    assert not [line for line in lines if line["event"] == "request_finished"]
