import numpy as np
import pytest
import redis

from risk.quant.ticks import TICK, blank_ticks
from streaming.tests.feed_factories import make_tick
from streaming.tick_log import Kind, SecondWriter, TickLog, UnreadableEntry, decode, encode


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str) -> TickLog:
    return TickLog(redis_client, prefix=redis_prefix)


def append(log: TickLog, number: int, *, run_id: int = 1, price: float = 100.0, kind: Kind = Kind.TICKS) -> str:
    ticks = make_tick(at=number, price=price) if kind == Kind.TICKS else None
    return log.append(0, run_id=run_id, number=number, kind=kind, log_time=number, wall_time=7, ticks=ticks)


def test_what_is_appended_is_read_back_in_order(log: TickLog) -> None:
    append(log, 1, kind=Kind.RUN_START)
    append(log, 2, price=101.5)
    append(log, 3, kind=Kind.CLOCK)

    entries = log.read(0, count=10)

    assert [(e.id, e.run_id, e.number, e.kind) for e in entries] == [
        ("1-1", 1, 1, Kind.RUN_START),
        ("1-2", 1, 2, Kind.TICKS),
        ("1-3", 1, 3, Kind.CLOCK),
    ]
    assert entries[1].ticks.tobytes() == make_tick(at=2, price=101.5).tobytes()
    assert (entries[1].log_time, entries[1].wall_time) == (2, 7)


def test_reading_goes_on_after_a_position_and_comes_back_empty_from_silence(log: TickLog) -> None:
    append(log, 1)
    append(log, 2)

    assert [e.id for e in log.read(0, after="1-1", count=10)] == ["1-2"]
    assert log.read(0, after="1-2", count=10, block_ms=10) == []
    assert log.read(1, count=10) == []


def test_repeating_an_append_after_a_lost_reply_changes_nothing(log: TickLog) -> None:
    append(log, 1)
    append(log, 2)

    assert append(log, 1) == "1-1"
    assert append(log, 2) == "1-2"
    assert log.length(0) == 2


def test_other_content_under_an_entrys_id_reveals_a_second_writer(log: TickLog) -> None:
    append(log, 1)

    with pytest.raises(SecondWriter, match=r"1-1 .* holds other content"):
        append(log, 1, price=99.0)


def test_an_entry_behind_the_head_reveals_a_second_writer(log: TickLog) -> None:
    append(log, 1, run_id=2)

    with pytest.raises(SecondWriter, match="behind the newest"):
        append(log, 5, run_id=1)


def test_a_later_run_follows_an_earlier_one_whatever_their_numbers(log: TickLog) -> None:
    append(log, 900, run_id=9)
    append(log, 1, run_id=10)

    assert [e.id for e in log.range(0)] == ["9-900", "10-1"]


def test_trimming_drops_what_is_before_an_entry_and_keeps_that_entry(log: TickLog) -> None:
    for number in range(1, 6):
        append(log, number)

    assert log.trim(0, "1-4") == 3
    assert [e.id for e in log.range(0)] == ["1-4", "1-5"]


def test_the_head_is_the_newest_entry(log: TickLog) -> None:
    assert log.head(0) is None
    append(log, 1)
    append(log, 2)

    head = log.head(0)

    assert head is not None
    assert head.id == "1-2"


@pytest.mark.parametrize("protocol", [2, 3])
def test_both_protocols_of_the_server_are_understood(redis_url: str, redis_prefix: str, protocol: int) -> None:
    with redis.Redis.from_url(redis_url, protocol=protocol) as client:
        log = TickLog(client, prefix=redis_prefix)
        append(log, 1)

        assert [e.id for e in log.read(0, count=1, block_ms=5)] == ["1-1"]
        client.delete(log.key(0))


def test_the_bytes_are_the_documented_format() -> None:
    payload = encode(Kind.CLOCK, log_time=258, wall_time=1, ticks=blank_ticks(0))

    assert payload.hex() == "010001000000000002010000000000000100000000000000"


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"\1\0", "has 2 bytes"),
        (b"\2" + encode(Kind.CLOCK, log_time=0, wall_time=0, ticks=blank_ticks(0))[1:], "schema version 2"),
        (encode(Kind.TICKS, log_time=0, wall_time=0, ticks=blank_ticks(2))[:-1], "for 2 ticks"),
    ],
)
def test_an_entry_in_another_format_is_refused_with_what_was_expected(payload: bytes, words: str) -> None:
    with pytest.raises(UnreadableEntry, match=words):
        decode("1-1", payload)


def test_ticks_of_another_shape_are_not_written() -> None:
    with pytest.raises(ValueError, match="dtype TICK"):
        encode(Kind.TICKS, log_time=0, wall_time=0, ticks=np.zeros(1, dtype=[("instrument", "<u4")]))


def test_an_entrys_ticks_cannot_be_changed() -> None:
    entry = decode("1-1", encode(Kind.TICKS, log_time=0, wall_time=0, ticks=blank_ticks(1)))

    assert entry.ticks.dtype == TICK
    assert not entry.ticks.flags.writeable
