"""The simulator's past: minute bars as the fold's BAR rows, from the same ticks as the live feed."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US
from risk.quant.market import BAR, Universe
from risk.quant.model import ScoreModel
from risk.quant.profile import Profile
from streaming.feeds.simulated import session_bars, session_number, simulated_day
from streaming.feeds.simulated_market import SYMBOLS


def simulated_bars(seed: int, number: int, *, instruments: Mapping[str, int], before_us: int) -> NDArray[np.void]:
    """Return the bars of session `number` that end at or before `before_us`, by minute and instrument.

    Minutes in which an instrument did not trade have no row.
    """
    made, day = session_bars(seed, number), simulated_day(number)
    minutes = int(np.clip((before_us - day.session.open_us) // MINUTE_US, 0, len(made.ticks)))
    minute, column = np.nonzero(made.ticks[:minutes])
    ids = np.array([instruments[symbol] for symbol in SYMBOLS])
    bars = np.zeros(len(minute), dtype=BAR)
    bars["instrument"], bars["session"], bars["minute"] = ids[column], number, minute
    bars["start"] = day.session.open_us + minute * MINUTE_US
    for name in ("open", "high", "low", "close", "volume", "ticks"):
        bars[name] = getattr(made, name)[minute, column]
    bars["log_odds"] = np.nan
    return bars[np.lexsort((bars["instrument"], bars["minute"]))]


def simulated_profile(
    seed: int, *, sessions: int, before_us: int, instruments: Mapping[str, int], universe: Universe, model: ScoreModel
) -> tuple[int, Profile]:
    """Return the last whole session before `before_us` and the profile of the `sessions` sessions up to it."""
    last = session_number(before_us) - 1
    profile = Profile.empty(universe, model)
    for number in range(last - sessions + 1, last + 1):
        session = simulated_day(number).session
        bars = simulated_bars(seed, number, instruments=instruments, before_us=session.close_us)
        profile = profile.roll(bars, session)
    return last, profile
