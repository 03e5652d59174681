"""Reading lines: any bytes at all, cut anywhere, in batches or one by one."""

import json
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.quant.ticks import OPTIONAL, TICK
from streaming.feeds.base import Refusals
from streaming.feeds.json_line import LONGEST_LINE, BadLine, read_line
from streaming.feeds.json_lines import SILENCE_US, JsonLinesFeed
from streaming.feeds.json_ticks import TickReader
from streaming.feeds.line_sources import DescriptorLines, SourceMissing
from streaming.feeds.line_splitting import Lines, LineSplitter
from streaming.tests.bad_ticks import CORPUS
from streaming.tests.feed_factories import trading_day
from streaming.tests.tick_cases import HOUR, SECOND, good, stream
from streaming.tests.timed_lines import TimedLinesFeed
from streaming.validation import ACCEPTED, Validator

DAY = trading_day()
BEGIN = DAY.session.open_us + HOUR
ARRIVAL = BEGIN + SECOND
IDS = {"TCS": 1, "M&M": 2}

json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
near_ticks = st.fixed_dictionaries(
    {"symbol": st.sampled_from([*IDS, "ZZZ", "HDFC", 1, None])},
    optional={
        "exchange_time": st.integers(BEGIN - SECOND, ARRIVAL) | st.integers() | json_values,
        "last_price": st.floats(2_900, 3_100) | json_values,
        **{name: st.floats(0, 1e6) | st.integers(-1, 2**65) | json_values for name in OPTIONAL},
        "unheard_of": json_values,
    },
).map(lambda fields: json.dumps(fields).encode())
pieces = st.sampled_from(
    [b'{"symbol":"TCS"', b"{},{}", b'"last_price":1}', b'{"volume":[{}', b"{}],", b'"', b",", b"}", b"{"]
)
lines = st.one_of(
    near_ticks,
    st.binary(max_size=60),
    st.sampled_from(CORPUS).map(lambda case: case.line(BEGIN).split(b"\n")[0]),
    st.lists(pieces, max_size=4).map(b"".join),
    st.tuples(near_ticks, st.integers(0, 80), pieces).map(lambda cut: cut[0][: cut[1]] + cut[2] + cut[0][cut[1] :]),
).map(lambda line: line.replace(b"\n", b" "))


def reader() -> TickReader:
    return TickReader(IDS, frozenset({"HDFC"}))


def whole(content: list[bytes]) -> Lines:
    return LineSplitter().split(b"".join(line + b"\n" for line in content))


def alone(line: bytes) -> NDArray[np.void] | str:
    """The slow twin: one line, read by the reference alone; its tick, or why it is none."""
    try:
        found = read_line(line)
    except BadLine as bad:
        return bad.reason.value
    if found.symbol not in IDS:
        return "delisted_symbol" if found.symbol == "HDFC" else "unknown_symbol"
    return np.array([(IDS[found.symbol], found.exchange_time, ARRIVAL, *found.numbers)], dtype=TICK)


@given(st.lists(lines, max_size=12))
def test_lines_read_together_give_what_each_gives_alone(content: list[bytes]) -> None:
    split, refusals = whole(content), Refusals()

    ticks = reader().parse(split.whole, refusals, received_at=ARRIVAL)

    expected = [alone(line) for line in split.whole]
    assert ticks.tobytes() == b"".join(one.tobytes() for one in expected if not isinstance(one, str))
    assert sorted(refusals.counts.elements()) == sorted(one for one in expected if isinstance(one, str))


TAIL = b'"symbol":"TCS","exchange_time":%d,"last_price":1,"volume":2}' % BEGIN


