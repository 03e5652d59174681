"""The feed watch as a commit left it: from the open alerts, the newest records and the newest minutes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from alerts.models import Alert, Phase
from risk.frozen import MOST_MINUTES
from risk.models import LatestRisk, State
from risk.quant.calendar import MINUTE_US
from risk.quant.market import GRACE_US, MarketFold
from risk.storage import microseconds, moment
from streaming import services
from streaming.feed_watch import FROZEN, STALE, TICKS_CAME, FeedWatch, restore
from streaming.models import FoldCursor


def watch_facts(cursor: FoldCursor) -> dict[str, Any]:
    """Return what the watch of the cursor's run knew where the cursor stands now; all of it was committed with it."""
    assert cursor.run_id is not None
    run = cursor.run_id
    own = Alert.objects.filter(run=run, partition=cursor.partition).exclude(instrument=None).firing()
    feed = Alert.objects.filter(run=run, rule=STALE, instrument=None, partition=cursor.partition)
    last = feed.filter(phase=Phase.ENDED, end_reason=TICKS_CAME).order_by("-ended_at").first()
    stale = LatestRisk.objects.filter(run=run, state=State.STALE, instrument__partition=cursor.partition)
    return {
        "stale": sorted(stale.values_list("instrument_id", flat=True)),
        "missing": sorted(own.filter(rule=STALE).values_list("instrument_id", flat=True)),
        "standing": sorted(own.filter(rule=FROZEN).values_list("instrument_id", flat=True)),
        "is_mute": feed.firing().exists(),
        "returned_us": microseconds(last.ended_at) if last is not None and last.ended_at else 0,
    }


def stored_watch(cursor: FoldCursor, market: MarketFold, facts: Mapping[str, Any]) -> FeedWatch:
    """Return the watch of the cursor's run with its `facts` and the minutes that had closed there."""
    assert cursor.run_id is not None
    since = moment(cursor.instant) - timedelta(minutes=MOST_MINUTES + 3)
    bars = services.stored_bars(run=cursor.run_id, warm_up=False, since=since)
    stale = facts["stale"] if market.session_at(cursor.instant) else ()
    return restore(
        FeedWatch(market.universe.instruments, run=cursor.run_id),
        **{**facts, "stale": stale},
        bars=bars[bars["start"] + MINUTE_US + GRACE_US <= cursor.instant],
    )
