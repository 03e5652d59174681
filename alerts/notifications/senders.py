"""From a delivery to the wire: each kind of channel its shape, all of them the same key."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from django.conf import settings

from alerts.notification_models import Channel
from alerts.notifications import http_sender, mail_sender, wording
from alerts.notifications.outcomes import Refused
from alerts.notifications.sealing import Unreadable, unseal
from alerts.notifications.signing import signature
from alerts.notifications.wording import Told
from alerts.outbox_models import Delivery


def send(delivery: Delivery) -> str:
    """Send one delivery and return what the receiver said.  Raises Trouble and Refused (`outcomes`)."""
    channel = delivery.channel
    if not channel.is_enabled:
        raise Refused("the channel is off")
    try:
        secret = unseal(channel.sealed_secret)
    except Unreadable as problem:
        raise Refused(str(problem)) from problem
    told = [notice.told for notice in delivery.notices.order_by("pk")]
    return _SENDERS[channel.kind](delivery, told, secret)


def _email(delivery: Delivery, told: Sequence[Told], secret: str) -> str:
    return mail_sender.send(to=delivery.channel.address, told=told, key=delivery.key)


def _webhook(delivery: Delivery, told: Sequence[Told], secret: str) -> str:
    body = wording.webhook_body(told, key=delivery.key)
    signed = {"X-Signature": signature(body, secret=secret, at=int(time.time()))}
    return http_sender.post(delivery.channel.address, body, headers=_headers(delivery, signed))


def _slack(delivery: Delivery, told: Sequence[Told], secret: str) -> str:
    return http_sender.post(secret, wording.slack_body(told), headers=_headers(delivery, {}))


def _telegram(delivery: Delivery, told: Sequence[Told], secret: str) -> str:
    url = f"{settings.TELEGRAM_API_URL}/bot{secret}/sendMessage"
    body = wording.telegram_body(told, chat=delivery.channel.address)
    return http_sender.post(url, body, headers=_headers(delivery, {}))


def _headers(delivery: Delivery, more: Mapping[str, str]) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "risk-platform-notifier/1",
        "Idempotency-Key": delivery.key,
        **more,
    }


_SENDERS: Final[Mapping[str, Callable[[Delivery, Sequence[Told], str], str]]] = {
    Channel.Kind.EMAIL.value: _email,
    Channel.Kind.WEBHOOK.value: _webhook,
    Channel.Kind.SLACK.value: _slack,
    Channel.Kind.TELEGRAM.value: _telegram,
}
