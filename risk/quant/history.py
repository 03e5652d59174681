"""From minute bars of past sessions to the profile a run starts with, through the production fold."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US, Session, TradingClock
from risk.quant.market import GRACE_US, MarketFold
from risk.quant.profile import Profile


@dataclass(frozen=True)
class FoldedSession:
    """One past session: its bars with the log-odds at each close, and the profiles before and after it."""

    session: Session
    bars: NDArray[np.void]
    before: Profile
    after: Profile


def in_sessions(bars: NDArray[np.void], clock: TradingClock) -> tuple[NDArray[np.void], int]:
    """Return the bars (dtype BAR) that lie in a session, with session key and minute set, and how many do not.

    A bar is known by its `start`; it must start on a whole minute and lie inside the session completely.
    Sorted by start and instrument; of bars of one instrument and minute the first is kept, the others count as refused.
    A time that no session holds is refused, never guessed; prices are not looked at, the fold does.
    """
    starts, where = np.unique(bars["start"], return_inverse=True)
    found = [clock.session_at(start) if start % MINUTE_US == 0 else None for start in starts.tolist()]
    places = np.array([(-1, 0) if s is None else (s.key, s.open_us) for s in found], dtype=np.int64).reshape(-1, 2)
    placed = bars.copy()
    placed["session"] = places[where, 0]
    inside = placed[places[where, 0] >= 0]
    inside["minute"] = (inside["start"] - places[where, 1][places[where, 0] >= 0]) // MINUTE_US
    _, first = np.unique(np.stack((inside["start"], inside["instrument"].astype(np.int64))), axis=1, return_index=True)
    return inside[first], len(bars) - len(first)


def fold_history(bars: NDArray[np.void], *, clock: TradingClock, profile: Profile) -> Iterator[FoldedSession]:
    """Fold bars of whole sessions, as `in_sessions` returns them, one session after another.

    Starts from `profile` and yields each session with its closing profile; no look-ahead.  Raises ValueError for bars
    outside the calendar and as `MarketFold.warm` does.
    """
    fold = MarketFold.start(universe=profile.universe, clock=clock, profile=profile, model=profile.model)
    cuts = np.flatnonzero(np.diff(bars["session"])) + 1
    for group in np.split(bars, cuts) if len(bars) else []:
        before = fold.profile
        folded = fold.warm(group)
        session = clock.session_at(int(group["start"][0]))
        if session is None:
            raise ValueError(f"bars of session {group['session'][0]} lie outside the calendar")
        fold.advance(session.close_us + GRACE_US)
        yield FoldedSession(session, folded, before, fold.profile)
