import numpy as np
import pytest
import redis
from numpy.typing import NDArray

from risk.quant.ticks import TICK, blank_ticks
from streaming.tests.feed_factories import make_tick
from streaming.tick_entries import Entry, Kind, UnreadableEntry, decode, encode
from streaming.tick_log import SecondWriter, TickLog


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str) -> TickLog:
    return TickLog(redis_client, prefix=redis_prefix)


def append(log: TickLog, number: int, *, run_id: int = 1, price: float = 100.0, kind: Kind = Kind.TICKS) -> str:
    ticks = make_tick(at=number, price=price) if kind == Kind.TICKS else None
    return log.append(0, run_id=run_id, number=number, kind=kind, log_time=number, wall_time=7, ticks=ticks)


def entry_of(
    kind: Kind, *, number: int = 1, log_time: int = 0, wall_time: int = 0, ticks: NDArray[np.void] | None = None
) -> Entry:
    return Entry(1, number, kind, log_time, wall_time, blank_ticks(0) if ticks is None else ticks)


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
    payload = encode(entry_of(Kind.CLOCK, log_time=258, wall_time=1))

    assert payload.hex() == "010001000000000002010000000000000100000000000000"


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"\1\0", "has 2 bytes"),
        (b"\2" + encode(entry_of(Kind.CLOCK))[1:], "schema version 2"),
        (encode(entry_of(Kind.TICKS, ticks=blank_ticks(2)))[:-1], "for 2 ticks"),
    ],
)
def test_an_entry_in_another_format_is_refused_with_what_was_expected(payload: bytes, words: str) -> None:
    with pytest.raises(UnreadableEntry, match=words):
        decode("1-1", payload)


def test_ticks_of_another_shape_are_not_written() -> None:
    with pytest.raises(ValueError, match="dtype TICK"):
        encode(entry_of(Kind.TICKS, ticks=np.zeros(1, dtype=[("instrument", "<u4")])))


def test_an_entrys_ticks_cannot_be_changed() -> None:
    entry = decode("1-1", encode(entry_of(Kind.TICKS, ticks=blank_ticks(1))))

    assert entry.ticks.dtype == TICK
    assert not entry.ticks.flags.writeable


def test_all_partitions_are_appended_to_and_read_at_once(log: TickLog) -> None:
    entries = {partition: entry_of(Kind.TICKS, ticks=make_tick(at=1, price=100.0 + partition)) for partition in (0, 3)}
    log.append_all(entries)
    log.append_all(entries)  # as after a lost reply
    log.append_all({3: entry_of(Kind.CLOCK, number=2)})

    found = log.read_all({0: "0-0", 3: "0-0", 7: "0-0"}, count=10)

    assert {partition: [e.id for e in rows] for partition, rows in found.items()} == {0: ["1-1"], 3: ["1-1", "1-2"]}
    assert found[3][0].ticks["last_price"].tolist() == [103.0]


def test_an_append_that_one_partition_refuses_is_refused(log: TickLog) -> None:
    log.append_all({3: entry_of(Kind.RUN_END)})

    with pytest.raises(SecondWriter, match="ticks:3"):
        log.append_all({0: entry_of(Kind.CLOCK), 3: entry_of(Kind.CLOCK)})


def test_an_entry_says_whether_others_got_ticks(log: TickLog) -> None:
    log.append(0, run_id=1, number=1, kind=Kind.CLOCK, log_time=0, wall_time=0, elsewhere=True)

    assert [e.elsewhere for e in log.read(0, count=1)] == [True]
