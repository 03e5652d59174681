"""The audit log to browse: a filtered list, an entry with what it changed, and whether a part of the chain holds."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit import changes
from audit.filters import LONGEST_ID, AuditFilter
from audit.models import AuditEntry
from audit.range_verification import MOST_ENTRIES, RangeVerification, verify_range
from audit.verification import standing
from riskplatform.lib.api import Actor

ROWS: Final = 50
VERIFIED_UNASKED: Final = 1_000
READ_AUDIT: Final = "audit.read"  # a capability of `accounts`, which stands above this app
FIELDS: Final = ("actor", "action", "object_type", "object_id")
MOMENTS: Final = ("from", "to")
INDIAN: Final = "+05:30"  # a form's clock has no offset; people here read and write Indian time
Page = Callable[..., HttpResponse]


def for_auditors(page: Page) -> Page:
    """Let through who may read the audit log."""

    @wraps(page)
    def guarded(request: HttpRequest, **options: str) -> HttpResponse:
        if not cast(Actor, request.user).can(READ_AUDIT):
            raise PermissionDenied
        return page(request, **options)

    return guarded


@never_cache
@require_safe
@for_auditors
def log(request: HttpRequest) -> HttpResponse:
    """Show entries newest first; `?before=` goes on from a number."""
    asked = _asked(request.GET)
    found = AuditFilter(asked, queryset=AuditEntry.objects.order_by("-sequence"))
    problems = _problems(found)
    before = _number(request.GET.get("before", ""))
    rows = [] if problems else _page(found.qs, before)
    context = {
        "rows": [(entry, changes.changes_in(entry.detail), changes.facts_in(entry.detail)) for entry in rows[:ROWS]],
        "asked": {name: request.GET.get(name, "") for name in (*FIELDS, *MOMENTS)},
        "problems": problems,
        "is_filtered": bool(asked),
        "filters": urlencode(asked),
        "typed": urlencode({name: value for name, value in request.GET.items() if name in (*FIELDS, *MOMENTS)}),
        "older": rows[ROWS - 1].sequence if len(rows) > ROWS else None,
        "is_first_page": before is None,
    }
    return render(request, "audit/log.html", context, status=HTTPStatus.BAD_REQUEST if problems else HTTPStatus.OK)


@never_cache
@require_safe
@for_auditors
def entry(request: HttpRequest, sequence: str) -> HttpResponse:
    """Show one entry, what it changed, and whether it fits into the chain."""
    found = AuditEntry.objects.filter(sequence=int(sequence)).first()
    if found is None:
        raise Http404
    context = {
        "entry": found,
        "changes": changes.changes_in(found.detail),
        "facts": changes.facts_in(found.detail),
        "result": verify_range(found.sequence, found.sequence),
        "newest": standing().newest,
    }
    return render(request, "audit/entry.html", context)


@never_cache
@require_safe
@for_auditors
def verify(request: HttpRequest) -> HttpResponse:
    """Verify a range of the chain, the newest thousand entries where none is asked for."""
    newest = standing().newest
    last = _number(request.GET.get("last", "")) or newest
    first = _number(request.GET.get("first", "")) or max(1, last - VERIFIED_UNASKED + 1)
    problem = _range_problem(request.GET, first=first, last=last, newest=newest)
    result: RangeVerification | None = None if problem or not newest else verify_range(first, last)
    context = {"first": first, "last": last, "newest": newest, "most": MOST_ENTRIES, "problem": problem,
               "result": result}  # fmt: skip
    return render(request, "audit/verify.html", context, status=HTTPStatus.BAD_REQUEST if problem else HTTPStatus.OK)


def _page(entries: Any, before: int | None) -> list[AuditEntry]:
    """Return one row more than a page has, so that it is known whether there are older ones."""
    found: list[AuditEntry] = list((entries if before is None else entries.filter(sequence__lt=before))[: ROWS + 1])
    return found


def _asked(typed: QueryDict) -> dict[str, str]:
    """Return the filters as the API takes them: without empty fields, and moments with their offset."""
    texts = {name: str(typed.get(name, "")).strip() for name in (*FIELDS, *MOMENTS)}
    asked = {name: text for name, text in texts.items() if text}
    return asked | {name: _with_offset(asked[name]) for name in MOMENTS if name in asked}


def _with_offset(moment: str) -> str:
    is_plain = len(moment) in (16, 19) and moment[10:11] == "T"  # what a browser's field for date and time sends
    return f"{moment}{':00' if len(moment) == 16 else ''}{INDIAN}" if is_plain else moment


def _problems(found: AuditFilter) -> dict[str, list[str]]:
    if broken := [name for name, value in found.data.items() if "\0" in value]:
        return {name: ["A NUL character has no place here."] for name in broken}
    return {} if found.form.is_valid() else {name: list(map(str, said)) for name, said in found.form.errors.items()}


def _range_problem(typed: QueryDict, *, first: int, last: int, newest: int) -> str:
    for name in ("first", "last"):
        if typed.get(name, "") and not _number(str(typed[name])):
            return f"{name.capitalize()} must be the number of an entry, was {typed[name]!r}."
    if newest and not 1 <= first <= last <= newest:
        return f"The range must lie within 1 and {newest}, was {first} to {last}."
    if last - first >= MOST_ENTRIES:
        return f"At most {MOST_ENTRIES:,} entries are verified here; `manage.py verify_audit` walks the whole chain."
    return ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None
