import numpy as np
import pytest
from numpy.typing import NDArray

from streaming.feeds.simulated import SimulatedFeed, simulated_day
from streaming.feeds.simulated_disturbances import Disturbances, Span, read_disturbances
from streaming.feeds.simulated_market import SYMBOLS
from streaming.feeds.simulated_session import SESSION_US
from streaming.validation import Validator, count_reasons

SEED, NUMBER, SECOND = 7, 79_000, 1_000_000
START = NUMBER * SESSION_US + 600 * SECOND
IDS = {symbol: number for number, symbol in enumerate(SYMBOLS, 1)}
SPAN = Span("SBIN", START + 60 * SECOND + 250_000, START + 120 * SECOND + 750_000)


def ticks_of(disturbances: Disturbances, *, symbol: str = "SBIN", seconds: int = 180) -> NDArray[np.void]:
    feed = SimulatedFeed(seed=SEED, instruments=IDS, disturbances=disturbances)
    emissions = feed.emissions(START, START + seconds * SECOND)
    ticks = np.concatenate([emission.ticks for emission in emissions])
    mine: NDArray[np.void] = ticks[ticks["instrument"] == IDS[symbol]]
    return mine


def inside(ticks: NDArray[np.void]) -> NDArray[np.bool_]:
    return np.asarray((ticks["exchange_time"] >= SPAN.start_us) & (ticks["exchange_time"] < SPAN.end_us))


@pytest.fixture(scope="module")
def calm() -> NDArray[np.void]:
    """What the symbol does when nothing is wrong."""
    return ticks_of(Disturbances())


@pytest.mark.parametrize("kind", ["halts", "stale"])
def test_a_halted_or_stale_symbol_sends_nothing_inside_the_span_and_all_outside(
    kind: str, calm: NDArray[np.void]
) -> None:
    ticks = ticks_of(Disturbances(**{kind: (SPAN,)}))

    assert inside(calm).sum() > 30
    assert np.array_equal(ticks["exchange_time"], calm["exchange_time"][~inside(calm)])
    assert np.array_equal(ticks["last_price"], calm["last_price"][~inside(calm)])


def test_volume_stands_still_in_a_halt_and_grows_behind_a_stale_feed(calm: NDArray[np.void]) -> None:
    missed = calm["last_quantity"][inside(calm)].sum()
    after = calm["exchange_time"] >= SPAN.end_us

    halted, stale = (ticks_of(Disturbances(**{kind: (SPAN,)})) for kind in ("halts", "stale"))

    assert np.array_equal(halted["volume"][-after.sum() :], calm["volume"][after] - missed)
    assert np.array_equal(stale["volume"][-after.sum() :], calm["volume"][after])


def test_a_frozen_price_repeats_the_last_one_with_fresh_stamps(calm: NDArray[np.void]) -> None:
    before = calm[calm["exchange_time"] < SPAN.start_us][-1]

    frozen = ticks_of(Disturbances(frozen=(SPAN,)))

    repeated = frozen[inside(frozen)]
    assert np.array_equal(frozen["exchange_time"], calm["exchange_time"])
    for name in ("last_price", "bid_price", "ask_price", "volume"):
        assert np.unique(repeated[name]) == pytest.approx([before[name]])
    assert np.array_equal(frozen["last_price"][~inside(frozen)], calm["last_price"][~inside(calm)])


def test_a_price_frozen_from_the_open_repeats_the_first_one() -> None:
    opening = NUMBER * SESSION_US
    span = Span("SBIN", opening - 10 * SECOND, opening + 60 * SECOND)
    feed = SimulatedFeed(seed=SEED, instruments=IDS, disturbances=Disturbances(frozen=(span,)))

    ticks = np.concatenate([emission.ticks for emission in feed.emissions(opening, opening + 60 * SECOND)])

    mine = ticks[ticks["instrument"] == IDS["SBIN"]]
    assert len(mine) > 20
    assert len(np.unique(mine["last_price"])) == 1


def test_crossed_quotes_have_the_bid_above_the_ask(calm: NDArray[np.void]) -> None:
    ticks = ticks_of(Disturbances(crossed=(SPAN,)))

    assert np.all((ticks["bid_price"] > ticks["ask_price"]) == inside(ticks))
    assert np.array_equal(ticks["last_price"], calm["last_price"])


