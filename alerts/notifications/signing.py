"""The signature by which a receiver knows that a webhook is ours.  Pure."""

import hashlib
import hmac


def signature(body: bytes, *, secret: str, at: int) -> str:
    """Return `t=<seconds since 1970>,v1=<hex>`, the HMAC-SHA256 of `<t>.<body>`: nobody can make an old one new."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"
