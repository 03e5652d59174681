"""The only writer of which tick log is the platform's, and what stops scoring when the log is another one.

A log is known by its epoch, a name of its own, and by the entry at each cursor.  What a crashed server lost and the
feed appends again is the same log.  One that was emptied, restored from an earlier copy, or is another server's is not:
its entries would be folded onto a state that they do not follow.
"""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from alerts import services as alerts
from alerts.conditions import Change
from audit import services as audit
from risk import config_services as configuration
from riskplatform.lib.errors import Conflict
from streaming.log_evidence import Anchor, Identity, Standing, judge
from streaming.models import FeedRun, FoldCheckpoint, FoldCursor, LogIdentity
from streaming.tick_entries import parse_id
from streaming.tick_log import LogReplaced, TickLog

logger = structlog.get_logger(__name__)
LOG_REPLACED, LOG_ACCEPTED = "log_replaced", "log_accepted"
_ONE: Final = 1
_NO_RUN: Final = 0


class NothingToAccept(Conflict):
    """The log is the one that was folded, and scoring has not stopped."""

    code = "nothing_to_accept"


class LogHasEntries(Conflict):
    """Accepting this log would drop what it holds."""

    code = "log_has_entries"


@dataclass(frozen=True)
class Accepted:
    """What accepting did: whether a new log was begun, and how many entries of the other one were dropped."""

    is_new: bool
    dropped: int


def identity_of(log: TickLog) -> Identity:
    """Return which log is the platform's: at first the one that is there.  Raises LogReplaced while it is stopped."""
    row = LogIdentity.objects.filter(pk=_ONE).first() or _adopt(log)
    if row.stopped:
        raise LogReplaced(row.stopped)
    return _identity(row)


def is_whole(log: TickLog, identity: Identity, anchors: Mapping[int, Anchor]) -> bool:
    """Return whether what follows the anchors may be folded; False while the feed appends what the server lost.

    Raises LogReplaced, and notes it, when this is not the log of which they were folded.
    """
    try:
        return _stand_for_good(log, identity, anchors) is Standing.WHOLE
    except LogReplaced as problem:
        stop_scoring(problem, epoch=identity.epoch)
        raise


@transaction.atomic
def stop_scoring(problem: LogReplaced, *, epoch: str) -> None:
    """Note why the log is not the one that has this epoch, and raise one alert; nothing happens where it is known."""
    row = LogIdentity.objects.select_for_update().get(pk=_ONE)
    if row.stopped or row.epoch != epoch:
        return
    row.stopped, row.stopped_at = problem.sentence[:300], timezone.now()
    row.save(update_fields=["stopped", "stopped_at"])
    _keep_alert(is_on=True, found=row.stopped)
    logger.error("LOG_REPLACED", found=row.stopped, epoch=epoch)


def why_stopped() -> str:
    """Return why nothing is scored: what was found of the log; empty while it is the one that was folded."""
    return LogIdentity.objects.filter(pk=_ONE).values_list("stopped", flat=True).first() or ""


@transaction.atomic
def accept(log: TickLog, *, by: str, reason: str, drop_entries: bool) -> Accepted:
    """Let scoring go on: with the log that was folded where it is back, else with a new one behind the cursors.

    The running feed opens a new run on it.  Raises NothingToAccept and LogHasEntries.
    """
    cursors = list(FoldCursor.objects.select_for_update().order_by("pk"))
    row = LogIdentity.objects.select_for_update().filter(pk=_ONE).first()
    if row is None or not row.stopped:
        raise NothingToAccept("scoring has not stopped for its tick log: there is nothing to accept")
    anchors = {cursor.partition: Anchor(cursor.position, cursor.log_time) for cursor in cursors}
    found, former = row.stopped, row.epoch
    is_new = _stand_or_sentence(log, _identity(row), anchors) is not Standing.WHOLE
    dropped = _begin_anew(log, row, anchors, drop_entries=drop_entries) if is_new else 0
    row.stopped, row.stopped_at = "", None
    row.save(update_fields=["epoch", "accepted", "stopped", "stopped_at"])
    audit.record(
        action=LOG_ACCEPTED,
        actor_name=by,
        object_type="log",
        object_id=row.epoch,
        detail={
            "found": found, "reason": reason, "is_new": is_new, "dropped": dropped, "former_epoch": former,
            "positions": {str(partition): anchor.position for partition, anchor in anchors.items()},
        },
    )  # fmt: skip
    _keep_alert(is_on=False, found=found)
    return Accepted(is_new, dropped)


