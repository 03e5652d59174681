"""The operators' board: how every part of the platform stands, asked while the page is made."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.capabilities import Capability
from accounts.models import User
from risk import config_services
from risk.config_models import ConfigVersion
from streaming import board, board_feed, board_upkeep
from streaming.models import FeedRun
from streaming.pages import BADGES

REFRESH_SECONDS = 10


@never_cache
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Show the board; it comes again with each heartbeat, or every few seconds without JavaScript."""
    if not cast(User, request.user).can(Capability.READ_OPERATIONS):
        raise PermissionDenied
    run = FeedRun.objects.first()
    newest = ConfigVersion.objects.first()
    adoptions = list(config_services.adopted_by_partition())
    lines = [*board.processes(run), *board.stores()]
    context = {
        "now": timezone.now(),
        "refresh_seconds": REFRESH_SECONDS,
        "badge": BADGES.get(run.source, "NO DATA") if run else "NO DATA",
        "lines": lines,
        "bad": [line.name for line in lines if line.state in {"lost", "unknown"}],
        "feed": board_feed.feed(run) if run else None,
        "partitions": board_feed.partitions(run, adoptions),
        "cards": [
            ("Queues", board_upkeep.queues()),
            ("Outbox", board_upkeep.outbox()),
            ("Configuration", board_upkeep.configuration(newest, adoptions)),
            ("Disk and retention", board_upkeep.disk(newest.config if newest else None)),
            ("Audit chain", board_upkeep.audit_chain()),
        ],
    }
    return render(request, "status.html", context)
