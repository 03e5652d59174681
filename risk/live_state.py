"""What the newest records say now: stored states go stale where nobody judges them any more.  Reads only."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.utils import timezone

from risk import config_services as configuration
from risk.freshness import state_now
from risk.messages import stamp
from risk.models import LatestRisk


@dataclass(frozen=True)
class Judged:
    """Until when a run has been judged, in wall clock."""

    source: str
    until: datetime


class FeedFacts(TypedDict):
    """The newest run that is judged, until when, and how many milliseconds ago that was; null before any."""

    run: int | None
    source: str | None
    judged_at: str | None
    behind_ms: int | None


JudgedRuns = Callable[[], Mapping[int, Judged]]


def _nobody_knows() -> Mapping[int, Judged]:
    return {}


_judged_runs: JudgedRuns = _nobody_knows


def register(look_up: JudgedRuns) -> None:
    """Let `look_up` say which runs are judged."""
    global _judged_runs
    _judged_runs = look_up


def mark_stale(rows: Iterable[LatestRisk]) -> FeedFacts:
    """Set the state of each row, in memory, to what it is now, and return how the feed stands."""
    stale_after, runs, now = configuration.in_force().config.stale_after_seconds, _judged_runs(), timezone.now()
    for row in rows:
        judged = runs[row.run].until if row.run in runs else None
        row.state = state_now(row.state, instant=row.instant, judged=judged, now=now, stale_after_seconds=stale_after)
    return _feed(runs, now)


def _feed(runs: Mapping[int, Judged], now: datetime) -> FeedFacts:
    if not runs:
        return FeedFacts(run=None, source=None, judged_at=None, behind_ms=None)
    newest = max(runs)
    judged = runs[newest]
    behind = max(0, round(1000 * (now - judged.until).total_seconds()))
    return FeedFacts(run=newest, source=judged.source, judged_at=stamp(judged.until), behind_ms=behind)
