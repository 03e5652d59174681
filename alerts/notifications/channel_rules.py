"""What may be a channel: its address and its secret, by kind."""

import re
import secrets
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.capabilities import Capability
from accounts.models import User
from alerts.notification_models import Channel
from alerts.notifications import webhook_address
from riskplatform.lib import errors

SHOWN_ONCE: Final = {Channel.Kind.WEBHOOK.value}  # kinds whose secret is made here
_TOKEN: Final = re.compile(r"[0-9]{5,15}:[A-Za-z0-9_-]{20,80}", re.ASCII)
_CHAT: Final = re.compile(r"-?[0-9]{1,20}|@[A-Za-z0-9_]{4,64}", re.ASCII)


def own_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def check_shared(kind: str, *, is_shared: bool, by: User) -> None:
    """Refuse a channel of the desk to who may not configure (Forbidden), and one that makes no sense (Invalid)."""
    if is_shared and not by.can(Capability.CONFIGURE):
        raise errors.Forbidden("Channels of the desk are made by administrators.")
    if is_shared and kind == Channel.Kind.IN_APP:
        raise errors.Invalid("A list in the application is a person's, not the desk's.")


def checked(kind: str, address: str, secret: str, owner: User | None) -> tuple[str, str]:
    """Return what may be shown of the address, and what is sealed.  Raises Invalid."""
    if kind not in (*SHOWN_ONCE, Channel.Kind.TELEGRAM) and secret:
        raise errors.Invalid(f"A channel of the kind {kind} has no secret.")
    if kind == Channel.Kind.IN_APP:
        if address:
            raise errors.Invalid("The list in the application has no address.")
        return "", ""
    if kind == Channel.Kind.EMAIL:
        return _mail_address(address, owner), ""
    if kind == Channel.Kind.TELEGRAM:
        return _telegram(address, secret)
    webhook_address.parsed(address, local=settings.WEBHOOK_LOCAL_RECEIVERS)
    if kind == Channel.Kind.SLACK:  # the address is the secret: who has it can post
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}/…", address
    return address, secret


def _mail_address(address: str, owner: User | None) -> str:
    """Return a mail address.  A person's is their account's: nobody makes the platform write to strangers."""
    if owner is not None:
        if address and address.lower() != owner.email.lower():
            raise errors.Invalid("Mail goes to your account's own address; leave `address` out.")
        address = owner.email
    try:
        validate_email(address)
    except ValidationError as problem:
        raise errors.Invalid(f"A mail address was expected, was {address!r}.") from problem
    return address


def _telegram(chat: str, token: str) -> tuple[str, str]:
    if not _CHAT.fullmatch(chat):
        raise errors.Invalid("`address` must be the chat: its number, or @name of a public channel.")
    if not _TOKEN.fullmatch(token):
        raise errors.Invalid("`secret` must be the bot's token, like 123456:ABC….")
    return chat, token
