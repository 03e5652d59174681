"""The ground of the REST API: deny by default, permission by capability, one page shape, one error shape."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.encoding import force_str
from rest_framework import exceptions, serializers
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from riskplatform.lib import errors

if TYPE_CHECKING:
    from rest_framework.views import APIView  # imports this module while it loads

STATUS_OF_DOMAIN_ERROR: tuple[tuple[type[errors.DomainError], HTTPStatus], ...] = (
    (errors.Invalid, HTTPStatus.BAD_REQUEST),
    (errors.NotAuthenticated, HTTPStatus.UNAUTHORIZED),
    (errors.Forbidden, HTTPStatus.FORBIDDEN),
    (errors.Missing, HTTPStatus.NOT_FOUND),
    (errors.TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (errors.Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
RETRY_AFTER_SECONDS = 5
DATABASE_AWAY = (OperationalError, InterfaceError)  # no connection, or one that was cut while it was used
TOO_LARGE = "body_too_large"


class Actor(Protocol):
    """What the API asks of `request.user`; the roles behind it are the business of `accounts`."""

    is_authenticated: bool

    def can(self, capability: str) -> bool: ...


class DenyByDefault(BasePermission):
    """A view that names no permission is open to nobody."""

    message = "This address is not open to anyone."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False


class CapabilityPermission(BasePermission):
    """Let through who has `capability`; the user row, and so the role, is read on every request."""

    capability = ""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        actor = cast(Actor, request.user)
        return bool(actor.is_authenticated) and actor.can(self.capability)


def requires(capability: str) -> type[CapabilityPermission]:
    """Return the permission class for one capability: `permission_classes = [requires(Capability.READ_RISK)]`."""
    name = f"Requires_{capability.replace('.', '_')}"
    return type(name, (CapabilityPermission,), {"capability": str(capability)})


class StrictSerializer(serializers.Serializer[Any]):
    """An input form that refuses fields it does not declare, by name: a typing error must not pass for a default."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            known = ", ".join(self.fields) or "no field"
            raise exceptions.ValidationError(
                {name: [f"This field is not known here; known: {known}."] for name in unknown}
            )
        return super().to_internal_value(data)


class RefusesInJson:
    """For a view that sends files: what it refuses is told in JSON, whatever kind of file was asked for."""

    request: Any

    def handle_exception(self, exc: Exception) -> Response:
        from rest_framework.renderers import JSONRenderer  # imports this module while it loads

        self.request.accepted_renderer, self.request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        refusal: Response = super().handle_exception(exc)  # type: ignore[misc]  # of the view that it is mixed into
        return refusal


class CappedCursorPagination(CursorPagination):
    """`{results, next, previous}`; `page_size` is refused, not bent, when it is not a number within the cap."""

    page_size = 100
    max_page_size = 500
    page_size_query_param = "page_size"
    ordering = "-id"

    def get_page_size(self, request: Request) -> int:
        asked = request.query_params.get("page_size")
        if asked is None:
            return self.page_size
        if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= self.max_page_size):
            sentence = f"page_size must be a whole number from 1 to {self.max_page_size}."
            raise exceptions.ValidationError({"page_size": [sentence]})
        return int(asked)

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.get_next_link(), "previous": self.get_previous_link()})

    def paginate_queryset(self, queryset: Any, request: Request, view: "APIView | None" = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, OverflowError) as problem:  # a cursor that decodes to something that is no position
            raise exceptions.ValidationError({"cursor": ["The cursor is not one of ours."]}) from problem


def error_body(code: str, sentence: str, **more: object) -> dict[str, object]:
    """Return the one error shape: `{code, detail, …}`."""
    return {"code": code, "detail": sentence, **more}


def error_response(problem: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raised into the one error shape; None lets an unforeseen error become a 500."""
    from rest_framework.views import exception_handler, set_rollback  # imports this module while it loads

    if isinstance(problem, errors.DomainError):
        set_rollback()
        return _domain_response(problem)
    if isinstance(problem, DATABASE_AWAY):
        return _unavailable("The database does not answer.")
    response = exception_handler(problem, context)
    if response is None:
        return None
    response.data = _body_of(problem, response)
    return response


def status_of(problem: errors.DomainError) -> HTTPStatus:
    """Return the HTTP status of a domain error; a plain `DomainError` is a conflict."""
    return next((status for kind, status in STATUS_OF_DOMAIN_ERROR if isinstance(problem, kind)), HTTPStatus.CONFLICT)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400 (413 for a body that is too large) in JSON below `/api/`, as a page elsewhere."""
    if isinstance(exception, RequestDataTooBig):
        body = error_body(TOO_LARGE, f"A request body may have {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes.")
        return JsonResponse(body, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if request.path.startswith("/api/"):
        return JsonResponse(error_body("bad_request", "The request is not valid."), status=HTTPStatus.BAD_REQUEST)
    return render(None, "400.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 in JSON below `/api/`, as a page elsewhere."""
    if request.path.startswith("/api/"):
        return JsonResponse(error_body("forbidden", "You may not do this."), status=HTTPStatus.FORBIDDEN)
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 in JSON below `/api/`, as a page elsewhere."""
    if request.path.startswith("/api/"):
        return JsonResponse(error_body("not_found", "There is nothing at this address."), status=HTTPStatus.NOT_FOUND)
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without touching the database or the template context."""
    if request.path.startswith("/api/"):
        body = error_body("server_error", "Something went wrong on our side.")
        return JsonResponse(body, status=HTTPStatus.INTERNAL_SERVER_ERROR)
    return render(None, "500.html", status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _domain_response(problem: errors.DomainError) -> Response:
    if isinstance(problem, errors.Unavailable):
        return _unavailable(problem.sentence, code=problem.code)
    headers: dict[str, str] = {}
    if isinstance(problem, errors.NotAuthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(problem, errors.TooMany):
        headers["Retry-After"] = str(problem.retry_after_seconds)
    body = error_body(problem.code, problem.sentence, **problem.more())
    return Response(body, status=status_of(problem), headers=headers)


def _unavailable(sentence: str, *, code: str = "unavailable") -> Response:
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
    return Response(error_body(code, sentence), status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def _body_of(problem: Exception, response: Response) -> dict[str, object]:
    if isinstance(problem, exceptions.ValidationError):
        fields = response.data if isinstance(response.data, dict) else {"non_field_errors": response.data}
        return error_body("invalid", _first_sentence(fields), fields=fields)
    detail = getattr(problem, "detail", None)
    code = getattr(detail, "code", None) or getattr(problem, "default_code", "not_found")
    if isinstance(detail, dict):  # simplejwt nests its own shape
        code, detail = detail.get("code", code), detail.get("detail", "")
    return error_body(str(code), force_str(detail) if detail else "There is no such object.")


def _first_sentence(fields: dict[str, Any]) -> str:
    name, problems = next(iter(fields.items()), ("request", ["The request is not valid."]))
    if isinstance(problems, dict):  # a form within the form: the path to its field stands before the sentence
        return f"{name}.{_first_sentence(problems)}"
    first = problems[0] if isinstance(problems, list) and problems else problems
    return f"{name}: {first}"
