"""The canonical form: sorted keys, no blanks, one spelling of a number."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from audit.chain import GENESIS, Content, canonical_json, entry_hash


def content(at: datetime) -> Content:
    return Content(
        sequence=1,
        at=at,
        actor_id=7,
        actor_name="a",
        action="x",
        object_type="",
        object_id="",
        detail={"b": 1, "a": 2},
        request_id="",
    )


def test_the_hash_covers_the_canonical_text() -> None:
    text = (
        '{"action":"x","actor_id":7,"actor_name":"a","at":"2026-01-02T03:04:05.000000+00:00","detail":{"a":2,"b":1},'
        f'"object_id":"","object_type":"","previous":"{GENESIS}","sequence":1}}'
    )

    found = entry_hash(content(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)), previous=GENESIS)

    assert found == hashlib.sha256(text.encode()).hexdigest()


def test_the_zone_of_a_time_does_not_matter() -> None:
    utc = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    ist = utc.astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert entry_hash(content(utc), previous=GENESIS) == entry_hash(content(ist), previous=GENESIS)


@pytest.mark.parametrize(
    ("one", "other"), [(1.0, 1), (-0.0, 0), (1e20, 100000000000000000000), (1e300, 10**300), ([1.0], (1,))]
)
def test_equal_numbers_are_spelt_alike(one: object, other: object) -> None:
    assert canonical_json(one) == canonical_json(other)


def test_true_is_not_one() -> None:
    assert canonical_json(True) != canonical_json(1)
