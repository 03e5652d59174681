from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from risk.quant.ticks import TICK
from streaming.reasons import REASONS
from streaming.tests.feed_factories import DAY, SECOND, make_tick, trading_day
from streaming.validation import ACCEPTED, FUTURE_TOLERANCE_US, Validator, count_reasons, remarks

OPEN = trading_day().session.open_us
NAN, INF = float("nan"), float("inf")


def judged(*ticks: NDArray[np.void]) -> list[str]:
    verdict = Validator(np.array([1, 2])).judge(np.concatenate(ticks), trading_day())
    return ["accepted" if code == ACCEPTED else REASONS[code].value for code in verdict]


def plain_verdicts(ticks: NDArray[np.void]) -> list[int]:
    """The rules one tick at a time: the slow twin of the vectorised validator."""
    day, verdicts = trading_day(), list[int]()
    memory: dict[int, tuple[tuple[object, ...], int, float]] = {}
    for tick in ticks:
        stamp, price = int(tick["exchange_time"]), float(tick["last_price"])
        name = int(tick["instrument"])
        numbers = [float(tick[field]) for field in TICK.names or () if TICK[field].kind == "f"]
        key = tuple("-" if tick[f] != tick[f] else tick[f].item() for f in TICK.names or () if f != "receive_time")
        alone = {
            "unknown_symbol": name not in (1, 2),
            "not_finite": not np.isfinite(price) or any(np.isinf(number) for number in numbers),
            "non_positive_price": price <= 0,
            "negative_number": any(number < 0 for number in numbers),
            "out_of_range": not 0.005 < price <= 1e9 or any(number > 2**53 for number in numbers),
            "epoch_timestamp": stamp < 365 * 86_400 * SECOND,
            "other_day": not day.start_us <= stamp < day.end_us,
            "outside_session": not day.session.open_us <= stamp < day.session.close_us,
            "future_timestamp": stamp > int(tick["receive_time"]) + FUTURE_TOLERANCE_US,
        }
        if True in alone.values():
            verdicts.append(REASONS.index(next(reason for reason, holds in alone.items() if holds)))
            continue
        last, newest, volume = memory.get(name, ((), 0, NAN))
        if key == last:
            verdicts.append(REASONS.index("duplicate"))
            continue
        memory[name] = (key, max(stamp, newest), volume)
        if stamp < newest:
            verdicts.append(REASONS.index("late"))
            continue
        fell = float(tick["volume"]) < volume
        if tick["volume"] == tick["volume"]:
            memory[name] = (key, max(stamp, newest), float(tick["volume"]))
        verdicts.append(REASONS.index("volume_fell") if fell else ACCEPTED)
    return verdicts


@st.composite
def batches(draw: st.DrawFn) -> NDArray[np.void]:
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(1, 3),
                st.sampled_from([0, 1, 2, 3, 9, -1, 30_000, -86_400, 86_400]),
                st.sampled_from([100.0, 101.0, NAN, INF, 0.0, -1.0, 0.005, 2e9]),
                st.sampled_from([NAN, 5.0, 6.0, 7.0, INF, -1.0, 1e17]),
                st.integers(0, 4),
            ),
            max_size=25,
        )
    )
    ticks = [
        make_tick(instrument=name, at=OPEN + offset * SECOND, price=price, volume=volume, received=OPEN + lag * SECOND)
        for name, offset, price, volume, lag in rows
    ]
    return np.concatenate(ticks) if ticks else np.empty(0, TICK)


@given(batches())
def test_the_verdicts_are_those_of_judging_one_tick_after_another(ticks: NDArray[np.void]) -> None:
    verdict = Validator(np.array([1, 2])).judge(ticks, trading_day())

    assert verdict.tolist() == plain_verdicts(ticks)


@given(batches(), st.lists(st.integers(0, 25), max_size=5))
def test_the_verdicts_do_not_depend_on_where_the_batches_are_cut(ticks: NDArray[np.void], cuts: list[int]) -> None:
    whole = Validator(np.array([1, 2])).judge(ticks, trading_day())
    validator = Validator(np.array([1, 2]))

    parts = [validator.judge(part, trading_day()) for part in np.split(ticks, sorted(cuts))]

    assert np.concatenate(parts).tolist() == whole.tolist()


@given(batches())
def test_every_tick_is_accepted_or_counted_under_one_reason(ticks: NDArray[np.void]) -> None:
    verdict = Validator(np.array([1, 2])).judge(ticks, trading_day())

    counts = count_reasons(verdict)

    assert sum(counts.values()) + int((verdict == ACCEPTED).sum()) == len(ticks)
    assert counts == Counter(REASONS[code].value for code in verdict if code != ACCEPTED)


@given(batches())
def test_judging_changes_no_tick(ticks: NDArray[np.void]) -> None:
    before = ticks.tobytes()

    Validator(np.array([1, 2])).judge(ticks, trading_day())

    assert ticks.tobytes() == before


