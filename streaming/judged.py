"""Until when the pipeline has judged its runs.  Reads only."""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from risk.live_state import Judged
from risk.storage import moment
from streaming.models import FoldCursor


def judged_until(cursor: FoldCursor) -> datetime | None:
    """Return until when the cursor's run has been judged, in wall clock; None before its first entry.

    Log time is wall clock, but for a replay: there it is the last commit that counts, and once the file has ended its
    recorded time stands still, so that its values are always as of now.
    """
    if cursor.run is None or not cursor.log_time:
        return None
    if cursor.run.source != "replay":
        return moment(cursor.log_time)
    return cursor.updated_at if cursor.run.ended_at is None else timezone.now()


def judged_runs() -> Mapping[int, Judged]:
    """Return it for every run that a partition stands in; the earliest where several stand in one."""
    found: dict[int, Judged] = {}
    for cursor in FoldCursor.objects.select_related("run").defer("state"):
        until = judged_until(cursor)
        if until is None or cursor.run is None:
            continue
        known = found.get(cursor.run.pk)
        if known is None or until < known.until:
            found[cursor.run.pk] = Judged(cursor.run.source, until)
    return found
