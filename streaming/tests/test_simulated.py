from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from streaming.feeds.simulated import STEP_US, SimulatedFeed, session_number, simulated_day
from streaming.feeds.simulated_market import MINUTES, SECONDS, SYMBOLS, TRAITS
from streaming.feeds.simulated_paths import simulate_prices
from streaming.feeds.simulated_session import SESSION_US, session_bars, simulate_session
from streaming.validation import Validator, count_reasons

SEED, NUMBER = 7, 79_000
START = NUMBER * SESSION_US
SECOND = 1_000_000
IDS = {symbol: number for number, symbol in enumerate(SYMBOLS, 1)}


def ticks_of(feed: SimulatedFeed, start: int, end: int) -> NDArray[np.void]:
    return np.concatenate([emission.ticks for emission in feed.emissions(start, end)])


@pytest.fixture
def feed() -> SimulatedFeed:
    return SimulatedFeed(seed=SEED, instruments=IDS)


def test_the_same_seed_and_session_give_the_same_ticks_in_any_order_of_asking() -> None:
    first = simulate_session(SEED, NUMBER).paise.copy()
    for made_before in (simulate_session, simulate_prices):
        made_before.cache_clear()
    simulate_session(SEED, NUMBER - 300)

    assert np.array_equal(simulate_session(SEED, NUMBER).paise, first)


def test_another_seed_gives_another_market() -> None:
    assert not np.array_equal(simulate_session(SEED, NUMBER).paise, simulate_session(SEED + 1, NUMBER).paise)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(START + 1, START + 20 * SECOND), max_size=6))
def test_spans_cut_anywhere_give_the_same_ticks(cuts: list[int]) -> None:
    feed = SimulatedFeed(seed=SEED, instruments=IDS)
    bounds = [START, *sorted(cuts), START + 20 * SECOND]

    parts = [emission for a, b in pairwise(bounds) for emission in feed.emissions(a, b)]

    whole = list(feed.emissions(START, START + 20 * SECOND))
    assert [(e.log_time, e.ticks.tobytes()) for e in parts] == [(e.log_time, e.ticks.tobytes()) for e in whole]


def test_an_emission_comes_at_every_step_silent_or_not(feed: SimulatedFeed) -> None:
    times = [emission.log_time for emission in feed.emissions(START - SECOND, START + SECOND)]

    assert np.all(np.diff(times) == STEP_US)
    assert STEP_US <= 250_000


def test_sessions_follow_one_another_without_a_gap(feed: SimulatedFeed) -> None:
    ticks = ticks_of(feed, START - 5 * SECOND, START + 5 * SECOND)

    seconds = ticks["exchange_time"][ticks["instrument"] == IDS["NIFTY"]] // SECOND

    assert seconds.tolist() == list(range(START // SECOND - 5, START // SECOND + 5))


def test_the_validator_accepts_every_simulated_tick(feed: SimulatedFeed) -> None:
    validator = Validator(np.array(sorted(IDS.values())))
    refused: dict[str, int] = {}

    for emission in feed.emissions(START - 60 * SECOND, START + 60 * SECOND):
        refused.update(count_reasons(validator.judge(emission.ticks, emission.day)))

    assert refused == {}


@pytest.mark.parametrize("minute", [0, 100, MINUTES - 1])
def test_the_bars_are_those_of_the_ticks(feed: SimulatedFeed, minute: int) -> None:
    bars, start = session_bars(SEED, NUMBER), START + 60 * SECOND * minute
    ticks = ticks_of(feed, start, start + 60 * SECOND)
    paise = np.round(ticks["last_price"] * 100).astype(int)

    for column, symbol in enumerate(SYMBOLS):
        mine = ticks["instrument"] == IDS[symbol]
        prices = paise[mine]
        made = (bars.open, bars.close, bars.high, bars.low)
        assert bars.ticks[minute, column] == len(prices)
        assert tuple(part[minute, column] for part in made) == (prices[0], prices[-1], prices.max(), prices.min())
        assert bars.volume[minute, column] == np.nan_to_num(ticks["last_quantity"][mine]).sum()


def test_the_volume_of_the_bars_adds_up_to_that_of_the_last_tick(feed: SimulatedFeed) -> None:
    ticks = ticks_of(feed, START + SESSION_US - SECOND, START + SESSION_US)
    shares = ticks[ticks["instrument"] > 2]

    total = session_bars(SEED, NUMBER).volume.sum(axis=0)

    assert len(shares) == len(SYMBOLS) - 2
    assert np.array_equal(shares["volume"], total[shares["instrument"] - 1])


def test_quotes_stand_around_the_price_on_the_tick_grid() -> None:
    session = simulate_session(SEED, NUMBER)
    column = SYMBOLS.index("MARUTI")  # between 10,000 and 20,000 rupees: ticks of one rupee
    traded = session.paise[:-1]  # the last second holds the auction, which knows no quotes

    assert np.all(session.bid_paise[:-1] <= traded)
    assert np.all(traded <= session.ask_paise[:-1])
    assert np.all(session.paise[:, column] % 100 == 0)


def test_an_index_is_published_every_second_and_a_share_trades_irregularly() -> None:
    present = simulate_session(SEED, NUMBER).present
    rates = present.mean(axis=0)

    assert rates[SYMBOLS.index("NIFTY")] == 1.0
    assert rates[2:] == pytest.approx([trait.activity for trait in TRAITS[2:]], abs=0.05)


def test_only_shares_have_volume_and_it_never_falls() -> None:
    volume = simulate_session(SEED, NUMBER).volume

    assert np.all(np.diff(volume, axis=0) >= 0)
    assert np.all(volume[:, :2] == 0)
    assert np.all(volume[-1, 2:] > 0)


def test_the_calendar_day_of_a_simulated_session_is_the_session() -> None:
    day = simulated_day(NUMBER)

    assert (day.session.key, day.session.open_us) == (NUMBER, START)
    assert day.session.close_us - day.session.open_us == SECONDS * SECOND
    assert session_number(START) == NUMBER
    assert session_number(START - 1) == NUMBER - 1
