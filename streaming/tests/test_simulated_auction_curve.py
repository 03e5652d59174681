"""A seasonal curve that learns the simulated auction's minute apart, beside the variance that is known to be in it."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from risk.quant.model import ScoreModel, default_model
from risk.quant.profile import Profile
from risk.quant.universe import Universe
from streaming.feeds import simulated_auction
from streaming.feeds.simulated import simulated_day
from streaming.feeds.simulated_auction import closing_auction
from streaming.feeds.simulated_dynamics import BETWEEN, INSIDE
from streaming.feeds.simulated_history import simulated_bars
from streaming.feeds.simulated_market import MINUTES, SYMBOLS, TRAITS, seasonal_variance
from streaming.feeds.simulated_trading import IS_INDEX

FloatArray = NDArray[np.float64]

SEED, NUMBERS = 4_711, range(91_000, 91_012)
SHARES = ~IS_INDEX
WIDE = 20.0  # times the spread of limits that the simulator's auction has
LAST = MINUTES - 1
INSTRUMENTS = {symbol: number for number, symbol in enumerate(SYMBOLS, start=1)}


def auction_share() -> FloatArray:
    """What the auction adds to the variance of each share's last minute, in average minutes: known by drawing it."""
    prices = np.array([trait.price for trait in TRAITS])
    drawn = np.array([closing_auction(SEED, number, prices).paise for number in range(400)])[:, SHARES]
    noise = np.log(drawn / 100.0 / prices[SHARES]).var(axis=0)
    session = np.array([trait.market**2 + trait.banking**2 + trait.own**2 for trait in TRAITS])[SHARES]
    return np.asarray(noise * MINUTES / session)


def learnt(models: list[ScoreModel]) -> list[FloatArray]:
    """The s^2 of each share's minutes [shares, MINUTES] after the sessions, under each model."""
    universe = Universe(np.arange(1, len(SYMBOLS) + 1), SHARES.astype(np.int8))
    profiles = [Profile.empty(universe, model) for model in models]
    for number in NUMBERS:
        session = simulated_day(number).session
        bars = simulated_bars(SEED, number, instruments=INSTRUMENTS, before_us=session.close_us)
        profiles = [profile.roll(bars, session) for profile in profiles]
    return [np.diff(profile.elapsed_on(NUMBERS[-1]), axis=1)[SHARES] for profile in profiles]


def test_the_auction_as_it_is_simulated_hardly_moves_the_last_minute() -> None:
    assert np.all(auction_share() < 0.06 * seasonal_variance()[LAST])


def test_a_wild_auction_s_minute_is_learnt_apart_as_large_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulated_auction, "_LIMIT_SPREAD", WIDE * simulated_auction._LIMIT_SPREAD)
    model = replace(default_model(), seasonality_sessions=1e-6)  # no pull to the class's curve, which has no auction
    ordinary = seasonal_variance()
    # s is a mean |r|: a minute whose volatility wanders has less of it than its variance says, an auction has not.
    added = auction_share() / np.exp(-(BETWEEN**2 + INSIDE**2))
    truth = (ordinary[LAST] + added) / (1 + added / MINUTES)  # its curve has mean square 1 as well

    apart, smeared = learnt([replace(model, auction_minutes=1), model])

    assert truth.mean() > 10
    assert apart[:, LAST].mean() == pytest.approx(truth.mean(), rel=0.2)
    assert apart[:, LAST - 7 : LAST].mean() == pytest.approx(ordinary[LAST - 7 : LAST].mean(), rel=0.25)
    assert smeared[:, LAST].mean() < 0.3 * truth.mean()
    assert smeared[:, LAST - 7 : LAST].mean() > 1.25 * apart[:, LAST - 7 : LAST].mean()
