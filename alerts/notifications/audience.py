"""Who is told of what: channels with the preferences of their owners, read once per commit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounts.capabilities import Capability, roles_with
from accounts.models import User
from alerts.notification_models import Channel, EscalationStep, NotificationPolicy, Preference
from risk.configuration import LEVELS

POLICY = 1
SOURCES = ["live", "simulated"]
_HANDLERS = roles_with(Capability.HANDLE_ALERTS)


def policy() -> NotificationPolicy:
    """Return the desk's policy, made with its defaults when nobody has asked before."""
    return NotificationPolicy.objects.get_or_create(pk=POLICY, defaults={"sources": SOURCES})[0]


def may_hear(channel: Channel) -> bool:
    """Return whether anything may go to the channel now: it is on, and its owner is active and reads alerts."""
    owner = channel.owner
    return channel.is_enabled and (owner is None or owner.can(Capability.READ_ALERTS))


@dataclass(frozen=True)
class Audience:
    """The open channels, what their owners want, and whom an unacknowledged alert goes to."""

    channels: Sequence[Channel]
    preferences: dict[int, Preference]
    steps: Sequence[EscalationStep]

    @classmethod
    def now(cls) -> "Audience":
        """Read it."""
        channels = list(Channel.objects.open().select_related("owner").defer("sealed_secret").order_by("pk"))
        preferences = {row.user_id: row for row in Preference.objects.all()}
        return cls([one for one in channels if may_hear(one)], preferences, list(EscalationStep.objects.all()))

    def of(self, *, severity: str, symbol: str | None, is_ending: bool) -> Iterator[Channel]:
        """Yield the channels that want to hear of an event."""
        for channel in self.channels:
            if LEVELS.index(severity) < LEVELS.index(channel.minimum_severity):
                continue
            wish = self.preferences.get(channel.owner_id) if channel.owner_id else None
            if wish is None or (wish.wants(symbol) and (wish.tells_endings or not is_ending)):
                yield channel

    def channels_of(self, user_id: int) -> Iterator[Channel]:
        """Yield every open channel of one person: an escalation is not a matter of taste."""
        return (channel for channel in self.channels if channel.owner_id == user_id)


def ensure_lists() -> None:
    """Give everyone who handles alerts, and has none yet, a list in the application.

    Not from the pipeline's commit: the row refers to the user's, which others lock while they wait for the audit log.
    """
    without = User.objects.filter(is_active=True, role__in=_HANDLERS).exclude(channels__kind=Channel.Kind.IN_APP)
    fresh = [in_app_of(user) for user in without.only("pk")]
    if fresh:
        Channel.objects.bulk_create(fresh, ignore_conflicts=True)


def in_app_of(user: User) -> Channel:
    """Return the user's list, not stored yet."""
    return Channel(kind=Channel.Kind.IN_APP, owner_id=user.pk, name="In the application")
