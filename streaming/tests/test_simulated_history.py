import numpy as np
import pytest

from risk.quant.calendar import SimulatedClock
from risk.quant.feature_past import FeaturePast
from risk.quant.market import MarketFold
from risk.quant.model import default_model
from risk.quant.profile import Profile, Universe
from streaming.feeds.simulated import SimulatedFeed
from streaming.feeds.simulated_history import simulated_bars, with_simulated_sessions
from streaming.feeds.simulated_market import SYMBOLS
from streaming.feeds.simulated_session import SESSION_US

SEED, NUMBER = 7, 79_000
START = NUMBER * SESSION_US
MINUTE = 60_000_000
IDS = {symbol: number for number, symbol in enumerate(SYMBOLS, 1)}
UNIVERSE = Universe(np.arange(1, 21), np.array([0, 0] + [1] * 18, dtype=np.int8))


def empty_profile() -> Profile:
    return Profile.empty(UNIVERSE, default_model())


def learned(numbers: range) -> tuple[Profile, FeaturePast]:
    return with_simulated_sessions(
        empty_profile(), FeaturePast.empty(len(UNIVERSE)), SEED, numbers=numbers, instruments=IDS
    )


def test_the_worker_closes_the_very_bars_that_the_history_holds() -> None:
    fold = MarketFold.start(universe=UNIVERSE, clock=SimulatedClock(), profile=empty_profile(), model=default_model())
    feed = SimulatedFeed(seed=SEED, instruments=IDS)
    closed = []
    for second in range(START, START + 5 * MINUTE + 3_000_000, 1_000_000):
        fold.fold(np.concatenate([emission.ticks for emission in feed.emissions(second, second + 1_000_000)]))
        closed.append(fold.advance(second + 1_000_000).bars)

    live = np.concatenate(closed)
    live = live[np.lexsort((live["instrument"], live["minute"]))]

    past = simulated_bars(SEED, NUMBER, instruments=IDS, before_us=START + 5 * MINUTE)
    for column in ("instrument", "session", "minute", "start", "open", "high", "low", "close", "ticks"):
        assert np.array_equal(live[column], past[column]), column


def test_bars_end_before_the_instant_asked_for() -> None:
    bars = simulated_bars(SEED, NUMBER, instruments=IDS, before_us=START + 3 * MINUTE - 1)

    assert bars["minute"].max() == 1
    assert len(simulated_bars(SEED, NUMBER, instruments=IDS, before_us=START)) == 0


def test_whole_sessions_leave_the_prior_behind() -> None:
    count = default_model().minimum_sessions

    profile, past = learned(range(NUMBER - count, NUMBER))

    assert profile.session == NUMBER - 1
    assert np.all(profile.sessions >= count)
    assert np.array_equal((past.days[:, 3] > 0).sum(axis=0), np.full(20, count))  # a close a session


def test_the_past_can_be_continued_where_it_ended() -> None:
    first = learned(range(NUMBER - 3, NUMBER - 1))

    continued = with_simulated_sessions(*first, SEED, numbers=range(NUMBER - 1, NUMBER), instruments=IDS)

    whole = learned(range(NUMBER - 3, NUMBER))
    assert continued[0].dump_instrument(0) == whole[0].dump_instrument(0)
    assert continued[1].pack(0) == whole[1].pack(0)


def test_a_bar_has_the_spread_of_its_last_quotes() -> None:
    start, symbol = START + 2 * MINUTE, IDS["SBIN"]
    feed = SimulatedFeed(seed=SEED, instruments=IDS)
    ticks = np.concatenate([emission.ticks for emission in feed.emissions(start, start + MINUTE)])
    last = ticks[ticks["instrument"] == symbol][-1]

    bars = simulated_bars(SEED, NUMBER, instruments=IDS, before_us=start + MINUTE)

    bar = bars[(bars["minute"] == 2) & (bars["instrument"] == symbol)][0]
    middle = (last["bid_price"] + last["ask_price"]) / 2
    assert bar["spread_bp"] == pytest.approx(10_000 * (last["ask_price"] - last["bid_price"]) / middle, rel=1e-9)
    assert np.isnan(bars["spread_bp"][bars["instrument"] <= 2]).all()


def test_a_symbol_without_an_instrument_is_named() -> None:
    with pytest.raises(KeyError, match="M&M"):
        SimulatedFeed(seed=SEED, instruments={s: n for s, n in IDS.items() if s != "M&M"})
