"""Notes which browser uses which session: at sign-in, and then at most once a minute and process."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts import client_address, session_services
from accounts.models import User

NOTED_EVERY: Final = timedelta(minutes=1)
MOST_REMEMBERED: Final = 10_000
_noted: dict[str, datetime] = {}


class SessionTrackingMiddleware:
    """Only what has asked for its session is looked at: a request with a token costs nothing here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # After a failure the database is not asked again: whatever went wrong has its answer.
        if response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR and _is_by_session(request):
            _note(request, cast(User, request.user))
        return response


def note_sign_in(sender: object, request: HttpRequest | None, user: User, **_: Any) -> None:
    """Note a new session.  The API's sign-ins send the same signal without beginning one."""
    if request is not None and hasattr(request, "session") and session_services.belongs_to(request.session, user):
        _note(request, user)


def _is_by_session(request: HttpRequest) -> bool:
    return request.session.accessed and request.user.is_authenticated


def _note(request: HttpRequest, user: User) -> None:
    key, now = request.session.session_key, timezone.now()
    if key is None or now - _noted.get(key, now - NOTED_EVERY) < NOTED_EVERY:
        return
    if len(_noted) >= MOST_REMEMBERED:
        _noted.clear()  # whoever is still there is noted again, one write each
    _noted[key] = now
    session_services.note_use(
        user, key=key, user_agent=request.headers.get("User-Agent", ""), address=client_address.of(request)
    )
