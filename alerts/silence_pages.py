"""Silences on the alerts' page: made and ended there, with JavaScript or without."""

from datetime import timedelta
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from rest_framework import serializers

from accounts.capabilities import Capability
from accounts.models import User
from alerts import silence_services
from alerts.page_facts import clock
from alerts.page_words import refusal
from alerts.silence_forms import SilenceForm
from alerts.silence_models import Silence
from alerts.silence_services import NewSilence
from riskplatform.lib.errors import DomainError

HOURS = (1, 2, 4, 8, 24, 72, 168)


@require_POST
def make_silence(request: HttpRequest) -> HttpResponse:
    """Make a silence of what was posted, and say how that went on the list."""
    user = _handler(request)
    try:
        form = SilenceForm(data=_asked(request.POST))
        form.is_valid(raise_exception=True)
        silence = silence_services.create(NewSilence(**form.validated_data), by=user)
    except serializers.ValidationError as problem:
        messages.error(request, refusal(problem))
    except DomainError as problem:
        messages.error(request, problem.sentence)
    else:
        messages.success(request, f"Silenced until {clock(silence.ends_at)}.")
    return redirect("alerts", permanent=False)


@require_POST
def end_silence(request: HttpRequest, pk: str) -> HttpResponse:
    """End a silence, and say on the list whether somebody was faster."""
    user = _handler(request)
    try:
        silence_services.end(int(pk), by=user)
    except DomainError as problem:
        messages.error(request, problem.sentence)
    else:
        messages.success(request, f"Silence {pk} is over; what it withheld is told.")
    return redirect("alerts", permanent=False)


def shown(silence: Silence) -> dict[str, Any]:
    """Return what the page says of a silence."""
    return {"silence": silence, "what": silence.named or "All alerts", "ends": clock(silence.ends_at)}


def _handler(request: HttpRequest) -> User:
    user = cast(User, request.user)
    if not user.can(Capability.HANDLE_ALERTS):
        raise PermissionDenied
    return user


def _asked(posted: QueryDict) -> dict[str, Any]:
    """Return the form as the API takes it: the page asks for hours, and for symbols in one line."""
    hours = posted.get("hours", "")
    length = timedelta(hours=int(hours)) if hours in {str(one) for one in HOURS} else timedelta(0)
    return {
        "symbols": [name.upper() for name in posted.get("symbols", "").replace(",", " ").split()],
        "rules": [rule for rule in posted.getlist("rules") if rule],
        "max_severity": posted.get("max_severity", ""),
        "reason": posted.get("reason", ""),
        "ends_at": timezone.now() + length,
    }
