"""The alerts' pages: a list, and one alert where a signed-in analyst takes care of it, with JavaScript or without."""

from http import HTTPStatus
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework import serializers

from accounts.capabilities import Capability
from accounts.models import User
from alerts import page_facts
from alerts.act_services import AlertMissing
from alerts.models import Alert, Classification, Status
from alerts.notification_models import ALERT_LEVELS
from alerts.page_words import refusal
from alerts.silence_models import Silence
from alerts.silence_pages import HOURS, shown
from alerts.verbs import VERBS
from riskplatform.lib.errors import Conflict, DomainError

ROWS = 50


@never_cache
@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for somebody, newest first, or with `?show=all` everything; `?before=` goes on from an id."""
    shows_all, before = request.GET.get("show") == "all", request.GET.get("before", "")
    rows = Alert.objects.select_related("instrument").order_by("-id")
    if not shows_all:
        rows = rows.waiting()
    if before.isascii() and before.isdigit() and len(before) <= 18:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: ROWS + 1])
    context = {
        "app_name": settings.APP_NAME,
        "rows": [page_facts.row(alert) for alert in page[:ROWS]],
        "shows_all": shows_all,
        **_silences(cast(User, request.user)),
        "older": page[ROWS - 1].pk if len(page) > ROWS else None,
    }
    return render(request, "alerts/list.html", context)


def _silences(user: User) -> dict[str, object]:
    """Return the silences that hold, the next to end first, and what making one takes."""
    levels = ALERT_LEVELS if user.can(Capability.CONFIGURE) else ALERT_LEVELS[:-1]
    return {
        "silences": [shown(one) for one in Silence.objects.active(at=timezone.now()).order_by("ends_at")],
        "may_act": user.can(Capability.HANDLE_ALERTS),
        "hours": HOURS,
        "levels": [level for level, _ in levels],
        "rules": Alert.Rule.choices,
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def alert_page(request: HttpRequest, pk: str) -> HttpResponse:
    """Show an alert; a POST does what its button says and comes back here."""
    if request.method != "POST":
        return _page(request, int(pk))
    user = cast(User, request.user)
    if not user.can(Capability.HANDLE_ALERTS):
        raise PermissionDenied
    try:
        done = _act(int(pk), user, request.POST)
    except AlertMissing as problem:
        raise Http404 from problem
    except Conflict as problem:
        return _page(request, int(pk), problem=f"{problem.sentence} This is how it stands now.", status=409)
    except DomainError as problem:
        return _page(request, int(pk), problem=problem.sentence, status=400)
    except serializers.ValidationError as problem:
        return _page(request, int(pk), problem=refusal(problem), status=400)
    messages.success(request, done)
    return redirect(request.path, permanent=False)


def _act(pk: int, by: User, posted: QueryDict) -> str:
    """Do what was posted and say what was done.  Raises DomainError and ValidationError."""
    verb = posted.get("verb", "")
    if verb not in VERBS:
        raise serializers.ValidationError({"verb": [f"must be one of {', '.join(VERBS)}, was {verb!r}"]})
    fields = map(str, VERBS[verb].form().fields)
    asked: dict[str, str | None] = {name: posted.get(name) for name in fields if name in posted}
    if asked.get("assignee") == "":
        asked["assignee"] = None
    VERBS[verb].carry_out(pk, by, asked)
    return VERBS[verb].done


def _page(request: HttpRequest, pk: int, *, problem: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    alert = Alert.objects.select_related("instrument").filter(pk=pk).first()
    if alert is None:
        raise Http404
    user = cast(User, request.user)
    context = {
        "app_name": settings.APP_NAME,
        "alert": alert,
        "facts": page_facts.facts(alert),
        "records": page_facts.records(alert),
        "lines": page_facts.lines(alert),
        "may_act": user.can(Capability.HANDLE_ALERTS),
        "is_resolved": alert.status == Status.RESOLVED,
        "is_open": alert.status == Status.OPEN,
        "muted": page_facts.muted(alert),
        "snoozed_until": page_facts.clock(alert.snoozed_until),
        "is_snoozed": alert.snoozed_until is not None and alert.status != Status.RESOLVED,
        "classifications": Classification.choices,
        "colleagues": page_facts.colleagues() if user.can(Capability.HANDLE_ALERTS) else [],
        "problem": problem,
    }
    return render(request, "alerts/alert.html", context, status=status)