@pytest.mark.parametrize(
    "content",
    [
        [b'{"symbol":"TCS"', b'"exchange_time":%d,"last_price":1}' % BEGIN],
        [b"{},{}", b'{"volume":1', TAIL],
        [b"{},{}", b'{"volume":[{}', b"{}]," + TAIL],
        [b"{},{}", b"{"],
        [good(BEGIN) + b"," + good(BEGIN), b'{"symbol":"'],
    ],
)
def test_lines_that_are_whole_only_together_are_no_ticks(content: list[bytes]) -> None:
    refusals = Refusals()

    assert len(reader().parse(content, refusals, received_at=ARRIVAL)) == 0
    assert refusals.counts == {"malformed": len(content)}


@given(st.binary(max_size=400) | st.lists(lines, max_size=12).map(b"\n".join))
def test_any_bytes_are_accounted_for_line_by_line_and_what_is_accepted_is_a_possible_tick(content: bytes) -> None:
    splitter = LineSplitter()
    split = splitter.split(content) + splitter.end()

    ticks, refusals = reader().read(split, received_at=ARRIVAL, day=DAY)
    accepted = ticks[Validator(np.array([1, 2])).judge(ticks, DAY) == ACCEPTED]

    assert len(split) == content.count(b"\n") + (content.rpartition(b"\n")[2] != b"")
    assert len(ticks) + refusals.counts.total() == len(split)
    assert np.isin(accepted["instrument"], [1, 2]).all()
    assert ((accepted["last_price"] > 0.005) & (accepted["last_price"] <= 1e9)).all()
    assert (
        (accepted["exchange_time"] >= DAY.session.open_us) & (accepted["exchange_time"] < ARRIVAL + 5 * SECOND + 1)
    ).all()
    assert all(
        np.all(np.isnan(accepted[name]) | ((accepted[name] >= 0) & (accepted[name] <= 2**53))) for name in OPTIONAL
    )


@given(st.lists(lines, max_size=8), st.lists(lines, max_size=8))
def test_a_good_line_between_any_others_is_read(before: list[bytes], after: list[bytes]) -> None:
    split = whole([*before, good(BEGIN), *after])

    ticks = reader().parse(split.whole, Refusals(), received_at=ARRIVAL)

    assert np.isin(BEGIN, ticks["exchange_time"][(ticks["instrument"] == 1) & (ticks["last_quantity"] == 1)])


@given(st.binary(max_size=200), st.lists(st.integers(0, 200), max_size=6))
def test_lines_do_not_depend_on_how_the_bytes_come(content: bytes, cuts: list[int]) -> None:
    at_once, in_parts, found = LineSplitter(), LineSplitter(), Lines([], [])
    bounds = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]

    for start, stop in pairwise(bounds):
        found += in_parts.split(content[start:stop])

    assert found + in_parts.end() == at_once.split(content) + at_once.end()


@pytest.mark.parametrize("chunk", [1_000, 65_536, 2_000_000])
def test_a_line_without_an_end_is_counted_once_and_not_kept(chunk: int) -> None:
    splitter, found, kept = LineSplitter(), Lines([], []), 0
    content = good(BEGIN) + b"\n" + b"x" * 1_048_576 + b"\r\n" + good(BEGIN + 1) + b"\n"

    for start in range(0, len(content), chunk):
        found += splitter.split(content[start : start + chunk])
        kept = max(kept, len(splitter._rest))

    assert found.whole == [good(BEGIN), good(BEGIN + 1)]
    assert [(len(beginning), size) for beginning, size in found.too_long] == [(400, 1_048_577)]
    assert kept <= LONGEST_LINE + 1


def test_a_flood_of_bad_lines_keeps_a_thousand_samples() -> None:
    _, refusals = reader().read(LineSplitter().split(b"\n" * 20_000), received_at=ARRIVAL, day=DAY)

    assert (refusals.counts, len(refusals.samples)) == ({"empty": 20_000}, 1_000)


