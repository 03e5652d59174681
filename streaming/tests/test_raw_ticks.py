import json

import pytest

from streaming.feeds.raw_fields import LARGEST_MESSAGE
from streaming.feeds.raw_ticks import RawTicks
from streaming.tests.feed_factories import SECOND, trading_day

OPEN = trading_day().session.open_us
GOOD = {"symbol": "AAA", "time": OPEN + SECOND, "price": 100.0}


def line(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def without(name: str) -> bytes:
    return json.dumps({key: value for key, value in GOOD.items() if key != name}).encode()


CORPUS = [
    (b"", "empty"),
    (b" \r", "empty"),
    (b"null", "malformed"),
    (b"[]", "malformed"),
    (b"{", "malformed"),
    (b"[" * 16_000, "malformed"),
    (b"{}{}", "malformed"),
    (b"\xff\xfe{}", "not_utf8"),
    (b" " * (LARGEST_MESSAGE + 1), "too_large"),
    (b"x" * 1_048_576, "too_large"),
    (b'{"symbol": "AAA", "symbol": "BBB"}', "duplicate_key"),
    *((without(name), "missing_field") for name in GOOD),
    *((line(**{name: None}), "missing_field") for name in GOOD),
    *((line(**{name: True}), "wrong_type") for name in (*GOOD, "volume", "bid")),
    *((line(**{name: []}), "wrong_type") for name in (*GOOD, "volume", "bid")),
    *((line(**{name: {"a": 1}}), "wrong_type") for name in GOOD),
    (line(price="100"), "wrong_type"),
    (line(symbol=5), "wrong_type"),
    (line(time=1.5), "wrong_type"),
    (line(symbol=""), "out_of_range"),
    (line(symbol="x" * 65), "out_of_range"),
    (line(symbol="ZZZ"), "unknown_symbol"),
    (line(symbol="aaa"), "unknown_symbol"),
    (line(symbol="\0"), "unknown_symbol"),
    (line(symbol="\ud800"), "unknown_symbol"),
    (line(symbol="OLD"), "delisted_symbol"),
    *((line(**{name: float("nan")}), "not_finite") for name in ("price", "volume", "ask")),
    (line(price=0).replace(b": 0}", b": 1e309}"), "not_finite"),
    *((line(**{name: -1}), "negative_number") for name in ("volume", "bid", "ask", "quantity", "open_interest")),
    *((line(**{name: 10**30}), "out_of_range") for name in ("price", "volume", "time")),
    (line(price=1e-9), "out_of_range"),
    (line(price=1e12), "out_of_range"),
    (line(time=OPEN // 10**6), "wrong_time_unit"),
    (line(time=OPEN // 10**3), "wrong_time_unit"),
    (line(time=OPEN * 10**3), "wrong_time_unit"),
    (line(time="2021-04-08T09:15:01"), "wrong_time_zone"),
    (line(time="nine o'clock"), "malformed"),
]


@pytest.mark.parametrize(("message", "reason"), CORPUS, ids=range(len(CORPUS)))
def test_a_bad_message_has_its_reason_and_costs_no_neighbour(message: bytes, reason: str) -> None:
    found = RawTicks({"AAA": 1}, frozenset({"OLD"})).parse([line(), message, line(price=101)])

    assert [remark.reason.value for remark in found.refused] == [reason]
    assert found.ticks["last_price"].tolist() == [100.0, 101.0]
    assert len(found.refused[0].message) <= 203 and found.refused[0].message.isascii()


@pytest.mark.parametrize("time", ["2021-04-08T09:15:01+05:30", "2021-04-08T03:45:01Z", OPEN + SECOND])
def test_a_time_is_microseconds_or_says_its_offset(time: object) -> None:
    assert RawTicks({"AAA": 1}).parse([line(time=time)]).ticks["exchange_time"].tolist() == [OPEN + SECOND]


def test_a_crossed_book_costs_the_quotes_and_not_the_price() -> None:
    found = RawTicks({"AAA": 1}).parse([line(bid=101, ask=100)])

    assert [remark.reason.value for remark in found.noted] == ["crossed_book"]
    assert found.ticks["last_price"].tolist() == [100.0] and not (found.ticks["bid_price"] > 0).any()


def settled(*messages: bytes) -> tuple[list[str], list[float]]:
    reader = RawTicks({"AAA": 1})
    batch = reader.parse(messages)
    batch.ticks["receive_time"] = OPEN + SECOND
    found = reader.settle(batch, trading_day())
    return [f"{remark.symbol} {remark.reason}" for remark in found.refused], found.ticks["last_price"].tolist()


def test_a_lone_wild_price_is_refused_and_a_new_level_believed_at_the_second() -> None:
    prices = [100.0, 500.0, 101.0, 150.0, 151.0, 152.0]

    refused, kept = settled(*(line(price=price) for price in prices))

    assert refused == ["AAA price_jump"] * 2
    assert kept == [100.0, 101.0, 151.0, 152.0]


@pytest.mark.parametrize("hours", [5.5, -5.5])
def test_indian_clock_time_passed_for_utc_is_refused(hours: float) -> None:
    assert settled(line(time=OPEN + SECOND + int(hours * 3600) * SECOND))[0] == ["AAA wrong_time_zone"]
