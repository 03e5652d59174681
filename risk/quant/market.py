"""The fold: from the ticks of one partition to the score of every instrument, deterministically.

No clock, no randomness, no I/O.  Between two calls of `advance` only integers change, so the state after
`fold(a); fold(b)` is, bit for bit, the state after `fold(a + b)`.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.attribution import Surroundings
from risk.quant.calendar import MINUTE_US, Session, TradingClock
from risk.quant.closing import closed_bars
from risk.quant.fold_state import STATE_SCHEMA as STATE_SCHEMA
from risk.quant.fold_state import FoldState
from risk.quant.fold_state import StateNotReadable as StateNotReadable
from risk.quant.forecast import all_legs, scores_at
from risk.quant.intake import Intake
from risk.quant.model import ScoreModel
from risk.quant.profile import Profile
from risk.quant.universe import Universe as Universe
from risk.quant.windows import BAR as BAR
from risk.quant.windows import PAISE

ENGINE_VERSION: Final = "2"
# A minute stays open this long after its end, for ticks that arrive late.
GRACE_US: Final = 2_000_000


@dataclass(frozen=True)
class Advance:
    """What passing an instant brought: symbols with ticks since the last one bool[S], bars closed since then
    (dtype BAR), and the new profile when a session ended."""

    news: NDArray[np.bool_]
    bars: NDArray[np.void]
    profile: Profile | None


class MarketFold:
    """Rolling state of all instruments of one partition in one run."""

    def __init__(
        self, *, clock: TradingClock, profile: Profile, state: FoldState, today: NDArray[np.void] | None = None
    ) -> None:
        self.universe = profile.universe
        self.profile = profile
        self._clock = clock
        self._state = state
        self._today = [] if today is None else [today]
        self._intake = Intake(universe=self.universe, clock=clock)
        self._fresh: list[NDArray[np.void]] = []

    @classmethod
    def start(cls, *, universe: Universe, clock: TradingClock, profile: Profile, model: ScoreModel) -> "MarketFold":
        """Return the fold before the first tick of a run.

        Raises ValueError when the profile belongs to another universe or model.
        """
        _check(profile, universe, model)
        return cls(clock=clock, profile=profile, state=FoldState.fresh(profile))

    @classmethod
    def load(
        cls,
        blob: bytes,
        *,
        universe: Universe,
        clock: TradingClock,
        profile: Profile,
        model: ScoreModel,
        today: NDArray[np.void],
    ) -> "MarketFold":
        """Return the fold that `dump` stored; `today` are the bars of the current session already closed.

        Raises StateNotReadable for bytes of another engine, schema, universe or profile.
        """
        _check(profile, universe, model)
        state = FoldState.unpack(blob, universe=universe, engine=ENGINE_VERSION, profile_session=profile.session)
        return cls(clock=clock, profile=profile, state=state, today=today)

    def dump(self) -> bytes:
        """Return the fast state; today's bars and the profile are stored by the caller."""
        return self._state.pack(universe=self.universe, engine=ENGINE_VERSION, profile_session=self.profile.session)

    @property
    def profile_session(self) -> int:
        """Key of the last session in the profile that this state uses, 0 for none."""
        return self.profile.session

    @property
    def session(self) -> Session | None:
        """The session that is being folded, None before the first advance."""
        return self._state.session

    @property
    def newest_us(self) -> NDArray[np.int64]:
        """Exchange time of each instrument's newest tick [S], 0 before the first."""
        return self._state.newest_us

    @property
    def price_change(self) -> float:
        """The market index's price against its last session's close, as a fraction; NaN where either is unknown."""
        column = self.universe.market
        return float("nan") if column is None else float(self.price_changes[column])

    @property
    def price_changes(self) -> NDArray[np.float64]:
        """Each price against its last session's close, as a fraction [S]; NaN where either is unknown."""
        last, close = self._state.last, self.profile.last_close
        known = (last > 0) & (close > 0)
        changes: NDArray[np.float64] = np.divide(last, close, out=np.full(len(last), np.nan), where=known) - 1.0
        return changes

    def session_at(self, instant_us: int) -> Session | None:
        """Return the session that the market is open for at the instant, None while it is closed."""
        return self._clock.session_at(instant_us)

    @property
    def legs(self) -> NDArray[np.float64]:
        """The variance legs [5, S] as of the last closed minute, in the order of `volatility.LEGS`."""
        return all_legs(self._state, self.profile)

    @property
    def implied(self) -> NDArray[np.float64]:
        """The option market's variance per average minute [S], NaN where unknown or of an earlier session."""
        return self._state.implied.copy()

    @property
    def quotes(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Newest bid and ask of each instrument in rupees [S], NaN where none was sent."""
        bid, ask = (np.where(side > 0, side / PAISE, np.nan) for side in (self._state.bid, self._state.ask))
        return bid, ask

    def imply(self, variance: NDArray[np.float64]) -> None:
        """Take what the option market says: variance per average minute [S], NaN where nothing fresh is known.

        It holds until the session ends or the next call.  Raises ValueError for another shape and for a variance
        that is not positive.
        """
        if variance.shape != self._state.implied.shape or np.any(variance <= 0) or np.any(np.isinf(variance)):
            raise ValueError(f"expected {len(self.universe)} positive variances or NaN, was {variance}")
        self._state.implied = variance.astype(np.float64)

    def follow(self, model: ScoreModel) -> None:
        """Go on with another model of the same shape, such as one with other half-lives."""
        if model is not self.profile.model:
            self.profile = replace(self.profile, model=model)

    def fold(self, ticks: NDArray[np.void]) -> int:
        """Fold ticks (dtype TICK) in log order and return how many were late and left out.

        Late is a tick older than its symbol's newest, of a closed minute, or outside every session; a
        tick of an unknown instrument or without a positive price counts as late too.
        """
        return self._intake.fold(ticks, self._state)

    def warm(self, bars: NDArray[np.void]) -> NDArray[np.void]:
        """Fold bars (dtype BAR) as closed minutes and return them with their log-odds, by time and instrument.

        For the bars of the session before a run began in its middle, and for history; sessions that end
        inside the bars are rolled into the profile.  Raises ValueError, and folds none, as `Intake.put` does.
        """
        if not len(bars):
            return bars
        bars = bars[np.lexsort((bars["instrument"], bars["start"]))]
        self._intake.put(bars, self._state)
        end = int(bars["start"][-1]) + MINUTE_US
        held, self._fresh = self._fresh, []
        self._pass(end - 1)
        self._close_before(end // MINUTE_US)
        closed, self._fresh = np.concatenate(self._fresh), held
        closed["volume"], closed["spread_bp"] = bars["volume"], bars["spread_bp"]
        return closed

    def advance(self, instant_us: int) -> Advance:
        """Close every minute that ended 2 s before the instant and roll the sessions that ended with them."""
        before = self.profile
        self._pass(instant_us - GRACE_US)
        news, self._state.news = self._state.news, np.zeros(len(self.universe), dtype=np.bool_)
        bars = np.concatenate([np.empty(0, dtype=BAR), *self._fresh])
        self._fresh = []
        return Advance(news, bars, None if self.profile is before else self.profile)

    def scores(self, instant_us: int, *, around: Surroundings | None = None) -> NDArray[np.void]:
        """Return one row of dtype SCORE per instrument as of the instant; changes nothing.

        Outside every session the rows are CLOSED and keep the score of the last second.  `around` splits the points of
        recent moves further.
        """
        around = around or Surroundings.unknown(len(self.universe))
        current = self._clock.session_at(instant_us)
        return scores_at(self._state, self.profile, instant_us, current=current, around=around)

    def _pass(self, limit_us: int) -> None:
        """Close minutes and sessions that ended at or before the limit."""
        state = self._state
        if state.session is None:
            state.session = self._following(limit_us)
        while (session := state.session) is not None:
            self._close_before(min(limit_us, session.close_us) // MINUTE_US)
            if limit_us < session.close_us:
                break
            self._roll(session)
            state.begin(self._following(max(limit_us, session.close_us)))
        state.closed_before = max(state.closed_before, limit_us // MINUTE_US)

    def _following(self, limit_us: int) -> Session | None:
        """Return the session of the oldest open minute, else the one at the limit, else the one after it."""
        if self._state.bars.minutes:
            return self._clock.session_at(min(self._state.bars.minutes) * MINUTE_US)
        return self._clock.session_at(limit_us) or self._clock.next_session(limit_us)

    def _close_before(self, minute: int) -> None:
        session = self._state.session
        if session is None:
            return
        for start, bars in self._state.bars.take_before(minute):
            self._fresh.append(closed_bars(self._state, self.profile, session, start, bars))
            self._today.append(self._fresh[-1])
        self._state.closed_before = max(self._state.closed_before, minute)

    def _roll(self, session: Session) -> None:
        if self._today:
            bars = np.concatenate(self._today)
            self.profile = self.profile.roll(bars, session, legs=self._state.legs.copy())
        self._today = []


def _check(profile: Profile, universe: Universe, model: ScoreModel) -> None:
    if profile.model is not model or not np.array_equal(profile.universe.instruments, universe.instruments):
        raise ValueError("the profile must be made with the fold's own model and universe")
