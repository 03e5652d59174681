"""The feed watch as the last commit left it: from the open alerts, the newest records and the newest minutes."""

from datetime import timedelta

from alerts.models import Alert, Phase
from risk.frozen import MOST_MINUTES
from risk.models import LatestRisk, State
from risk.quant.market import MarketFold
from risk.storage import moment
from streaming import services
from streaming.feed_watch import FROZEN, STALE, TICKS_CAME, FeedWatch, restore
from streaming.models import FoldCursor


def stored_watch(cursor: FoldCursor, market: MarketFold) -> FeedWatch:
    """Return the watch of the cursor's run where the cursor stands; all it reads was committed with the cursor."""
    assert cursor.run_id is not None
    run = cursor.run_id
    own = Alert.objects.filter(run=run, instrument__partition=cursor.partition).firing()
    feed = Alert.objects.filter(run=run, rule=STALE, instrument=None, partition=cursor.partition)
    last = feed.filter(phase=Phase.ENDED, end_reason=TICKS_CAME).order_by("-ended_at").first()
    stale = LatestRisk.objects.filter(run=run, state=State.STALE)
    since = moment(cursor.instant) - timedelta(minutes=MOST_MINUTES + 3)
    return restore(
        FeedWatch(market.universe.instruments, run=run),
        stale=stale.values_list("instrument_id", flat=True) if market.session_at(cursor.instant) else (),
        missing=own.filter(rule=STALE).values_list("instrument_id", flat=True),
        standing=own.filter(rule=FROZEN).values_list("instrument_id", flat=True),
        is_mute=feed.firing().exists(),
        returned_us=round(last.ended_at.timestamp() * 1e6) if last is not None and last.ended_at else 0,
        bars=services.stored_bars(run=run, warm_up=False, since=since),
    )
