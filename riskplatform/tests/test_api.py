from typing import Any, cast

import pytest
from django.db import OperationalError
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from riskplatform.lib import errors
from riskplatform.lib.api import StrictSerializer, requires

pytestmark = pytest.mark.django_db


class Person:
    is_authenticated = True

    def can(self, capability: str) -> bool:
        return capability == "tea.drink"


def answer_to(problem: Exception | None, *permissions: type[BasePermission]) -> Response:
    class Probe(APIView):
        authentication_classes = ()

        def get(self, request: Request) -> Response:
            if problem:
                raise problem
            return Response({})

    if permissions:
        Probe.permission_classes = list(permissions)
    return Probe.as_view()(APIRequestFactory().get("/"))


class Anyone(BasePermission):
    pass


class AsPerson(BasePermission):
    """Puts a person where an authenticator would."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        request.user = cast(Any, Person())
        return True


def test_a_view_without_a_permission_is_closed() -> None:
    assert answer_to(None).status_code in {401, 403}


@pytest.mark.parametrize(("capability", "status"), [("tea.drink", 200), ("tea.brew", 403)])
def test_a_capability_opens_a_view(capability: str, status: int) -> None:
    assert answer_to(None, AsPerson, requires(capability)).status_code == status


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.Invalid, 400),
        (errors.NotAuthenticated, 401),
        (errors.Forbidden, 403),
        (errors.Missing, 404),
        (errors.Conflict, 409),
        (errors.DomainError, 409),
        (errors.Unavailable, 503),
    ],
)
def test_a_domain_error_becomes_its_status_and_shape(kind: type[errors.DomainError], status: int) -> None:
    response = answer_to(kind("It cannot be."), Anyone)

    assert response.status_code == status
    assert response.data == {"code": kind.code, "detail": "It cannot be."}


def test_a_database_that_is_away_is_a_503_with_a_time_to_come_back() -> None:
    response = answer_to(OperationalError("gone"), Anyone)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_a_validation_error_names_the_field_in_its_sentence() -> None:
    response = answer_to(ValidationError({"low": ["must be below high"]}), Anyone)

    assert response.data == {
        "code": "invalid",
        "detail": "low: must be below high",
        "fields": {"low": ["must be below high"]},
    }


def test_asking_too_often_says_when_to_come_back() -> None:
    response = answer_to(errors.TooMany("Too many sign-ins.", retry_after_seconds=7), Anyone)

    assert (response.status_code, response.data["code"], response.headers["Retry-After"]) == (
        429,
        "too_many_requests",
        "7",
    )


def test_a_form_refuses_fields_that_it_does_not_know() -> None:
    class Form(StrictSerializer):
        name = CharField()

    form = Form(data={"name": "a", "role": "admin"})

    assert not form.is_valid()
    assert form.errors == {"role": ["This field is not known here; known: name."]}
