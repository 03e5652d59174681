"""Sending to a real HTTP receiver and a real mail server, however they behave."""

import hashlib
import hmac
import json
import smtplib
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings as settings_of_django
from pytest_django import Settings

from accounts.models import User
from accounts.tests.factories import make_user
from alerts.models import Alert
from alerts.notification_models import Channel
from alerts.notifications import backoff, delivering, http_sender, outbox_services, senders
from alerts.notifications.assembling import assemble
from alerts.notifications.delivering import LEASE, claim, notify, settle
from alerts.notifications.enqueueing import enqueue
from alerts.notifications.sealing import seal
from alerts.notifications.signing import signature
from alerts.outbox_models import Delivery, Notice
from alerts.tests.factories import make_alert
from alerts.tests.notification_factories import NOW, SECRET, make_channel, opened
from alerts.tests.receivers import HttpReceiver, MailServer, http_receiver, mail_server
from audit.models import AuditEntry
from risk.tests.rows import make_instruments
from riskplatform.lib.errors import Missing

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def asha() -> User:
    return make_user("analyst", username="asha")


@pytest.fixture
def alert(db: None) -> Alert:
    return make_alert(make_instruments()[0], severity="CRITICAL")


@pytest.fixture
def receiver(settings: Settings) -> Iterator[HttpReceiver]:
    with http_receiver() as running:
        settings.WEBHOOK_LOCAL_RECEIVERS = [running.place]
        yield running


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # the suite's own keeps mail in memory
        yield running


def work(at: datetime) -> int:
    return notify(clock=lambda: at)


def told(alert: Alert, channel: Channel, at: datetime = NOW) -> Delivery:
    """Tell of the alert and work the outbox off once."""
    enqueue([opened(alert)], now=at)
    work(at)
    return Delivery.objects.get(channel=channel)


def test_a_webhook_is_signed_and_carries_its_key(alert: Alert, asha: User, receiver: HttpReceiver) -> None:
    delivery = told(alert, make_channel(asha, address=receiver.url))

    (request,) = receiver.requests
    stamp, signed = (part.partition("=")[2] for part in request.headers["X-Signature"].split(","))
    expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + request.body, hashlib.sha256).hexdigest()
    content = json.loads(request.body)
    assert signed == expected
    assert request.key == delivery.key == content["id"]
    assert content["events"][0]["alert"]["id"] == alert.pk
    assert content["events"][0]["url"].endswith(f"/alerts/{alert.pk}")
    assert (delivery.state, delivery.answer) == ("sent", "HTTP 200: said by the receiver")


def test_a_receipt_stands_in_the_audit_log(alert: Alert, asha: User, receiver: HttpReceiver) -> None:
    delivery = told(alert, make_channel(asha, address=receiver.url))

    entry = AuditEntry.objects.get(action="notification_sent")
    assert (entry.actor_name, entry.object_id) == ("notifier", str(delivery.pk))
    assert entry.detail["key"] == delivery.key
    assert (entry.detail["alerts"], entry.detail["owner"], entry.detail["attempts"]) == ([alert.pk], "asha", 1)


def test_slack_gets_its_shape_at_its_secret_address(alert: Alert, asha: User, receiver: HttpReceiver) -> None:
    Alert.objects.filter(pk=alert.pk).update(opening={**alert.opening, "summary": "a <b> & c"})
    alert.refresh_from_db()
    told(alert, make_channel(asha, kind="slack", address="https://…", secret=f"{receiver.url}/T0/B0/x"))

    (request,) = receiver.requests
    text = json.loads(request.body)["text"]
    assert request.path == "/hook/T0/B0/x"
    assert text.startswith("<http") and f"|#{alert.pk}>" in text
    assert "a &lt;b&gt; &amp; c" in text


def test_telegram_gets_its_shape(alert: Alert, asha: User, receiver: HttpReceiver, settings: Settings) -> None:
    settings.TELEGRAM_API_URL = f"http://{receiver.place}"
    told(alert, make_channel(asha, kind="telegram", address="-100123", secret="12345:token"))

    (request,) = receiver.requests
    content = json.loads(request.body)
    assert request.path == "/bot12345:token/sendMessage"
    assert content["chat_id"] == "-100123" and "CRITICAL" in content["text"]


