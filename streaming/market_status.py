"""How the market stands: the exchanges' day, the market that the feed lives in, the feed, and the platform's parts."""

import time
from datetime import datetime
from typing import TypedDict

from django.db.models import Max
from django.utils import timezone

from risk.messages import rfc3339, stamp
from risk.models import LatestRisk
from riskplatform.lib.health import components
from streaming.exchange_facts import EXCHANGES, SECOND_US, DayFacts, ExchangeFacts, day_facts, exchange_facts
from streaming.models import FeedRun, Heartbeat
from streaming.socket_facts import HeartbeatFacts, SessionFacts, facts_of
from streaming.status import PipelineStatus, pipeline_status


class MarketFacts(TypedDict):
    """The market that the feed lives in; `clock` says whose time: of the wall, or of the log.

    `day` is the exchange's day at that time, null in the simulated market, whose sessions follow one another.
    """

    source: str | None
    clock: str
    now: str | None
    session: SessionFacts
    seconds_to_next: int | None
    day: DayFacts | None


class ProviderFacts(TypedDict):
    """What the feed said of its ticks when it last reported; counts are of the run.

    The age of the last tick counts to now, in a replay to the newest log time; null where nothing was scored yet.
    """

    run: int
    reported_at: str
    reported_seconds_ago: float
    ticks_read: int
    ticks_accepted: int
    ticks_per_second: float | None
    refused: dict[str, int]
    gaps: int
    last_tick_at: str | None
    last_tick_age_seconds: float | None


class WorkersFacts(TypedDict):
    """Since when worker and beat have not reported, null where never; and what was committed last."""

    worker_silent_seconds: float | None
    beat_silent_seconds: float | None
    silent: list[str]
    committed_at: str | None
    records_written: int


class ComponentFacts(TypedDict):
    name: str
    status: str
    detail: str


class StatusFacts(TypedDict):
    server_time: str
    exchanges: list[ExchangeFacts]
    market: MarketFacts
    feed: HeartbeatFacts
    provider: ProviderFacts | None
    workers: WorkersFacts
    components: list[ComponentFacts]


def market_status() -> StatusFacts:
    """Return how the market stands now."""
    now_us, status = time.time_ns() // 1000, pipeline_status()
    feed = facts_of(status)
    return StatusFacts(
        server_time=rfc3339(now_us),
        exchanges=[exchange_facts(exchange, now_us) for exchange in EXCHANGES],
        market=market_facts(status, feed["session"], now_us),
        feed=feed,
        provider=provider_facts(status),
        workers=workers_facts(status),
        components=[
            ComponentFacts(name=name, status=probe.status, detail=probe.detail) for name, probe in components().items()
        ],
    )


def market_facts(status: PipelineStatus, session: SessionFacts, now_us: int) -> MarketFacts:
    """Return the market that the feed lives in: a replay's time is that of the log."""
    is_replay = status.source == "replay"
    at = status.log_time if is_replay else now_us
    until = session["until"]
    return MarketFacts(
        source=status.source,
        clock="log" if is_replay else "wall",
        now=None if at is None else rfc3339(at),
        session=session,
        seconds_to_next=None if until is None or at is None else int(_seconds(until) - at / SECOND_US),
        day=day_facts("NSE", at) if at is not None and status.source in {"replay", "live"} else None,
    )


def provider_facts(status: PipelineStatus) -> ProviderFacts | None:
    """Return what the feed of the newest run last said; None before it said anything."""
    beat, run = Heartbeat.objects.filter(name="feed").first(), FeedRun.objects.first()
    detail = beat.detail if beat else {}
    if beat is None or run is None or detail.get("run") != run.pk:
        return None
    last: datetime | None = LatestRisk.objects.filter(run=run.pk).aggregate(last=Max("tick_time"))["last"]
    return ProviderFacts(
        run=run.pk,
        reported_at=stamp(beat.beat_at),
        reported_seconds_ago=round((timezone.now() - beat.beat_at).total_seconds(), 1),
        ticks_read=detail["read"],
        ticks_accepted=detail["accepted"],
        ticks_per_second=detail.get("ticks_per_second"),
        refused=detail.get("refused", {}),
        gaps=detail.get("gaps", 0),
        last_tick_at=None if last is None else stamp(last),
        last_tick_age_seconds=None if last is None else _age(last, status),
    )


def workers_facts(status: PipelineStatus) -> WorkersFacts:
    """Return how worker and beat stand."""
    return WorkersFacts(
        worker_silent_seconds=_rounded(status.worker_silent_seconds),
        beat_silent_seconds=_rounded(status.beat_silent_seconds),
        silent=status.silent_processes,
        committed_at=stamp(status.committed_at) if status.committed_at else None,
        records_written=status.records_written,
    )


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def _age(last: datetime, status: PipelineStatus) -> float | None:
    if status.source != "replay":
        return round((timezone.now() - last).total_seconds(), 1)
    return None if status.log_time is None else round(status.log_time / SECOND_US - last.timestamp(), 1)


def _seconds(instant: str) -> float:
    return datetime.fromisoformat(instant).timestamp()
