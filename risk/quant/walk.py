"""A walk over recorded sessions through the production fold, which stops at every window's start to look."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US, Session, TradingClock
from risk.quant.cases import Cases, Pause, joined, session_cases, windows_of
from risk.quant.implied_quotes import IMPLIED, volatility_at
from risk.quant.market import GRACE_US, MarketFold
from risk.quant.outcomes import DenseSession
from risk.quant.profile import Profile
from risk.quant.volatility import SESSION_MINUTES, blended, implied_variance

FloatArray = NDArray[np.float64]
Progress = Callable[[int, int], None]

RISKMETRICS_DECAY: Final = 0.94


@dataclass(frozen=True)
class Walk:
    """Cases of a walk and the bars it folded (dtype BAR, with the log-odds at each close)."""

    cases: Cases
    track: NDArray[np.void]


def walk(
    bars: NDArray[np.void],
    *,
    clock: TradingClock,
    profile: Profile,
    implied: NDArray[np.void] | None = None,
    progress: Progress | None = None,
) -> Walk:
    """Fold the bars (as `history.in_sessions` returns them) and return the windows of every session of ordinary length.

    `implied` (dtype IMPLIED, in time order) are at-the-money volatilities where they are known; `progress` is told
    (sessions done, sessions).  Raises ValueError for bars outside the calendar, as
    `MarketFold.warm` does, and when no session is of ordinary length.
    """
    quotes = np.empty(0, dtype=IMPLIED) if implied is None else implied
    fold = MarketFold.start(universe=profile.universe, clock=clock, profile=profile, model=profile.model)
    daily = profile.model.prior_variance[profile.universe.asset_class]
    found, track = [], []
    groups = list(_sessions(bars, clock))
    for ordinal, (session, group) in enumerate(groups):
        before = fold.profile
        folded, pauses = _paused(fold, group, session, implied=quotes)
        track.append(folded)
        if session.minutes >= profile.model.profile_minutes // 2:
            dense = DenseSession.of(folded, instruments=fold.universe.instruments, minutes=session.minutes)
            found.append(
                session_cases(dense, session=session, ordinal=ordinal, profile=before, pauses=pauses, daily=daily)
            )
        fold.advance(session.close_us + GRACE_US)
        daily = _riskmetrics(daily, before, fold.profile)
        if progress is not None:
            progress(ordinal + 1, len(groups))
    if not found:
        raise ValueError(f"no session of ordinary length among the bars of {len(profile.universe)} instruments")
    return Walk(joined(found), np.concatenate(track))


def _sessions(bars: NDArray[np.void], clock: TradingClock) -> Iterator[tuple[Session, NDArray[np.void]]]:
    for group in np.split(bars, np.flatnonzero(np.diff(bars["session"])) + 1) if len(bars) else []:
        session = clock.session_at(int(group["start"][0]))
        if session is None:
            raise ValueError(f"bars of session {group['session'][0]} lie outside the calendar")
        yield session, group


def _paused(
    fold: MarketFold, bars: NDArray[np.void], session: Session, *, implied: NDArray[np.void]
) -> tuple[NDArray[np.void], list[Pause]]:
    """Fold a session's bars and return them, and what was known at the close before each window's start."""
    pieces: list[NDArray[np.void]] = []
    pauses: list[Pause] = []
    share, done = fold.profile.model.open_share, 0
    for start in windows_of(fold.profile, session).starts.tolist():
        # The options are read a minute before the start, so that the bar that closes there already sees them.
        cuts = np.searchsorted(bars["minute"], (start - 1, start))
        pieces.append(fold.warm(bars[done : cuts[0]]))
        read_at = session.open_us + (start - 1) * MINUTE_US
        volatility = volatility_at(implied, read_at, instruments=fold.universe.instruments)
        fold.imply(implied_variance(volatility, open_share=share))
        pieces.append(fold.warm(bars[cuts[0] : cuts[1]]))
        pauses.append(Pause(fold.legs, np.isfinite(fold.implied)))
        done = int(cuts[1])
    pieces.append(fold.warm(bars[done:]))
    return np.concatenate(pieces), pauses


def _riskmetrics(variance: FloatArray, before: Profile, after: Profile) -> FloatArray:
    """Return the .94 average of squared daily close-to-close returns, per minute, one session later."""
    known = (before.last_close > 0) & (after.last_close > 0)
    change = np.log(np.where(known, after.last_close, 1) / np.where(known, before.last_close, 1))
    seen = np.maximum(after.sessions - 1, 0)
    newest = blended(variance, change**2 / SESSION_MINUTES, decay=RISKMETRICS_DECAY, sessions=seen)
    return np.where(known, newest, variance)