def test_mail_has_both_forms_and_its_key_as_message_id(alert: Alert, asha: User, mail: MailServer) -> None:
    delivery = told(alert, make_channel(asha, kind="email", address="asha@desk.example", secret=""))

    (message,) = mail.messages
    parts = {part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()}
    assert message["Message-ID"] == f"<{delivery.key}@localhost>"
    assert message["To"] == "asha@desk.example"
    assert "CRITICAL" in message["Subject"] and "NIFTY" in message["Subject"]
    assert all(f"/alerts/{alert.pk}" in parts[kind] for kind in ("text/plain", "text/html"))
    assert delivery.state == "sent"


@pytest.mark.parametrize("trouble", [500, 503, 408, 425, 429, "close", "hang", "drip"])
def test_trouble_is_tried_again_with_the_same_key_and_body(
    alert: Alert, asha: User, receiver: HttpReceiver, trouble: int | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_sender, "SECONDS", 2.0)
    receiver.answers[:] = [trouble, 200]
    delivery = told(alert, make_channel(asha, address=receiver.url))
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert delivery.last_error and NOW < delivery.due_at <= NOW + MINUTE

    monkeypatch.setattr(http_sender, "SECONDS", 10.0)
    work(NOW + MINUTE)

    delivery.refresh_from_db()
    first, second = receiver.requests
    assert (first.key, first.body) == (second.key, second.body)
    assert (delivery.state, delivery.attempts) == ("sent", 2)


@pytest.mark.parametrize("refusal", [400, 401, 403, 404, 410, 413, 422])
def test_a_refusal_is_a_dead_letter_at_once_with_the_reason(
    alert: Alert, asha: User, receiver: HttpReceiver, refusal: int
) -> None:
    receiver.answers[:] = [refusal]

    delivery = told(alert, make_channel(asha, address=receiver.url))
    work(NOW + HOUR)

    assert (delivery.state, delivery.attempts) == ("dead", 1)
    assert delivery.last_error == f"HTTP {refusal}: said by the receiver"
    assert len(receiver.requests) == 1
    assert AuditEntry.objects.get(action="notification_dead").detail["error"] == delivery.last_error


def test_a_redirect_is_not_followed(alert: Alert, asha: User, receiver: HttpReceiver, settings: Settings) -> None:
    with http_receiver() as private:
        settings.WEBHOOK_LOCAL_RECEIVERS = [receiver.place, private.place]
        receiver.answers[:] = [private.url]

        delivery = told(alert, make_channel(asha, address=receiver.url))

        assert private.requests == []
    assert (delivery.state, delivery.last_error) == (
        "dead", "HTTP 302: redirects are not followed; give the final address",
    )  # fmt: skip


def test_an_endless_answer_is_not_read(alert: Alert, asha: User, receiver: HttpReceiver) -> None:
    receiver.answers[:] = ["flood"]

    delivery = told(alert, make_channel(asha, address=receiver.url))

    assert delivery.state == "sent" and len(delivery.answer) < 300


def test_retry_after_is_heard(alert: Alert, asha: User, receiver: HttpReceiver) -> None:
    receiver.answers[:], receiver.headers["Retry-After"] = [503], "1800"

    assert told(alert, make_channel(asha, address=receiver.url)).due_at == NOW + timedelta(minutes=30)


def test_after_72_hours_of_trouble_it_is_a_dead_letter(
    alert: Alert, asha: User, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "FIRST_PAUSE", timedelta(hours=8))  # fewer attempts, the same end
    monkeypatch.setattr(backoff, "LONGEST_PAUSE", timedelta(hours=16))
    receiver.answers[:] = [500]
    delivery = told(alert, make_channel(asha, address=receiver.url))
    at = NOW
    while delivery.state == "pending":
        at = delivery.due_at
        work(at)
        delivery.refresh_from_db()

    assert delivery.state == "dead"
    assert timedelta(hours=56) < at - NOW <= timedelta(hours=72)
    assert len({request.key for request in receiver.requests}) == 1


def test_a_dead_letter_can_be_sent_again_with_its_key(alert: Alert, asha: User, receiver: HttpReceiver) -> None:
    receiver.answers[:] = [404, 200]
    delivery = told(alert, make_channel(asha, address=receiver.url))
    admin = make_user("admin")

    outbox_services.send_again(delivery.pk, by=admin)
    work(datetime.now(UTC) + MINUTE)

    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert len({request.key for request in receiver.requests}) == 1
    assert AuditEntry.objects.get(action="notification_sent_again").actor_name == "admin"
    with pytest.raises(outbox_services.NotDead):
        outbox_services.send_again(delivery.pk, by=admin)
    with pytest.raises(Missing):
        outbox_services.send_again(delivery.pk + 1, by=admin)


