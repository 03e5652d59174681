"""Random frames that no well-behaved client sends, as the bytes of the wire, each with what it must bring.  No network.

The expected codes are those of docs/stream.md, and of RFC 6455, section 7.4, for what is not WebSocket at all.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from riskplatform.benchmarks.sockets.wire import CLOSE, PING, PONG, TEXT, framed

CONTINUATION, BINARY = 0, 2
LARGEST: Final = 16_384
SUBSCRIBE: Final = {"type": "subscribe", "symbols": ["NIFTY", "M&M"], "batch": True, "live": True}


@dataclass(frozen=True)
class Frame:
    """`codes` are the close codes that it may bring on a fresh socket; 0 stands for none."""

    kind: str
    wire: bytes
    codes: frozenset[int]


def burst(chance: random.Random, *, frames: int) -> bytes:
    """Return whole frames of random kinds, of which the last ends the conversation."""
    kinds = [make for make, _ in chance.choices(list(_KINDS.values()), k=frames - 1)]
    return b"".join(make(chance) for make in [*kinds, _truncated])


def frames_of_each_kind(chance: random.Random) -> list[Frame]:
    return [Frame(kind, make(chance), frozenset(codes)) for kind, (make, codes) in _KINDS.items()]


def raw(first: int, payload: bytes, *, mask: bool = True, length: int | None = None) -> bytes:
    """Return a frame with any first byte, masked or not, that says it has any length."""
    said = len(payload) if length is None else length
    bit = 0x80 if mask else 0
    if said < 126:
        head = bytes((first, bit | said))
    elif said < 1 << 16:
        head = bytes((first, bit | 126)) + said.to_bytes(2, "big")
    else:
        head = bytes((first, bit | 127)) + said.to_bytes(8, "big")
    return head + (b"\0\0\0\0" if mask else b"") + payload


def _text(chance: random.Random) -> bytes:
    letters = [chr(chance.choice([chance.randrange(1, 128), chance.randrange(0x100, 0xD800)])) for _ in range(40)]
    return framed(TEXT, "".join(letters).encode())


def _truncated(chance: random.Random) -> bytes:
    whole = json.dumps(SUBSCRIBE)
    return framed(TEXT, whole[: chance.randrange(len(whole))].encode())


_WRONG: Final[dict[str, tuple[Any, ...]]] = {
    "type": (None, 1, [], {}, "risk.frame", "unsubscribe", True),
    "symbols": ("NIFTY", 1, {}, [1], [None], [""], ["X" * 65], ["A"] * 501, [["NIFTY"]]),
    "batch": (None, 1, "true", [], 0.0),
    "live": (None, 0, "false", {}),
    "last_seq": (-1, 1.5, "7", True, 2**53, [], {}),
    "stream": (1, [], {}, "s" * 65, True),
}


def _wrong_type(chance: random.Random) -> bytes:
    field = chance.choice(sorted(_WRONG))
    return framed(TEXT, json.dumps({**SUBSCRIBE, field: chance.choice(_WRONG[field])}).encode())


def _not_an_object(chance: random.Random) -> bytes:
    return framed(TEXT, chance.choice([b"[]", b"1", b"null", b'"subscribe"', b"NaN", b"1e999", b"", b"\0"]))


def _nested(chance: random.Random) -> bytes:
    depth = chance.randrange(100, 8_000)
    return framed(TEXT, chance.choice([b"[" * depth, b"[" * depth + b"]" * depth, b'{"a":' * (depth // 3)]))


def _huge(chance: random.Random) -> bytes:
    return framed(chance.choice([TEXT, BINARY]), b"x" * chance.randrange(LARGEST + 1, 80_000))


def _says_it_is_huge(chance: random.Random) -> bytes:
    return raw(0x80 | TEXT, b"x" * 10, length=chance.choice([LARGEST + 1, 1 << 20, 1 << 40, (1 << 63) - 1]))


def _not_utf8(chance: random.Random) -> bytes:
    return framed(
        TEXT, b'{"type": "' + chance.choice([b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"]) + b'"}'
    )


def _fragments(chance: random.Random) -> bytes:
    """A subscription cut in pieces, with a ping between them."""
    whole = json.dumps(SUBSCRIBE).encode()
    cut = chance.randrange(1, len(whole))
    return raw(TEXT, whole[:cut]) + framed(PING, b"between") + raw(0x80 | CONTINUATION, whole[cut:])


def _huge_in_fragments(chance: random.Random) -> bytes:
    piece = b"y" * chance.randrange(5_000, 16_000)
    return raw(TEXT, piece) + raw(CONTINUATION, piece) * 5


def _broken_order(chance: random.Random) -> bytes:
    return chance.choice([raw(0x80 | CONTINUATION, b"{}"), raw(TEXT, b"{") + framed(TEXT, b"{}")])


def _bad_close(chance: random.Random) -> bytes:
    codes = (0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535)
    return framed(CLOSE, chance.choice([b"\x03", *(code.to_bytes(2, "big") for code in codes)]))


def _good_close(chance: random.Random) -> bytes:
    return framed(CLOSE, chance.choice([b"", (1000).to_bytes(2, "big") + "bye ₹".encode(), (4999).to_bytes(2, "big")]))


_KINDS: Final[dict[str, tuple[Callable[[random.Random], bytes], set[int]]]] = {
    "text": (_text, {4400}),
    "truncated JSON": (_truncated, {4400}),
    "wrong type": (_wrong_type, {4400}),
    "no object": (_not_an_object, {4400}),
    "deep nesting": (_nested, {4400}),
    "binary": (lambda chance: framed(BINARY, chance.randbytes(chance.randrange(200))), {4400}),
    "huge": (_huge, {4413}),
    "says it is huge": (_says_it_is_huge, {4413}),
    "huge in fragments": (_huge_in_fragments, {4413}),
    "not UTF-8": (_not_utf8, {1007}),
    "close reason not UTF-8": (lambda _: framed(CLOSE, (1000).to_bytes(2, "big") + b"\xff\xfe"), {1007}),
    "order of fragments": (_broken_order, {1002}),
    "not masked": (lambda _: raw(0x80 | TEXT, b"{}", mask=False), {1002}),
    "reserved bits": (lambda chance: raw(0x80 | chance.choice([0x10, 0x20, 0x40, 0x70]) | TEXT, b"{}"), {1002}),
    "reserved opcode": (lambda chance: raw(0x80 | chance.choice([3, 4, 7, 11, 15]), b"{}"), {1002}),
    "control frame too long": (lambda chance: raw(0x80 | chance.choice([PING, PONG]), b"p" * 126), {1002}),
    "control frame in fragments": (lambda chance: raw(chance.choice([PING, PONG, CLOSE]), b""), {1002}),
    "bad close": (_bad_close, {1002}),
    "close": (_good_close, {1000, 1005, 4999}),
    "ping": (lambda chance: framed(PING, chance.randbytes(chance.randrange(126))), {0}),
    "pong": (lambda chance: framed(PONG, chance.randbytes(chance.randrange(126))), {0}),
    "subscription": (lambda _: framed(TEXT, json.dumps(SUBSCRIBE).encode()), {0}),
    "subscription in fragments": (_fragments, {0}),
}
