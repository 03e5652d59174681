"""E-mail, plain and HTML, with the delivery's key as Message-ID: a mailbox recognises what comes twice."""

import smtplib
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from alerts.notifications import wording
from alerts.notifications.outcomes import Refused, Trouble
from alerts.notifications.wording import Told

SECONDS: Final = 15


def send(*, to: str, told: Sequence[Told], key: str) -> str:
    """Hand the message to the mail server.

    Raises Refused where the server refuses it for good (5xx), Trouble for all else: no server, no connection, 4xx.
    """
    if not settings.EMAIL_HOST:
        raise Trouble("no mail server is configured (EMAIL_HOST)")
    message = compose(to=to, told=told, key=key)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as problem:
        code, words = next(iter(problem.recipients.values()))
        raise _judged(code, words) from problem
    except smtplib.SMTPAuthenticationError as problem:  # our own credentials: an operator can mend them
        raise Trouble(f"SMTP {problem.smtp_code}: the mail server does not take our credentials") from problem
    except smtplib.SMTPResponseException as problem:
        raise _judged(problem.smtp_code, problem.smtp_error) from problem
    except (smtplib.SMTPException, OSError) as problem:
        raise Trouble(f"mail server: {type(problem).__name__} {problem}") from problem
    return f"taken by {settings.EMAIL_HOST}"


def compose(*, to: str, told: Sequence[Told], key: str) -> EmailMultiAlternatives:
    """Return the message, not sent yet."""
    sender = settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message = EmailMultiAlternatives(
        subject=f"[{settings.APP_NAME}] {wording.subject(told)}"[:200],
        body=wording.plain(told),
        from_email=sender,
        to=[to],
        headers={"Message-ID": f"<{key}@{domain}>", "Auto-Submitted": "auto-generated"},
        connection=get_connection("django.core.mail.backends.smtp.EmailBackend", timeout=SECONDS),
    )
    lines = [(one, wording.sentence(one)) for one in told]
    html = render_to_string("alerts/notification_mail.html", {"lines": lines, "product": settings.APP_NAME})
    message.attach_alternative(html, "text/html")
    return message


def _judged(code: int, words: bytes | str) -> Trouble | Refused:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    said = f"SMTP {code}: {' '.join(text.split())}"
    return Refused(said) if code >= 500 else Trouble(said)
