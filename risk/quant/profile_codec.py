"""Bytes of one instrument's profile: a fixed header, then its rings, compressed."""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from risk.quant.profile import Profile

SCHEMA: Final = 2
# Schema, sessions in the rings, minutes, windows; session key, sessions seen, last close; daily, slow, falls, two legs.
HEADER: Final = struct.Struct("<4H3q5d")
RINGS: Final = ("returns", "ratios", "forecasts", "outcomes")


def pack(profile: "Profile", index: int) -> bytes:
    """Return the bytes of the instrument at `index`.

    Raises ValueError for a position that there is not and for the profile of a trial.
    """
    if profile.model.is_trial:
        raise ValueError("the profile of a trial cannot be stored: its blob has no place for what the trial learns")
    if not 0 <= index < len(profile.universe):
        raise ValueError(f"index must be one of {len(profile.universe)} instruments, was {index}")
    rings = [np.ascontiguousarray(getattr(profile, name)[:, index]) for name in RINGS]
    shape = (SCHEMA, len(rings[0]), rings[0].shape[1], rings[1].shape[1])
    facts = (profile.session, int(profile.sessions[index]), int(profile.last_close[index]))
    variances = (profile.daily[index], profile.slow[index], profile.falls[index], *profile.legs[:, index])
    body = zlib.compress(b"".join(ring.tobytes() for ring in rings), 1)
    return HEADER.pack(*shape, *facts, *variances) + body


def unpack(empty: "Profile", blobs: Mapping[int, bytes]) -> "Profile":
    """Return `empty` with the blobs of its instruments filled in; shorter histories are aligned at the newest.

    Blobs of other instruments are passed over.  Raises ValueError for a blob of another schema, grid or length.
    """
    parts = {
        int(np.searchsorted(empty.universe.instruments, instrument)): _parsed(blob, empty)
        for instrument, blob in blobs.items()
        if instrument in empty.universe.instruments
    }
    depth = max((len(rings[0]) for _, rings in parts.values()), default=0)
    session = max((int(facts[4]) for facts, _ in parts.values()), default=0)
    filled = replace(
        empty,
        session=session,
        sessions=empty.sessions.copy(),
        last_close=empty.last_close.copy(),
        daily=empty.daily.copy(),
        slow=empty.slow.copy(),
        falls=empty.falls.copy(),
        legs=empty.legs.copy(),
        returns=_blank(empty.returns, depth),
        ratios=_blank(empty.ratios, depth),
        forecasts=_blank(empty.forecasts, depth),
        outcomes=_blank(empty.outcomes, depth),
    )
    for index, (facts, rings) in parts.items():
        filled.sessions[index], filled.last_close[index] = facts[5], facts[6]
        filled.daily[index], filled.slow[index], filled.falls[index] = facts[7:10]
        filled.legs[:, index] = facts[10:]
        for name, ring in zip(RINGS, rings, strict=True):
            getattr(filled, name)[depth - len(ring) :, index] = ring
    return filled


def _parsed(blob: bytes, empty: "Profile") -> tuple[tuple[float, ...], list[NDArray[np.float32]]]:
    if len(blob) < HEADER.size:
        raise ValueError(f"profile needs a header of {HEADER.size} bytes, had {len(blob)}")
    facts = HEADER.unpack_from(blob)
    schema, depth, minutes, windows = facts[:4]
    expected = (SCHEMA, empty.returns.shape[2], empty.ratios.shape[2])
    if (schema, minutes, windows) != expected:
        raise ValueError(f"profile has schema, minutes, windows {(schema, minutes, windows)}, expected {expected}")
    sizes = [depth * minutes, *[depth * windows] * (len(RINGS) - 1)]
    values = np.frombuffer(_body(blob, length=4 * sum(sizes)), dtype=np.float32)
    pieces = np.split(values, np.cumsum(sizes)[:-1])
    return facts, [piece.reshape(depth, -1) if depth else np.zeros((0, 1), np.float32) for piece in pieces]


def _body(blob: bytes, *, length: int) -> bytes:
    try:
        body = zlib.decompress(blob[HEADER.size :])
    except zlib.error as error:
        raise ValueError(f"profile of {len(blob)} bytes cannot be read: {error}") from error
    if len(body) != length:
        raise ValueError(f"profile has rings of {len(body)} bytes, expected {length}")
    return body


def _blank(ring: NDArray[np.float32], depth: int) -> NDArray[np.float32]:
    return np.full((depth, *ring.shape[1:]), np.nan, dtype=np.float32)
