"""Requests made up from the OpenAPI document, by each role: no failure of ours, no answer outside the document.

A bounded number of examples per operation; SCHEMATHESIS_EXAMPLES=200 in the environment tries more.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from pytest_django import Settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import User
from accounts.tests.factories import make_user, token_pair
from alerts.tests.factories import make_alert
from risk.tests.rows import make_instruments, store_latest, store_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus", "market", "one_connection")]
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "8"))
DOCUMENT: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
SCHEMA: Any = schemathesis.openapi.from_dict(DOCUMENT)
SCHEMA.app = get_wsgi_application()
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
CHECKS = (checks.not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
FOR_ANYONE = {"/api/v1/auth/login", "/api/v1/auth/register", "/api/v1/auth/refresh"}


@pytest.fixture
def bus(settings: Settings, redis_url: str, redis_prefix: str) -> None:
    settings.REDIS_URL, settings.REDIS_KEY_PREFIX = redis_url, redis_prefix


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """Keep the test's connection over the end of a request, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def market(db: None) -> Iterator[None]:
    """A record, a live value and an alert, so that not every answer is a 404."""
    instrument = make_instruments()[0]
    store_record(instrument, record_id=1, decomposition={"base": 0.3, "jump": 0.5125})
    store_latest(instrument, record_id=1)
    make_alert(instrument)
    yield


@pytest.fixture
def people(db: None) -> dict[str, User]:
    return {role: make_user(role) for role in ("viewer", "analyst", "admin")}


def test_the_document_describes_every_route_of_the_api() -> None:
    from riskplatform.tests.policy import POLICY

    described = {
        (path, method) for path, methods in DOCUMENT["paths"].items() for method in methods if method != "parameters"
    }

    promised = sum(len(methods) for name, methods in POLICY.items() if name.startswith("api-") and name != "api-schema")
    assert len(described) == promised


@pytest.mark.parametrize("role", ["nobody", "viewer", "analyst", "admin"])
@pytest.mark.parametrize("operation", [pytest.param(one, id=one.label) for one in OPERATIONS])
def test_made_up_requests_are_answered_as_the_document_says(operation: Any, role: str, people: dict[str, User]) -> None:
    headers = {} if role == "nobody" else {"Authorization": f"Bearer {token_pair(people[role]).access_token}"}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answers(case: Any) -> None:
        with transaction.atomic():
            response = case.call(headers=headers)
            case.validate_response(response, checks=CHECKS)
            if role == "nobody" and operation.path not in FOR_ANYONE:
                assert response.status_code in {401, 404}, response.status_code  # 404: no such address at all
            transaction.set_rollback(True)  # each example finds the same market and the same people

    answers()
