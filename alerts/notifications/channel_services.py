"""Making, changing and removing channels.  Addresses are checked here, and again at every send."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.capabilities import Capability
from accounts.models import User
from alerts.notification_models import Channel
from alerts.notifications.channel_rules import SHOWN_ONCE, check_shared, checked, own_secret
from alerts.notifications.keys import digest
from alerts.notifications.sealing import seal
from alerts.outbox_models import Notice
from audit import services as audit
from risk.configuration import LEVELS
from riskplatform.lib import errors

MOST_CHANNELS: Final = 10


class TooManyChannels(errors.Conflict):
    code = "too_many_channels"


class ListExists(errors.Conflict):
    """Everybody has one list in the application."""

    code = "list_exists"


class ListStays(errors.Conflict):
    """The list in the application can be switched off, not removed: it would come again by itself."""

    code = "list_stays"


class TestPending(errors.Conflict):
    code = "test_pending"


@dataclass(frozen=True)
class NewChannel:
    """What somebody asks for.  `address` and `secret` mean what the kind makes of them (docs/notifications.md)."""

    kind: str
    name: str
    address: str = ""
    secret: str = ""
    minimum_severity: str = "HIGH"
    is_shared: bool = False


@dataclass(frozen=True)
class Made:
    """A channel, and the secret that is shown this once; empty where the asker brought it, or there is none."""

    channel: Channel
    secret: str


@transaction.atomic
def create(new: NewChannel, *, by: User) -> Made:
    """Make a channel of `by`'s own, or the desk's.

    Raises Invalid for what cannot be a channel, Forbidden for a desk channel by who may not configure, and Conflict
    where there are enough.
    """
    check_shared(new.kind, is_shared=new.is_shared, by=by)
    owner = None if new.is_shared else by
    if Channel.objects.filter(owner=owner).count() >= MOST_CHANNELS:
        raise TooManyChannels(f"There are {MOST_CHANNELS} channels already; remove one first.")
    secret = own_secret() if new.kind in SHOWN_ONCE else new.secret
    shown, kept = checked(new.kind, new.address, secret, owner)
    channel = Channel(
        kind=new.kind, owner=owner, name=new.name, address=shown, sealed_secret=seal(kept),
        minimum_severity=new.minimum_severity,
    )  # fmt: skip
    _save_new(channel)
    _record("channel_created", channel, by=by)
    return Made(channel, secret if new.kind in SHOWN_ONCE else "")


@transaction.atomic
def change(channel_id: int, changes: Mapping[str, Any], *, by: User) -> Channel:
    """Change name, address, secret, minimum severity or whether it is on.  Raises Missing and Invalid."""
    channel = mine(channel_id, by=by, lock=True)
    if "address" in changes or "secret" in changes:
        _change_address(channel, changes)
    for name in ("name", "minimum_severity", "is_enabled"):
        setattr(channel, name, changes.get(name, getattr(channel, name)))
    channel.save(update_fields=["name", "address", "sealed_secret", "minimum_severity", "is_enabled"])
    _record("channel_changed", channel, by=by, changed=sorted(changes))
    return channel


@transaction.atomic
def switch(channel_id: int, *, on: bool, by: User) -> None:
    """Switch anybody's channel on or off, as an operator: a receiver that hurts is stopped at once.  Raises Missing."""
    if not by.can(Capability.CONFIGURE):
        raise errors.Forbidden("Channels of others are switched by administrators.")
    channel = Channel.objects.select_related("owner").filter(pk=channel_id).first()
    if channel is None:
        raise errors.Missing("There is no such channel.")
    if Channel.objects.filter(pk=channel_id, is_enabled=not on).update(is_enabled=on):
        channel.is_enabled = on
        _record("channel_changed", channel, by=by, changed=["is_enabled"])


@transaction.atomic
def renew_secret(channel_id: int, *, by: User) -> Made:
    """Give a webhook a new signing secret; the old one ends at once.  Raises Missing, and Invalid for another kind."""
    channel = mine(channel_id, by=by, lock=True)
    if channel.kind not in SHOWN_ONCE:
        raise errors.Invalid(f"Only a webhook has a signing secret of ours, this is {channel.get_kind_display()}.")
    secret = own_secret()
    channel.sealed_secret = seal(secret)
    channel.save(update_fields=["sealed_secret"])
    _record("channel_secret_renewed", channel, by=by)
    return Made(channel, secret)


@transaction.atomic
def delete(channel_id: int, *, by: User) -> None:
    """Remove a channel with what waits for it.  Raises Missing, and ListStays for the list in the application."""
    channel = mine(channel_id, by=by, lock=True)
    if channel.kind == Channel.Kind.IN_APP:
        raise ListStays("The list in the application can be switched off, not removed.")
    _record("channel_deleted", channel, by=by)
    channel.delete()


@transaction.atomic
def send_test(channel_id: int, *, by: User) -> Notice:
    """Put a test message into the outbox; the channel then says how it went.

    Raises Missing, and TestPending within a minute of the last one.
    """
    channel = mine(channel_id, by=by)
    now = timezone.now()
    key = digest(["test", channel.pk, int(now.timestamp()) // 60])
    facts = {"key": key, "channel": channel, "event": Notice.Event.TEST, "severity": LEVELS[0]}
    notice, is_new = Notice.objects.get_or_create(key=key, defaults={**facts, "not_before": now, "due_at": now})
    if not is_new:
        raise TestPending("A test is on its way already; another one can be sent in a minute.")
    _record("channel_tested", channel, by=by)
    return notice


def mine(channel_id: int, *, by: User, lock: bool = False) -> Channel:
    """Return a channel that `by` may see and change: their own, or the desk's for who configures.  Raises Missing."""
    rows = seen_by(by).select_for_update(of=("self",)) if lock else seen_by(by)
    channel = rows.filter(pk=channel_id).first()
    if channel is None:
        raise errors.Missing("There is no such channel, or it is not yours.")
    return channel


def seen_by(user: User) -> QuerySet[Channel]:
    """Return a user's own channels, and the desk's for who configures."""
    own = Q(owner=user) | Q(owner=None) if user.can(Capability.CONFIGURE) else Q(owner=user)
    return Channel.objects.filter(own).select_related("owner")


def _change_address(channel: Channel, changes: Mapping[str, Any]) -> None:
    if channel.kind in SHOWN_ONCE and "secret" in changes:
        raise errors.Invalid("The signing secret is made here: ask for a new one instead.")
    if channel.kind == Channel.Kind.TELEGRAM and not {"address", "secret"} <= set(changes):
        raise errors.Invalid("Give chat and token together: a token goes with its chat.")
    address, secret = changes.get("address", channel.address), changes.get("secret", "")
    shown, kept = checked(channel.kind, address, secret, channel.owner)
    channel.address = shown
    if channel.kind not in SHOWN_ONCE:
        channel.sealed_secret = seal(kept)


def _save_new(channel: Channel) -> None:
    try:
        with transaction.atomic():
            channel.save(force_insert=True)
    except IntegrityError as problem:
        if channel.kind == Channel.Kind.IN_APP:
            raise ListExists("You have a list in the application already; change that one.") from problem
        raise


def _record(action: str, channel: Channel, *, by: User, **more: object) -> None:
    detail = {
        "kind": channel.kind, "name": channel.name, "address": channel.address, "is_shared": channel.owner_id is None,
        "minimum_severity": channel.minimum_severity, "is_enabled": channel.is_enabled, **more,
    }  # fmt: skip
    audit.record(action=action, actor=by, object_type="channel", object_id=channel.pk, detail=detail)
