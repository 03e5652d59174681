"""What sockets and the live page are told of the database: newest records, the feed, whose sockets may stay open."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from django.db import DatabaseError

from accounts.doors import Door
from accounts.doors import still_open as doors_still_open
from accounts.models import User
from risk.messages import RiskUpdate, rfc3339, stamp
from risk.models import LatestRisk
from risk.quant.calendar import NotCovered, clock_for
from risk.serializers import ScoreSerializer
from streaming.models import FeedRun
from streaming.status import PipelineStatus, pipeline_status


class IdentitiesUnreadable(Exception):
    """The database did not say who is still active; nobody is thrown out for that."""


class SessionFacts(TypedDict):
    """`until` is when the open session closes, or else when the next one opens."""

    phase: str
    until: str | None


class HeartbeatFacts(TypedDict):
    """`judged_at` is until when the pipeline has judged the run `run`, in wall clock: since then, if it has stopped."""

    server_time: str
    feed_state: str
    source: str | None
    run: int | None
    judged_at: str | None
    pipeline_lag_ms: int | None
    log_time: str | None
    session: SessionFacts


@dataclass(frozen=True)
class Identity:
    """What must stay true for a socket to stay open: the user as they were, and the door they came in by.

    A change of password, role or activity ends it, and so does signing out of that session or API sign-in.
    """

    user_id: int
    password: str
    role: str
    token_version: int
    door: Door

    @classmethod
    def of(cls, user: User, door: Door) -> "Identity":
        return cls(user.pk, user.password, user.role, user.token_version, door)


def latest_records() -> list[RiskUpdate]:
    """Return the newest stored record of every active instrument, as messages."""
    rows = list(LatestRisk.objects.filter(instrument__is_active=True).select_related("instrument"))
    context = {"sources": sources_of_runs({row.run for row in rows})}
    return [ScoreSerializer(row, context=context).data for row in rows]


def sources_of_runs(runs: Iterable[int]) -> Mapping[int, str]:
    """Return the feed source of each run."""
    return dict(FeedRun.objects.filter(pk__in=list(runs)).values_list("pk", "source"))


def still_valid(identities: Collection[Identity]) -> set[Identity]:
    """Return those whose user is active and unchanged and whose door is open.  Raises IdentitiesUnreadable."""
    ids = {identity.user_id for identity in identities}
    try:
        users = User.objects.filter(pk__in=ids, is_active=True).only("password", "role", "token_version").in_bulk()
        doors = doors_still_open({identity.door for identity in identities})
    except DatabaseError as problem:
        raise IdentitiesUnreadable from problem
    return {
        identity
        for identity in identities
        if identity.door in doors
        and identity.user_id in users
        and Identity.of(users[identity.user_id], identity.door) == identity
    }


def heartbeat_facts(last: HeartbeatFacts | None = None) -> HeartbeatFacts:
    """Return how the feed stands now; without a database it is `frozen` at what was known last."""
    try:
        return facts_of(pipeline_status())
    except DatabaseError:
        return frozen(last)


def facts_of(status: PipelineStatus) -> HeartbeatFacts:
    """Return what a heartbeat says of this status."""
    now_us = time.time_ns() // 1000
    lag, log_time, source = status.lag_seconds, status.log_time, status.source
    return HeartbeatFacts(
        server_time=rfc3339(now_us),
        feed_state=status.feed_state,
        source=source,
        run=status.run,
        judged_at=stamp(status.judged_at) if status.judged_at else None,
        pipeline_lag_ms=None if lag is None else round(1000 * lag),
        log_time=rfc3339(log_time) if log_time else None,
        session=session_facts(source, (log_time or now_us) if source == "replay" else now_us),
    )


def frozen(last: HeartbeatFacts | None) -> HeartbeatFacts:
    """Return what is left to say while the database is away: the state, and the last instant that was known."""
    if last is None:
        unknown = SessionFacts(phase="unknown", until=None)
        now = rfc3339(time.time_ns() // 1000)
        return HeartbeatFacts(
            server_time=now,
            feed_state="frozen",
            source=None,
            run=None,
            judged_at=None,
            pipeline_lag_ms=None,
            log_time=None,
            session=unknown,
        )
    return {**last, "feed_state": "frozen", "pipeline_lag_ms": None}


def at_this_moment(facts: HeartbeatFacts) -> HeartbeatFacts:
    """Return facts that were read a little earlier with the server's time of now."""
    return {**facts, "server_time": rfc3339(time.time_ns() // 1000)}


def session_facts(source: str | None, instant_us: int) -> SessionFacts:
    """Return the phase of the market that the feed lives in, and when it ends."""
    if source not in {"simulated", "replay", "live"}:
        return SessionFacts(phase="unknown", until=None)
    clock = clock_for(source)
    try:
        session = clock.session_at(instant_us)
        following = None if session else clock.next_session(instant_us)
        phase = clock.phase_at(instant_us)
    except NotCovered:
        return SessionFacts(phase="not_covered", until=None)
    until = session.close_us if session else following.open_us if following else None
    return SessionFacts(phase=phase, until=rfc3339(until) if until else None)