@pytest.mark.parametrize(
    ("tick", "reason"),
    [
        (make_tick(at=OPEN, instrument=9), "unknown_symbol"),
        (make_tick(at=OPEN, price=NAN), "not_finite"),
        (make_tick(at=OPEN, price=-INF), "not_finite"),
        (make_tick(at=OPEN, volume=INF), "not_finite"),
        (make_tick(at=OPEN, price=0.0), "non_positive_price"),
        (make_tick(at=OPEN, price=-3.0), "non_positive_price"),
        (make_tick(at=OPEN, price=-0.0), "non_positive_price"),
        (make_tick(at=OPEN, volume=-1.0), "negative_number"),
        (make_tick(at=OPEN, price=0.005), "out_of_range"),
        (make_tick(at=OPEN, price=1.1e9), "out_of_range"),
        (make_tick(at=OPEN, volume=2.0**53 + 2), "out_of_range"),
        (make_tick(at=0, received=OPEN), "epoch_timestamp"),
        (make_tick(at=OPEN - 86_400 * SECOND, received=OPEN), "other_day"),
        (make_tick(at=OPEN + 86_400 * SECOND), "other_day"),
        (make_tick(at=OPEN - 1), "outside_session"),
        (make_tick(at=trading_day().session.close_us), "outside_session"),
        (make_tick(at=OPEN + FUTURE_TOLERANCE_US + 1, received=OPEN), "future_timestamp"),
    ],
)
def test_a_tick_that_is_wrong_by_itself_is_refused_and_costs_no_other(tick: NDArray[np.void], reason: str) -> None:
    before, after = make_tick(at=OPEN, price=50.0, volume=1.0), make_tick(at=OPEN, price=51.0, volume=2.0)

    assert judged(before, tick, after) == ["accepted", reason, "accepted"]


def test_the_first_reason_in_the_stated_order_is_the_one_counted() -> None:
    wrong_in_every_way = make_tick(at=0, instrument=9, price=NAN)

    assert judged(wrong_in_every_way) == ["unknown_symbol"]


def test_a_repeated_row_is_a_duplicate_however_late_it_was_received() -> None:
    first, again = make_tick(at=OPEN, received=OPEN), make_tick(at=OPEN, received=OPEN + SECOND)

    assert judged(first, again, again) == ["accepted", "duplicate", "duplicate"]


def test_equal_rows_with_another_trade_between_them_are_not_duplicates() -> None:
    up, down = make_tick(at=OPEN, price=101.0), make_tick(at=OPEN, price=100.0)

    assert judged(up, down, up) == ["accepted", "accepted", "accepted"]


def test_a_tick_older_than_its_own_symbols_newest_is_late() -> None:
    ticks = [
        make_tick(at=OPEN + 5 * SECOND),
        make_tick(at=OPEN + 4 * SECOND, instrument=2),
        make_tick(at=OPEN + 4 * SECOND),
    ]

    assert judged(*ticks) == ["accepted", "accepted", "late"]


def test_a_wrong_spike_of_volume_costs_one_more_tick_and_no_other() -> None:
    volumes = [100.0, 101.0, 9e9, 102.0, 103.0, 104.0]

    verdicts = judged(*(make_tick(at=OPEN + n * SECOND, volume=v) for n, v in enumerate(volumes)))

    assert verdicts == ["accepted", "accepted", "accepted", "volume_fell", "accepted", "accepted"]


def test_a_tick_without_volume_does_not_break_the_comparison() -> None:
    volumes = [100.0, NAN, 99.0]

    verdicts = judged(*(make_tick(at=OPEN + n * SECOND, volume=v) for n, v in enumerate(volumes)))

    assert verdicts == ["accepted", "accepted", "volume_fell"]


def quoted(bid: float, ask: float) -> NDArray[np.void]:
    tick = make_tick(at=OPEN)
    tick["bid_price"], tick["ask_price"] = bid, ask
    return tick


def test_a_crossed_book_is_remarked_and_the_tick_is_accepted() -> None:
    crossed = quoted(101.0, 100.0)

    assert judged(crossed) == ["accepted"]
    assert {name: rows.tolist() for name, rows in remarks(crossed).items()} == {"crossed_book": [True]}


@pytest.mark.parametrize(
    ("bid", "ask"), [(100.0, 100.0), (99.0, 100.0), (100.0, 0.0), (0.0, 100.0), (NAN, 1.0), (1.0, NAN)]
)
def test_a_book_that_is_not_crossed_is_not_remarked(bid: float, ask: float) -> None:
    assert remarks(quoted(bid, ask)) == {}


def test_the_factories_session_is_the_exchanges() -> None:
    assert np.datetime64(OPEN, "us") == np.datetime64(f"{DAY}T03:45")  # 09:15 in India
