"""One log line per request, with its id, and no query, body or header: those may hold what nobody should read."""

from contextlib import suppress
from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_finished_metadata, update_failure_response

from riskplatform.lib.api import DATABASE_AWAY

HEADER = "X-Request-ID"
PROBES = frozenset({"/health", "/livez", "/readyz"})


class RequestLogMiddleware(RequestMiddleware):
    """Gives each request an id, which stands in every log line and audit entry of it and in the answer's header."""

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Log how the request ended; a probe that asks every second is not worth a line, its answer says it all."""
        if request.path.rstrip("/") not in PROBES:
            super().handle_response(request, response)
            return
        tell_request_id(response)
        structlog.contextvars.clear_contextvars()

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """Note who asked; while the database is away nobody knows, and the answer, which says so, must not be lost."""
        with suppress(*DATABASE_AWAY):
            RequestMiddleware.bind_user_id(request)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path[:200]}"


@receiver([bind_extra_request_finished_metadata, update_failure_response], dispatch_uid="request_id_header")
def tell_request_id(response: HttpResponseBase, **_: Any) -> None:
    """Put the request's id where the person who asked finds it."""
    response[HEADER] = structlog.contextvars.get_contextvars().get("request_id", "")