@pytest.mark.parametrize("kind", ["halts", "stale", "frozen", "crossed"])
def test_other_symbols_and_other_times_are_left_alone(kind: str) -> None:
    disturbances = Disturbances(**{kind: (SPAN,)})
    elsewhere = Disturbances(**{kind: (SPAN._replace(start_us=START - 10**12, end_us=START - 10**11),)})

    assert ticks_of(disturbances, symbol="ITC").tobytes() == ticks_of(Disturbances(), symbol="ITC").tobytes()
    assert ticks_of(elsewhere).tobytes() == ticks_of(Disturbances()).tobytes()


def test_a_span_over_the_close_disturbs_both_sessions() -> None:
    close = (NUMBER + 1) * SESSION_US
    span = Span("SBIN", close - 20 * SECOND, close + 20 * SECOND)
    feed = SimulatedFeed(seed=SEED, instruments=IDS, disturbances=Disturbances(halts=(span,)))

    ticks = np.concatenate([e.ticks for e in feed.emissions(close - 30 * SECOND, close + 30 * SECOND)])

    mine = ticks["exchange_time"][ticks["instrument"] == IDS["SBIN"]]
    assert len(mine) > 5
    assert not ((mine >= span.start_us) & (mine < span.end_us)).any()


@pytest.mark.parametrize("kind", ["halts", "stale", "frozen", "crossed"])
def test_the_validator_accepts_what_a_disturbed_market_sends(kind: str) -> None:
    validator = Validator(np.array(sorted(IDS.values())))
    refused: dict[str, int] = {}
    feed = SimulatedFeed(seed=SEED, instruments=IDS, disturbances=Disturbances(**{kind: (SPAN,)}))

    for emission in feed.emissions(START, START + 180 * SECOND):
        refused.update(count_reasons(validator.judge(emission.ticks, simulated_day(NUMBER))))

    assert refused == {}


@pytest.mark.parametrize(
    ("kind", "span", "message"),
    [
        ("halts", Span("NIFTY50", 0, 1), "needs a simulated symbol, was 'NIFTY50'"),
        ("stale", Span("SBIN", 5, 5), "must end after it starts, SBIN lasted 0.0 s"),
        ("frozen", Span("SBIN", 5_000_000, 0), "SBIN lasted -5.0 s"),
        ("crossed", Span("NIFTY", 0, 1), "an index has no quotes to cross, was NIFTY"),
    ],
)
def test_a_disturbance_that_cannot_be_is_refused(kind: str, span: Span, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Disturbances(**{kind: (span,)})


def test_a_text_names_kinds_symbols_starts_and_lengths() -> None:
    text = "halt:SBIN@+2m/10m, stale:M&M@2026-11-24T10:00:00Z/90s frozen:TCS@2026-11-24T15:30:00+05:30/1h"

    found = read_disturbances(f"{text} crossed:ITC@+0s/5s halt:TCS@+1h/1s", now_us=1_000_000)

    ten = 1_795_514_400 * SECOND  # `date -u -d 2026-11-24T10:00:00 +%s`
    assert found.halts == (
        Span("SBIN", 121 * SECOND, 721 * SECOND),
        Span("TCS", 3_601 * SECOND, 3_602 * SECOND),
    )
    assert found.stale == (Span("M&M", ten, ten + 90 * SECOND),)
    assert found.frozen == (Span("TCS", ten, ten + 3_600 * SECOND),)
    assert found.crossed == (Span("ITC", SECOND, 6 * SECOND),)


def test_an_empty_text_asks_for_nothing() -> None:
    assert not read_disturbances(" ", now_us=0)
    assert read_disturbances("halt:SBIN@+2m/10m", now_us=0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("halts:SBIN@+2m/10m", "KIND:SYMBOL@START/LENGTH"),
        ("halt:SBIN", "KIND:SYMBOL@START/LENGTH"),
        ("halt:@+2m/10m", "KIND:SYMBOL@START/LENGTH"),
        ("halt:SBIN@/10m", "KIND:SYMBOL@START/LENGTH"),
        ("halt:SBIN@+2m", "KIND:SYMBOL@START/LENGTH"),
        ("halt:SBIN@+2m/10", "a whole number of s, m or h, was '10'"),
        ("halt:SBIN@+2m/-5s", "a whole number of s, m or h, was '-5s'"),
        ("halt:SBIN@+2d/5s", "a whole number of s, m or h, was '2d'"),
        ("halt:SBIN@noon/5s", "starts at an ISO instant"),
        ("halt:SBIN@2026-11-24T10:00:00/5s", "needs its UTC offset"),
        ("halt:SBI@+2m/10m", "needs a simulated symbol, was 'SBI'"),
        ("stale:SBIN@+2m/0s", "must end after it starts"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_disturbances(text, now_us=0)
