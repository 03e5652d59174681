"""Secrets of channels at rest: who reads the tables learns none of them."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(ValueError):
    """The secret was sealed under another key."""


def seal(secret: str) -> str:
    """Return the secret encrypted and authenticated under `CHANNEL_SECRETS_KEY`; empty stays empty."""
    return _cipher().encrypt(secret.encode()).decode() if secret else ""


def unseal(sealed: str) -> str:
    """Return the secret.  Raises Unreadable where the key has changed since."""
    try:
        return _cipher().decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken as problem:
        raise Unreadable("the channel's secret was sealed under another CHANNEL_SECRETS_KEY: set it anew") from problem


def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(settings.CHANNEL_SECRETS_KEY.encode()).digest()))
