"""Cursors that say until when a run has been judged, for tests."""

from datetime import datetime

from django.utils import timezone

from risk.storage import microseconds
from streaming.models import FeedRun, FoldCursor


def judge(run: FeedRun, *, until: datetime | None = None) -> FoldCursor:
    """Store that the run has been judged up to a log time; without one, up to now."""
    log_time = microseconds(until or timezone.now())
    return FoldCursor.objects.create(partition=0, run=run, log_time=log_time)