def _adopt(log: TickLog) -> LogIdentity:
    """Take the log that is there, but for one that holds entries before there was any run: they are somebody else's."""
    epoch = uuid.uuid4().hex
    is_strange = not FeedRun.objects.exists() and any(map(log.length, range(settings.TICK_PARTITIONS)))
    if not is_strange:
        epoch = log.claim_epoch(epoch)
    return LogIdentity.objects.get_or_create(pk=_ONE, defaults={"epoch": epoch})[0]


def _begin_anew(log: TickLog, row: LogIdentity, anchors: Mapping[int, Anchor], *, drop_entries: bool) -> int:
    newest = FeedRun.objects.first()
    partitions = sorted({*anchors, *(newest.assigned.partitions if newest else ())})
    held = sum(map(log.length, partitions))
    if held and not drop_entries:
        raise LogHasEntries(
            f"this log holds {held:,} entries that nobody will fold: make sure that REDIS_URL names the right server, "
            "then repeat with --drop-entries"
        )
    row.epoch = uuid.uuid4().hex
    row.accepted = {str(partition): anchor.position for partition, anchor in anchors.items()}
    # Before the commit: where that fails, the log has an epoch that the row does not know, and scoring stays stopped.
    log.begin_anew(partitions, epoch=row.epoch)
    return held


def _identity(row: LogIdentity) -> Identity:
    return Identity(row.epoch, {int(partition): position for partition, position in row.accepted.items()})


def _stand_for_good(log: TickLog, identity: Identity, anchors: Mapping[int, Anchor]) -> Standing:
    standing = _stand(log, identity, anchors)
    if standing is Standing.BEHIND and _have_ended(anchors):
        # Asked again: the feed may have appended the rest and ended between the two questions.
        standing = _stand(log, identity, anchors)
        if standing is Standing.BEHIND:
            raise LogReplaced("the tick log ends before what was folded of it, and the feed of that has ended")
    return standing


def _stand(log: TickLog, identity: Identity, anchors: Mapping[int, Anchor]) -> Standing:
    standing = _stand_or_sentence(log, identity, anchors)
    if isinstance(standing, str):
        raise LogReplaced(standing)
    return standing


def _stand_or_sentence(log: TickLog, identity: Identity, anchors: Mapping[int, Anchor]) -> Standing | str:
    evidence = log.evidence({partition: anchor.position for partition, anchor in anchors.items()})
    return judge(evidence, identity, anchors, is_trimmed_at=_is_trimmed_at)


def _is_trimmed_at(partition: int, position: str) -> bool:
    """Return whether the log may begin right behind a position: it is trimmed at checkpoints only."""
    return FoldCheckpoint.objects.filter(partition=partition, position=position).exists()


def _have_ended(anchors: Mapping[int, Anchor]) -> bool:
    """Return whether no feed is left that could append again what the server lost."""
    runs = {parse_id(anchor.position)[0] for anchor in anchors.values()}
    return not FeedRun.objects.filter(pk__in=runs, ended_at=None).exists()


def _keep_alert(*, is_on: bool, found: str) -> None:
    now, version, newest = time.time_ns() // 1000, configuration.in_force().number, FeedRun.objects.first()
    change = Change(LOG_REPLACED, _NO_RUN, now, None, is_on, version, {"found": found}, "" if is_on else "accepted")
    alerts.keep_platform_condition(change, source=newest.source if newest else "")
