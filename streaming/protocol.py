"""What a client may say on the socket, and the close codes it gets when it says something else.  Pure."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import orjson

from streaming.frames import Interest

SUBPROTOCOL = "risk-stream"
LARGEST_MESSAGE = 16_384  # bytes
MOST_SYMBOLS = 500
LONGEST_SYMBOL = 64
MOST_MESSAGES = 30
MOST_PINGS = 60
MESSAGE_WINDOW_SECONDS = 10.0
LARGEST_NUMBER = 2**53 - 1  # what a script counts exactly
LONGEST_STREAM_NAME = 64


class CloseCode(IntEnum):
    BAD_MESSAGE = 4400
    NOT_SIGNED_IN = 4401
    FORBIDDEN = 4403
    TOO_MANY_SOCKETS = 4408
    TOO_SLOW = 4410
    MESSAGE_TOO_LARGE = 4413
    TOO_MANY_MESSAGES = 4429
    UNAVAILABLE = 4503


class Refused(Exception):
    """The client said something that ends the conversation."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True)
class Credential:
    """A secret offered as a subprotocol: `ticket.<value>` or `bearer.<value>`."""

    kind: str
    value: str


def credential_of(subprotocols: list[str]) -> Credential | None:
    """Return the first credential among the offered subprotocols."""
    for offered in subprotocols:
        kind, _, value = offered.partition(".")
        if kind in {"ticket", "bearer"} and value:
            return Credential(kind, value)
    return None


@dataclass(frozen=True)
class Subscription:
    """What a socket wants from now on; with `last_seq` and `stream`, where it stands already."""

    interest: Interest
    last_seq: int | None = None
    stream: str | None = None


def parse(text: str | None) -> Subscription:
    """Return what a `subscribe` message asks for; raises Refused for anything else."""
    if text is None:
        raise Refused(CloseCode.BAD_MESSAGE, "Messages must be JSON text.")
    if len(text) > LARGEST_MESSAGE or len(text.encode()) > LARGEST_MESSAGE:
        raise Refused(CloseCode.MESSAGE_TOO_LARGE, f"A message may hold {LARGEST_MESSAGE} bytes.")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError as problem:
        raise Refused(CloseCode.BAD_MESSAGE, "Messages must be JSON.") from problem
    if not isinstance(message, dict) or message.get("type") != "subscribe":
        raise Refused(CloseCode.BAD_MESSAGE, 'The only message is {"type": "subscribe", ...}.')
    interest = Interest(
        symbols=_symbols(message.get("symbols")), batch=_flag(message, "batch"), live=_flag(message, "live")
    )
    return Subscription(interest, last_seq=_number(message.get("last_seq")), stream=_name(message.get("stream")))


def _number(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_NUMBER:
        raise Refused(CloseCode.BAD_MESSAGE, f"last_seq must be a whole number from 0 to {LARGEST_NUMBER}.")
    return value


def _name(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and len(value) <= LONGEST_STREAM_NAME):
        return value
    raise Refused(CloseCode.BAD_MESSAGE, f"stream must be a text of at most {LONGEST_STREAM_NAME} characters.")


def _symbols(value: Any) -> frozenset[str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MOST_SYMBOLS:
        raise Refused(CloseCode.BAD_MESSAGE, f"symbols must be a list of at most {MOST_SYMBOLS} names.")
    if not all(isinstance(name, str) and 0 < len(name) <= LONGEST_SYMBOL for name in value):
        raise Refused(CloseCode.BAD_MESSAGE, f"A symbol must be a text of at most {LONGEST_SYMBOL} characters.")
    return frozenset(value)


def _flag(message: dict[str, Any], name: str) -> bool:
    value = message.get(name, False)
    if not isinstance(value, bool):
        raise Refused(CloseCode.BAD_MESSAGE, f"{name} must be true or false.")
    return value
