"""The feed watch as a commit left it: from the open alerts, the newest records and the newest minutes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from alerts.models import Alert
from risk.alert_kinds import FROZEN, STALE
from risk.frozen import MOST_MINUTES
from risk.models import LatestRisk, State
from risk.quant.calendar import MINUTE_US
from risk.quant.market import GRACE_US, MarketFold
from risk.storage import moment
from streaming import services
from streaming.feed_watch import FeedWatch, restore
from streaming.models import FoldCursor


def watch_facts(cursor: FoldCursor) -> dict[str, Any]:
    """Return what the watch of the cursor's run knew where the cursor stands now; all of it was committed with it."""
    assert cursor.run is not None
    run = cursor.run.pk
    members = cursor.run.assigned.members.get(cursor.partition, ())
    own = Alert.objects.filter(run=run, partition=cursor.partition).exclude(instrument=None).firing()
    stale = LatestRisk.objects.filter(run=run, state=State.STALE, instrument__in=members)
    return {
        "stale": sorted(stale.values_list("instrument_id", flat=True)),
        "missing": sorted(own.filter(rule=STALE).values_list("instrument_id", flat=True)),
        "standing": sorted(own.filter(rule=FROZEN).values_list("instrument_id", flat=True)),
        **cursor.hearing,
    }


def stored_watch(cursor: FoldCursor, market: MarketFold, facts: Mapping[str, Any], *, speaks_for: int) -> FeedWatch:
    """Return the watch of the cursor's run with its `facts` and the minutes that had closed there."""
    assert cursor.run_id is not None
    since = moment(cursor.instant) - timedelta(minutes=MOST_MINUTES + 3)
    universe = market.universe
    bars = services.stored_bars(run=cursor.run_id, instruments=universe.instruments, warm_up=False, since=since)
    stale = facts["stale"] if market.session_at(cursor.instant) else ()
    return restore(
        FeedWatch(universe, run=cursor.run_id, speaks_for=speaks_for),
        **{**facts, "stale": stale},
        bars=bars[bars["start"] + MINUTE_US + GRACE_US <= cursor.instant],
    )
