"""Valid defaults for tests of the fold: a universe, ticks, bars and a folded market."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US, Session, SimulatedClock, TradingClock
from risk.quant.market import BAR, MarketFold, Universe
from risk.quant.model import ScoreModel, default_model
from risk.quant.profile import Profile
from risk.quant.ticks import blank_ticks

CLOCK = SimulatedClock()
SESSION = CLOCK.session_at(1_700_000_000_000_000)
SECOND_US = 1_000_000
PAIR = Universe(np.array([10, 20]), np.zeros(2, dtype=np.int8))


def universe_of(symbols: int) -> Universe:
    return Universe(instruments=np.arange(1, symbols + 1) * 10, asset_class=(np.arange(symbols) % 2).astype(np.int8))


def fresh_fold(symbols: int = 3, *, model: ScoreModel | None = None) -> MarketFold:
    universe, chosen = universe_of(symbols), model or default_model()
    return MarketFold.start(universe=universe, clock=CLOCK, profile=Profile.empty(universe, chosen), model=chosen)


def at(second: float) -> int:
    return SESSION.open_us + round(second * 1_000_000)


def ticks_of(rows: Sequence[tuple[int, float, float]]) -> NDArray[np.void]:
    """Return ticks from (instrument, seconds after the session's open, price)."""
    ticks = blank_ticks(len(rows))
    for position, (instrument, second, price) in enumerate(rows):
        ticks["instrument"][position] = instrument
        ticks["exchange_time"][position] = SESSION.open_us + round(second * SECOND_US)
        ticks["last_price"][position] = price
    ticks["receive_time"] = ticks["exchange_time"]
    return ticks


def walked_bars(
    session: Session,
    *,
    instruments: NDArray[np.int64],
    seed: int,
    deviation: float | NDArray[np.float64] = 4e-4,
    minutes: int | None = None,
) -> NDArray[np.void]:
    """Return a session of random-walk bars, one per instrument and minute; `deviation` may be one [M, 1, 1] of each."""
    count, size = minutes or session.minutes, len(instruments)
    random = np.random.default_rng(seed)
    path = 100_000 * np.exp(np.cumsum(random.normal(0, deviation / 2, (count, 4, size)).reshape(-1, size), axis=0))
    prices = np.rint(path).astype(np.int64).reshape(count, 4, size)
    bars = np.zeros((count, size), dtype=BAR)
    bars["instrument"], bars["session"] = instruments, session.key
    bars["minute"] = np.arange(count)[:, None]
    bars["start"] = session.open_us + np.arange(count)[:, None] * MINUTE_US
    bars["open"], bars["close"] = prices[:, 0], prices[:, 3]
    bars["high"], bars["low"] = prices.max(axis=1), prices.min(axis=1)
    bars["ticks"] = 4
    bars["volume"] = bars["log_odds"] = bars["spread_bp"] = np.nan
    return bars.ravel()


def open_session(clock: TradingClock, instant_us: int) -> Session:
    """Return the session of an instant that must lie in one."""
    session = clock.session_at(instant_us)
    assert session is not None
    return session


def sessions_after(count: int) -> list[Session]:
    found = [SESSION]
    while len(found) < count:
        found.append(CLOCK.next_session(found[-1].open_us))
    return found


def stormy_bars(sessions: int) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """Bars whose deviation changes from session to session between calm and three times as wild."""
    parts = []
    for number, session in enumerate(sessions_after(sessions)):
        deviation = 2e-4 * (1 + number % 3)
        parts.append(walked_bars(session, instruments=PAIR.instruments, seed=number, deviation=deviation))
    return np.concatenate(parts)
