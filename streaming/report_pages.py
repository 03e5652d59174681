"""The printable risk report: choose a run and a day, get a page for paper."""

from datetime import date
from http import HTTPStatus
from typing import Final, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.capabilities import Capability
from accounts.models import User
from risk.models import Severity
from riskplatform.lib.errors import Invalid, Missing
from streaming import report, report_services
from streaming.models import FeedRun
from streaming.pages import BADGES

LONGEST_ID: Final = 18
WARNINGS: Final = {
    FeedRun.Source.SIMULATED.value: "Simulated: these prices were made by the simulator. No market had them.",
    FeedRun.Source.REPLAY.value: "Replay: recorded prices of the past, scored again. Not the market of today.",
}


class NoSuchReport(Invalid):
    code = "report_not_understood"


@never_cache
@require_GET  # a HEAD would be audited as a report that nobody got
def risk_report(request: HttpRequest) -> HttpResponse:
    """Offer runs and days; with `run` and `day` show that report, which is audited as an export."""
    user = cast(User, request.user)
    if not (user.can(Capability.READ_RISK) and user.can(Capability.READ_ALERTS)):
        raise PermissionDenied
    if "day" not in request.GET:
        return _choose(request)
    try:
        run, day = _asked(request)
        made = report.report(run, day)
    except NoSuchReport as problem:
        return _choose(request, problem=problem.sentence, status=HTTPStatus.BAD_REQUEST)
    except Missing as problem:
        return _choose(request, problem=problem.sentence, status=HTTPStatus.NOT_FOUND)
    report_services.record_report(run, day=day, by=user)
    context = {
        "report": made,
        "badge": BADGES.get(run.source, "NO DATA"),
        "warning": WARNINGS.get(run.source, ""),
        "made_at": timezone.now(),
        "severities": list(reversed(Severity.values)),
    }
    return render(request, "report/report.html", context)


def _choose(request: HttpRequest, *, problem: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    known = report.known_runs()
    context = {
        "known": known,
        "run": request.GET.get("run") or (str(known[0].run.pk) if known else ""),
        "day": request.GET.get("day") or (known[0].last.isoformat() if known else ""),
        "problem": problem,
    }
    return render(request, "report/choose.html", context, status=status)


def _asked(request: HttpRequest) -> tuple[FeedRun, date]:
    """Return the run and day that are asked for.  Raises NoSuchReport and Missing."""
    number, text = request.GET.get("run", ""), request.GET["day"]
    day = _date(text)
    if day is None:
        raise NoSuchReport(f"Day must be a date such as 2026-01-30, was {text!r}.")
    if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_ID):
        raise NoSuchReport(f"Run must be the number of a run, was {number!r}.")
    run = FeedRun.objects.filter(pk=int(number)).first()
    if run is None:
        raise Missing(f"There is no run {number}.")
    return run, day


def _date(text: str) -> date | None:
    try:
        day = parse_date(text) if text.isascii() else None
    except ValueError:
        return None
    # The first and the last day of the calendar have no instants around them in every zone.
    return day if day is not None and 1 < day.year < 9999 else None
