"""The notifier is killed with SIGKILL at each of its steps, as a process of its own, on the real stores.

No message is missing; a message comes twice at most, once for each death, and then with the same key and content.
"""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import connections
from pytest_django import Settings

from accounts.tests.factories import make_user
from alerts.models import Alert
from alerts.notifications import assembling, delivering
from alerts.notifications.delivering import LEASE, notify
from alerts.notifications.enqueueing import enqueue
from alerts.outbox_models import Delivery, Notice
from alerts.tests.factories import make_alert
from alerts.tests.notification_factories import NOW, make_channel, opened
from alerts.tests.receivers import HttpReceiver, MailServer, http_receiver, mail_server
from audit.models import AuditEntry
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db(transaction=True)
# Every function of a notifier's round, in order; it dies before, or after, the call.
STEPS: Final = [
    (owner, name, when)
    for owner, name in (
        (delivering, "mark_muted"), (delivering, "assemble"), (assembling, "review"), (assembling, "_put_aside"),
        (assembling, "_tell"), (delivering, "claim"), (delivering, "send"), (delivering, "_store"),
        (delivering, "plan_repeats"), (delivering, "_receipt"),
    )
    for when in ("before", "after")
]  # fmt: skip


@pytest.fixture
def receiver(settings: Settings) -> Iterator[HttpReceiver]:
    with http_receiver() as running:
        settings.WEBHOOK_LOCAL_RECEIVERS = [running.place]
        yield running


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        yield running


@pytest.fixture
def alerts(receiver: HttpReceiver, mail: MailServer) -> list[Alert]:
    """Two alerts, to be told by a webhook and by mail."""
    asha = make_user("analyst", username="asha")
    make_channel(asha, address=receiver.url)
    make_channel(asha, kind="email", address="asha@desk.example", secret="")
    found = [make_alert(instrument, severity="CRITICAL") for instrument in make_instruments()[:2]]
    enqueue([opened(alert) for alert in found], now=NOW)
    return found


def dying_notifier(owner: Any, name: str, when: str) -> None:
    """Work in this process until the step, and die there of a signal that nothing can catch."""
    original: Callable[..., Any] = getattr(owner, name)

    def watched(*values: Any, **named: Any) -> Any:
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = original(*values, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, watched)
    notify(clock=lambda: NOW)


def exit_code_of(owner: Any, name: str, when: str) -> int | None:
    connections.close_all()  # the child opens its own
    process = multiprocessing.get_context("fork").Process(target=dying_notifier, args=(owner, name, when))
    process.start()
    process.join(60)
    return process.exitcode


@pytest.mark.parametrize(("owner", "name", "when"), STEPS, ids=[f"{when} {name}" for _, name, when in STEPS])
def test_a_notifier_killed_at_any_step_loses_no_message_and_repeats_one_at_most(
    owner: Any, name: str, when: str, alerts: list[Alert], receiver: HttpReceiver, mail: MailServer
) -> None:
    assert exit_code_of(owner, name, when) == -signal.SIGKILL

    notify(clock=lambda: NOW + LEASE + timedelta(minutes=1))

    deliveries = Delivery.objects.all()
    assert {(one.state, one.notices.count()) for one in deliveries} == {("sent", 2)}
    assert len(deliveries) == 2
    arrived = Counter(request.key for request in receiver.requests)
    mailed = Counter(str(message["Message-ID"]) for message in mail.messages)
    assert set(arrived) == {one.key for one in deliveries if one.channel.kind == "webhook"}
    assert set(mailed) == {f"<{one.key}@localhost>" for one in deliveries if one.channel.kind == "email"}
    assert arrived.total() + mailed.total() <= 3  # two messages, one death
    assert len({request.body for request in receiver.requests}) == 1
    assert AuditEntry.objects.filter(action="notification_sent").count() == 2
    assert Notice.objects.filter(event="opened").exclude(state="grouped").count() == 0


def test_two_notifiers_at_once_send_each_message_once(
    alerts: list[Alert], receiver: HttpReceiver, mail: MailServer
) -> None:
    connections.close_all()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=notify, kwargs={"clock": lambda: NOW}) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    told = Counter(pk for one in Delivery.objects.all() for pk in one.notices.values_list("pk", flat=True))
    assert set(told.values()) == {1} and len(told) == 4
    assert len(receiver.requests) + len(mail.messages) == Delivery.objects.count()