def test_the_whole_corpus_in_batches_of_any_size_is_judged_alike() -> None:
    content = stream(BEGIN, CORPUS)
    counts = []
    for size in (1, 7, 1_000):
        batch, own = whole(content.split(b"\n")[:-1]), reader()
        refused = Refusals()
        for start in range(0, len(batch.whole), size):
            _, refusals = own.read(Lines(batch.whole[start : start + size], []), received_at=ARRIVAL, day=DAY)
            refused.counts.update(refusals.counts)
        counts.append(refused.counts)

    assert counts[0] == counts[1] == counts[2]
    assert counts[0].total() > 100


@pytest.fixture
def pipe() -> Iterator[tuple[DescriptorLines, int]]:
    reading, writing = os.pipe()
    with DescriptorLines("a pipe", reading, True) as source:
        yield source, writing


def test_a_pipe_gives_whole_lines_and_its_rest_at_the_end(pipe: tuple[DescriptorLines, int]) -> None:
    source, writing = pipe

    assert source.take() == Lines([], [])
    os.write(writing, b"one\ntw")
    assert source.take() == Lines([b"one"], [])
    os.write(writing, b"o\nthree")
    os.close(writing)
    assert source.take() == Lines([b"two", b"three"], [])
    assert source.take() is None
    assert source.take() is None


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="No such file"):
        DescriptorLines.open(str(tmp_path / "absent"))
    with pytest.raises(SourceMissing, match="is a directory"):
        DescriptorLines.open(str(tmp_path))


def live_feed(source: DescriptorLines) -> JsonLinesFeed:
    return JsonLinesFeed(source, reader(), lambda instant: DAY)


def test_a_live_feed_tells_what_came_then_silence_then_its_end(pipe: tuple[DescriptorLines, int]) -> None:
    source, writing = pipe
    feed = live_feed(source)
    os.write(writing, good(BEGIN) + b"\n")

    (came,) = feed.emissions(ARRIVAL - 1, ARRIVAL)
    assert (came.log_time, came.ticks["receive_time"].tolist()) == (ARRIVAL, [ARRIVAL])
    assert list(feed.emissions(ARRIVAL, ARRIVAL)) == []
    assert list(feed.emissions(ARRIVAL, ARRIVAL + SILENCE_US - 1)) == []
    (silent,) = feed.emissions(ARRIVAL, ARRIVAL + SILENCE_US)
    assert (silent.log_time, len(silent.ticks), silent.refusals, feed.last_us) == (ARRIVAL + SILENCE_US, 0, None, None)
    os.close(writing)
    (last,) = feed.emissions(silent.log_time, silent.log_time + 1)
    assert feed.last_us == last.log_time == silent.log_time + 1


def test_lines_that_a_run_did_not_take_belong_to_the_next_run(pipe: tuple[DescriptorLines, int]) -> None:
    source, writing = pipe
    os.write(writing, good(BEGIN) + b"\nno tick\n")

    taken_over = live_feed(source).emissions(BEGIN, ARRIVAL)
    first = next(taken_over)
    taken_over.close()  # type: ignore[attr-defined]  # a generator, as the runner leaves it
    (second,) = live_feed(source).emissions(BEGIN, ARRIVAL)

    assert second.ticks.tobytes() == first.ticks.tobytes()
    assert second.refusals is not None and second.refusals.counts == {"malformed": 1}
    os.close(writing)


def test_timed_lines_come_at_their_times() -> None:
    batches = [(ARRIVAL, good(BEGIN) + b"\n"), (ARRIVAL + SECOND, b"no tick\n")]
    feed = TimedLinesFeed(batches, reader=reader(), day=DAY)

    emissions = list(feed.emissions(feed.first_us - 1, feed.last_us))

    assert [(e.log_time, len(e.ticks), e.refusals and e.refusals.counts.total()) for e in emissions] == [
        (ARRIVAL, 1, 0),
        (ARRIVAL + SECOND, 0, 1),
    ]
    assert [e.log_time for e in feed.emissions(ARRIVAL, ARRIVAL + SECOND)] == [ARRIVAL + SECOND]
