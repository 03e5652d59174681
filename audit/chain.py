"""The hash chain: pure functions from an entry's content to its hash.

A hash covers the canonical JSON of the content and the hash of the entry before it, so that changing, removing or
inserting an entry breaks every hash behind it.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypedDict

GENESIS = "0" * 64
LARGEST_EXACT_INTEGER = 2**53


class Content(TypedDict):
    """What an entry says; everything but its primary key and its own hash."""

    sequence: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    object_type: str
    object_id: str
    detail: Mapping[str, Any]
    request_id: str


def entry_hash(content: Content, *, previous: str) -> str:
    """Return the SHA-256, in hex, of the canonical content with the hash of the entry before."""
    at = content["at"].astimezone(UTC).isoformat(timespec="microseconds")
    facts: dict[str, Any] = {**content, "at": at, "previous": previous}
    if not facts["request_id"]:
        del facts["request_id"]  # entries from before it was kept have the hash that they had
    return hashlib.sha256(canonical_json(facts).encode()).hexdigest()


def canonical_json(value: Any) -> str:
    """Return `value` as JSON with one spelling: sorted keys, no blanks, no NaN, numbers as a store returns them.

    PostgreSQL's jsonb turns 1e20 into an integer and -0.0 into 0.0, so numbers that are equal must be spelt alike.
    """
    return json.dumps(_normalised(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _normalised(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _normalised(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normalised(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if abs(value) >= LARGEST_EXACT_INTEGER:
        return float(value)
    return int(value) if float(value).is_integer() else value