@pytest.mark.parametrize(
    ("answer", "to_recipient", "state"),
    [
        ("451 later", "250 ok", "pending"),
        ("554 spam", "250 ok", "dead"),
        ("250 ok", "550 nobody here", "dead"),
        ("250 ok", "450 grey", "pending"),
        ("close", "250 ok", "pending"),
    ],
)
def test_a_mail_servers_4xx_is_trouble_and_its_5xx_a_refusal(
    alert: Alert, asha: User, mail: MailServer, answer: str, to_recipient: str, state: str
) -> None:
    mail.answer, mail.to_recipient = answer, to_recipient

    delivery = told(alert, make_channel(asha, kind="email", address="asha@desk.example", secret=""))

    assert delivery.state == state
    assert delivery.last_error


def test_our_own_mail_credentials_can_be_mended(
    alert: Alert, asha: User, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise smtplib.SMTPAuthenticationError(535, b"no")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refused)

    assert told(alert, make_channel(asha, kind="email", address="a@desk.example", secret="")).state == "pending"


def test_without_a_mail_server_mail_waits(alert: Alert, asha: User, settings: Settings) -> None:
    settings.EMAIL_HOST = ""

    delivery = told(alert, make_channel(asha, kind="email", address="asha@desk.example", secret=""))

    assert (delivery.state, delivery.last_error) == ("pending", "no mail server is configured (EMAIL_HOST)")


