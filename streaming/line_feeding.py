"""The live feed: JSON lines of a provider's own program, carried into the tick log run after run."""

import threading
from collections.abc import Callable

import structlog
from redis import RedisError

from risk.quant.calendar import NotCovered
from risk.services import delisted_symbols, exchange_clock
from riskplatform.lib.errors import DomainError
from streaming.feed_ownership import FeedOwnership
from streaming.feed_pace import WallPace, wall_clock_us
from streaming.feed_process import Beginning, instrument_ids, run_feed
from streaming.feed_progress import Progress
from streaming.feed_runner import EndReason
from streaming.feeds.exchange_days import ExchangeDays
from streaming.feeds.json_lines import JsonLinesFeed
from streaming.feeds.json_ticks import TickReader
from streaming.feeds.line_sources import DescriptorLines
from streaming.models import FeedRun

logger = structlog.get_logger(__name__)


class DayUnknown(DomainError):
    """Live ticks cannot be judged on a day that the exchange's calendar does not know."""

    code = "day_unknown"


def feed_lines(
    source: DescriptorLines,
    *,
    ownership: FeedOwnership,
    stop: threading.Event,
    heartbeat: Callable[[FeedRun, Progress], None] = lambda run, progress: None,
    clock: Callable[[], int] = wall_clock_us,
) -> EndReason:
    """Run the lines of `source` as one live run and give the log back.

    Raises SecondWriter, SourceMissing when it can no longer be read, and DayUnknown.
    """
    days = ExchangeDays(exchange_clock())
    begin = clock()
    try:
        beginning = Beginning(
            source=FeedRun.Source.LIVE,
            description=f"JSON lines from {source.name}",
            session=days.at(begin).session.key,
            begin_at=begin,
        )
        reader = TickReader(instrument_ids(), delisted_symbols())
        feed = JsonLinesFeed(source, reader, days.at)
        done = run_feed(
            feed, beginning=beginning, pace=WallPace(clock), ownership=ownership, stop=stop, heartbeat=heartbeat
        )
    except NotCovered as problem:
        raise DayUnknown(str(problem)) from problem
    finally:
        _release(ownership)
    return done.reason


def _release(ownership: FeedOwnership) -> None:
    try:
        ownership.release()
    except RedisError:
        logger.info("ownership expires by itself")
