"""What the newest records say now: stored states go stale as time passes.  Reads only."""

from collections.abc import Iterable, Mapping

from django.db.models import Max
from django.utils import timezone

from risk import config_services as configuration
from risk.freshness import feed_clock, state_now
from risk.models import LatestRisk


def mark_stale(rows: Iterable[LatestRisk], sources: Mapping[int, str]) -> None:
    """Set the state of each row, in memory, to what it is now; in a replay ages count against its newest instant."""
    listed, wall = list(rows), timezone.now()
    stale_after = configuration.in_force().config.stale_after_seconds
    # Not the newest of `rows`: a filter may have left only the oldest.
    newest = dict(LatestRisk.objects.values_list("run").annotate(newest=Max("instant")))
    for row in listed:
        row.state = state_now(
            row.state,
            tick_time=row.tick_time,
            now=feed_clock(sources.get(row.run, ""), wall=wall, instants=[newest[row.run]]),
            stale_after_seconds=stale_after,
        )
