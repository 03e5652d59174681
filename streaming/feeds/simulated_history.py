"""The simulator's past: minute bars as the fold's BAR rows, from the same ticks as the live feed."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US, SimulatedClock
from risk.quant.feature_fold import taught
from risk.quant.feature_past import FeaturePast
from risk.quant.history import fold_history
from risk.quant.profile import Profile
from risk.quant.windows import BAR
from streaming.feeds.simulated import simulated_day
from streaming.feeds.simulated_market import SYMBOLS
from streaming.feeds.simulated_session import session_bars
from streaming.feeds.simulated_trading import IS_INDEX

SCORED_SESSIONS: Final = 15
FEATURE_SESSIONS: Final = 21  # what their longest window needs; the rest has faded by half


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
    for name in ("open", "high", "low", "close", "volume", "ticks", "spread_bp"):
        bars[name] = getattr(made, name)[minute, column]
    bars["volume"][IS_INDEX[column]] = np.nan
    bars["log_odds"] = np.nan
    return bars[np.lexsort((bars["instrument"], bars["minute"]))]


def with_simulated_sessions(
    profile: Profile, past: FeaturePast, seed: int, *, numbers: range, instruments: Mapping[str, int]
) -> tuple[Profile, FeaturePast]:
    """Return profile and feature past after the whole sessions `numbers` of the simulated market, one after another.

    The last SCORED_SESSIONS pass through the production fold minute by minute, so that its legs and its online
    calibration are those of a worker that was there; the earlier ones teach what whole sessions teach, faster.
    Features learn from the last FEATURE_SESSIONS.
    """
    clock = SimulatedClock()
    for number in numbers:
        session = simulated_day(number).session
        bars = simulated_bars(seed, number, instruments=instruments, before_us=session.close_us)
        if number < numbers.stop - SCORED_SESSIONS:
            after = profile.roll(bars, session)
        else:
            (folded,) = fold_history(bars, clock=clock, profile=profile)
            after = folded.after
        if number >= numbers.stop - FEATURE_SESSIONS:
            past = taught(past, bars, before=profile, after=after)
        profile = after
    return profile, past
