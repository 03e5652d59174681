"""What the operators' board says of what waits and what is kept: queues, outbox, configuration, disk, audit."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import redis
from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone

from alerts.models import Delivery, Notice
from audit.models import Checkpoint
from audit.verification import standing
from risk.config_models import ConfigAdoption, ConfigVersion
from risk.configuration import RiskConfig
from risk.models import MarketRollup
from riskplatform.lib.redis_client import connect
from streaming.board import STORE_AWAY, UNKNOWN
from streaming.figures import duration, indian, size

QUEUES: Final = ("drain", settings.CELERY_TASK_DEFAULT_QUEUE)


@dataclass(frozen=True)
class Fact:
    """A name and what is known; `is_bad` asks for somebody's eyes."""

    name: str
    value: str
    is_bad: bool = False


def queues() -> list[Fact]:
    """Return how many rings wait in each queue, and how many processes drain."""
    prefix = settings.REDIS_KEY_PREFIX
    try:
        with connect() as client:
            waiting = [_length(client, f"{prefix}celery:{queue}") for queue in QUEUES]
            drainers = cast(int, client.zcard(f"{prefix}drainers"))
    except STORE_AWAY:
        return [Fact(name, UNKNOWN, is_bad=True) for name in ("Queues", "Draining processes")]
    lengths = [Fact(f"Queue {queue}", f"{count} waiting") for queue, count in zip(QUEUES, waiting, strict=True)]
    return [*lengths, Fact("Draining processes", str(drainers), is_bad=drainers == 0)]


def outbox() -> list[Fact]:
    """Return what waits to be told, what is on its way, and dead letters."""
    now = timezone.now()
    notices = Notice.objects.filter(state=Notice.State.WAITING).aggregate(count=Count("pk"), first=Min("due_at"))
    states = dict(Delivery.objects.values_list("state").annotate(count=Count("pk")))
    overdue = (now - notices["first"]).total_seconds() if notices["first"] else 0.0
    late = f", the oldest is due since {duration(overdue)}" if overdue > 0 else ""
    dead = states.get(Delivery.State.DEAD, 0)
    return [
        Fact("Notices waiting", f"{notices['count']}{late}", is_bad=overdue > 60),
        Fact("Deliveries to send", str(states.get(Delivery.State.PENDING, 0))),
        Fact("Being sent", str(states.get(Delivery.State.SENDING, 0))),
        Fact("Dead letters", str(dead), is_bad=dead > 0),
    ]


def configuration(newest: ConfigVersion | None, adoptions: list[ConfigAdoption]) -> list[Fact]:
    """Return the newest version, and which one each partition's fold uses."""
    if newest is None:
        return [Fact("Version", "none yet")]
    users = [
        Fact(f"Partition {row.partition} uses", f"{row.version_id}, of run {row.run}", row.version_id != newest.number)
        for row in adoptions
    ]
    by = f"{newest.author_name}, {newest.reason}" if newest.author_name else newest.reason
    return [Fact("Newest version", f"{newest.number} ({by})"), *users]


def disk(config: RiskConfig | None) -> list[Fact]:
    """Return the free space where state is kept, the oldest summary, and how long each kind of record stays."""
    space = shutil.disk_usage(settings.RISK_HOME)
    oldest: datetime | None = MarketRollup.objects.aggregate(first=Min("start"))["first"]
    share = space.free / space.total
    facts = [
        Fact("Disk free", f"{size(space.free)} of {size(space.total)} ({share:.0%})", is_bad=share < 0.1),
        Fact("Oldest summary", f"{oldest:%d %b %Y}" if oldest else "none yet"),
    ]
    return facts if config is None else [*facts, *_retention(config)]


def audit_chain() -> list[Fact]:
    """Return where the chain stands and up to where it was verified and signed last."""
    stands, last = standing(), Checkpoint.objects.last()
    head = Fact("Entries", indian(stands.head.sequence, decimals=0))
    if last is None:
        return [head, Fact("Verified and signed", "not yet")]
    age = duration((timezone.now() - last.at).total_seconds())
    behind = stands.head.sequence - last.sequence
    is_late = behind > 0 and (timezone.now() - last.at).total_seconds() > 2 * 3600
    return [head, Fact("Verified and signed", f"up to entry {last.sequence}, {age} ago", is_late),
            Fact("Since then", f"{indian(behind, decimals=0)} entries")]  # fmt: skip


def _length(client: redis.Redis, key: str) -> int:
    return client.llen(key)


def _retention(config: RiskConfig) -> list[Fact]:
    return [
        Fact("Tick log kept", f"{config.tick_log_retention_hours} hours"),
        Fact("Records kept", f"{config.record_retention_days} days"),
        Fact("Summaries kept", f"{config.rollup_retention_days} days"),
        Fact("Alerts kept", f"{config.alert_retention_days} days"),
    ]