def test_a_name_that_leads_inside_is_refused_at_the_send(
    alert: Alert, asha: User, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", receiver.port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)

    delivery = told(alert, make_channel(asha, address="https://hooks.example.com/"))

    assert delivery.state == "dead"
    assert delivery.last_error == "hooks.example.com leads to 127.0.0.1, which is not a public address."
    assert receiver.requests == []


def test_a_name_that_does_not_resolve_is_tried_again(alert: Alert, asha: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    assert told(alert, make_channel(asha, address="https://hooks.example.com/")).state == "pending"


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for hooks.example.com that this process trusts, and nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.com")])
    made = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(made - HOUR).not_valid_after(made + HOUR)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.com")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, own = tmp_path / "certificate.pem", tmp_path / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    own.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, own)
    return context


def resolve_once_to_loopback(monkeypatch: pytest.MonkeyPatch, host: str) -> list[str]:
    """Let a name lead to this machine once and elsewhere from then on; return the list of its look-ups."""
    asked: list[str] = []
    original = socket.getaddrinfo

    def rebound(name: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if name != host:
            return original(name, port, *rest, **more)
        asked.append(name)
        address = "127.0.0.1" if len(asked) == 1 else "203.0.113.7"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    return asked


def test_the_connection_goes_where_the_check_looked_with_the_name_kept(
    alert: Alert, asha: User, tls: ssl.SSLContext, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolve_once_to_loopback(monkeypatch, "hooks.example.com")
    with http_receiver(tls=tls) as receiver:
        place = f"hooks.example.com:{receiver.port}"
        settings.WEBHOOK_LOCAL_RECEIVERS = [place]

        delivery = told(alert, make_channel(asha, address=f"https://{place}/hook"))

    assert (delivery.state, delivery.last_error) == ("sent", "")
    assert receiver.requests[0].headers["Host"] == place
    assert asked == ["hooks.example.com"]


def test_a_certificate_of_another_name_is_trouble(
    alert: Alert, asha: User, tls: ssl.SSLContext, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_once_to_loopback(monkeypatch, "other.example.com")
    with http_receiver(tls=tls) as receiver:
        settings.WEBHOOK_LOCAL_RECEIVERS = [f"other.example.com:{receiver.port}"]

        delivery = told(alert, make_channel(asha, address=f"https://other.example.com:{receiver.port}/hook"))

    assert delivery.state == "pending" and "CERTIFICATE_VERIFY_FAILED" in delivery.last_error
    assert receiver.requests == []


def test_a_proxy_of_the_environment_is_not_used(
    alert: Alert, asha: User, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert told(alert, make_channel(asha, address=receiver.url)).state == "sent"


def test_what_a_dead_notifier_held_is_sent_when_its_lease_runs_out(
    alert: Alert, asha: User, receiver: HttpReceiver
) -> None:
    make_channel(asha, address=receiver.url)
    enqueue([opened(alert)], now=NOW)
    assemble(now=NOW)
    assert claim(now=NOW) is not None  # and it died

    assert work(NOW + LEASE - timedelta(seconds=1)) == 0
    assert work(NOW + LEASE) == 1

    assert Delivery.objects.get().attempts == 2


def test_a_notifier_that_was_too_slow_does_not_settle_what_another_took_over(
    alert: Alert, asha: User, receiver: HttpReceiver
) -> None:
    make_channel(asha, address=receiver.url)
    enqueue([opened(alert)], now=NOW)
    assemble(now=NOW)
    slow = claim(now=NOW)
    assert slow is not None
    other = claim(now=NOW + LEASE)
    assert other is not None

    settle(slow, delivering.Outcome(error="refused", is_hopeless=True), now=NOW + LEASE)

    assert Delivery.objects.get().state == "sending"
    assert not AuditEntry.objects.filter(action="notification_dead").exists()


def test_a_sent_message_that_cannot_be_audited_is_not_marked(
    alert: Alert, asha: User, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_channel(asha, address=receiver.url)
    enqueue([opened(alert)], now=NOW)

    def full(*_: Any, **__: Any) -> None:
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr("audit.services.record_many", full)
    with pytest.raises(RuntimeError):
        work(NOW)

    assert Delivery.objects.get().state == "sending"


def test_a_fault_of_ours_holds_up_no_other_message(
    alert: Alert, asha: User, receiver: HttpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, sound = make_channel(asha, address=receiver.url), make_channel(asha, kind="slack", secret=receiver.url)
    monkeypatch.setitem(senders._SENDERS, "webhook", lambda *_: 1 / 0)
    enqueue([opened(alert)], now=NOW)

    with pytest.raises(ZeroDivisionError):
        work(NOW)
    work(NOW)

    assert Delivery.objects.get(channel=sound).state == "sent"
    assert "ZeroDivisionError" in Delivery.objects.get(channel=broken).last_error


def test_a_channel_switched_off_gets_nothing_that_was_under_way(
    alert: Alert, asha: User, receiver: HttpReceiver
) -> None:
    channel = make_channel(asha, address=receiver.url)
    enqueue([opened(alert)], now=NOW)
    assemble(now=NOW)
    Channel.objects.filter(pk=channel.pk).update(is_enabled=False)

    work(NOW)

    assert receiver.requests == []
    assert Delivery.objects.get().last_error == "the channel is off"


def test_a_secret_under_another_key_is_said_to_be_unreadable(
    alert: Alert, asha: User, receiver: HttpReceiver, settings: Settings
) -> None:
    settings.CHANNEL_SECRETS_KEY = "one"
    channel = make_channel(asha, address=receiver.url)
    assert SECRET not in channel.sealed_secret and channel.sealed_secret != seal(SECRET)
    settings.CHANNEL_SECRETS_KEY = "another"

    assert "CHANNEL_SECRETS_KEY" in told(alert, channel).last_error
    assert receiver.requests == []


def test_old_messages_go_and_those_under_way_stay(alert: Alert, asha: User, receiver: HttpReceiver) -> None:
    receiver.answers[:] = [200, 500]
    sent, tried = make_channel(asha, address=receiver.url), make_channel(asha, address=receiver.url)
    enqueue([opened(alert)], now=NOW)
    work(NOW)
    Notice.objects.update(created_at=NOW - timedelta(days=40))
    Delivery.objects.update(created_at=NOW - timedelta(days=40))

    outbox_services.delete_old(now=NOW)

    assert [one.channel for one in Delivery.objects.all()] == [tried]
    assert not Notice.objects.filter(channel=sent, event="opened").exists()
    assert Notice.objects.filter(channel=tried, event="opened").exists()


def test_the_documented_check_takes_our_signature_and_no_other() -> None:
    page = (Path(settings_of_django.BASE_DIR) / "docs" / "notifications.md").read_text()
    snippet = page.split("```python\n")[1].split("```")[0]
    scope: dict[str, Any] = {}
    exec(snippet, scope)
    is_genuine, now = scope["is_genuine"], int(datetime.now(UTC).timestamp())
    header = signature(b'{"a":1}', secret=SECRET, at=now)

    assert is_genuine(header, b'{"a":1}', SECRET)
    assert not is_genuine(header, b'{"a":2}', SECRET)
    assert not is_genuine(header, b'{"a":1}', "whsec_other")
    assert not is_genuine(signature(b'{"a":1}', secret=SECRET, at=now - 301), b'{"a":1}', SECRET)
    assert not is_genuine(header.replace(str(now), str(now + 1)), b'{"a":1}', SECRET)
