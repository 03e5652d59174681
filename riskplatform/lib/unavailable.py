"""Pages while the database is away: 503 with Retry-After and the reason, never a page from memory."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.deprecation import MiddlewareMixin

from riskplatform.lib.api import DATABASE_AWAY, RETRY_AFTER_SECONDS


class DatabaseAwayMiddleware(MiddlewareMixin):
    """Answers for views outside the API, which has an error shape of its own."""

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if not isinstance(problem, DATABASE_AWAY):
            return None
        # Without the request: its context processors would ask the database who this is.
        page = render(None, "503.html", {"seconds": RETRY_AFTER_SECONDS}, status=HTTPStatus.SERVICE_UNAVAILABLE)
        page["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return page
