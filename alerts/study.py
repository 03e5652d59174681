"""How often the score rule would call somebody: recorded minutes through the production fold and rule.  Pure.

Scores are those of each minute's close, so that a pending time below a minute lasts one; an alert of the platform,
which judges every second, can come up to a minute sooner.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from alerts.rules import ENDED, OPENED, ROSE, ScoreRule, blank, judge
from risk.configuration import LEVELS
from risk.quant.calendar import MINUTE_US, TradingClock
from risk.quant.market import GRACE_US, MarketFold
from risk.quant.model import ScoreModel
from risk.quant.profile import Profile
from risk.quant.scoring import State
from risk.quant.universe import Universe

HIGH: Final = LEVELS.index("HIGH")
FLAP_MINUTES: Final = 5


@dataclass
class Called:
    """An episode; minutes count from the session's open.  `high_at` is when it first was HIGH, None if never;
    `touched` says whether the price then moved as far as the score's barrier within its horizon."""

    session: int
    instrument: int
    opened_at: int
    ended_at: int = 0
    high_at: int | None = None
    touched: bool = False


@dataclass(frozen=True)
class _Alarm:
    episode: Called
    price: float
    barrier: float
    until: int


@dataclass
class Study:
    """Episodes of the judged sessions, and how often the score came up to HIGH's threshold without any delay."""

    symbols: int
    sessions: int = 0
    crossings: int = 0
    episodes: list[Called] = field(default_factory=list)

    @property
    def high(self) -> list[Called]:
        return [one for one in self.episodes if one.high_at is not None]

    def a_day(self, *, symbols: int) -> float:
        """Return the mean number of HIGH episodes a session on a desk of so many such symbols."""
        return len(self.high) * symbols / (self.symbols * self.sessions) if self.sessions else float("nan")

    @property
    def most_in_a_day(self) -> int:
        """The most HIGH episodes that one session had."""
        return int(np.unique([one.session for one in self.high], return_counts=True)[1].max(initial=0))

    @property
    def flap_rate(self) -> float:
        """The share of HIGH episodes over within five minutes, or followed by another of the symbol within five."""
        ordered = sorted(self.high, key=lambda one: (one.instrument, one.session, one.opened_at))
        short = [one.ended_at - one.opened_at <= FLAP_MINUTES for one in ordered]
        again = [_follows(one, two) for one, two in pairwise(ordered)] + [False] * bool(ordered)
        return float(np.mean(np.logical_or(short, again))) if ordered else float("nan")

    @property
    def precision(self) -> float:
        """The share of HIGH episodes after which the price touched the barrier within the horizon."""
        return float(np.mean([one.touched for one in self.high])) if self.high else float("nan")


def study(
    bars: NDArray[np.void],
    *,
    clock: TradingClock,
    universe: Universe,
    model: ScoreModel,
    rule: ScoreRule,
    warm_up: int,
) -> Study:
    """Judge the bars of whole sessions (dtype BAR, by session and minute) behind the first `warm_up` sessions."""
    fold = MarketFold.start(universe=universe, clock=clock, profile=Profile.empty(universe, model), model=model)
    found = Study(symbols=len(universe))
    for ordinal, group in enumerate(np.split(bars, np.flatnonzero(np.diff(bars["session"])) + 1)):
        session = clock.session_at(int(group["start"][0]))
        if session is None:
            raise ValueError(f"bars of session {group['session'][0]} lie outside the calendar")
        day = Day(ordinal, rule, blank(universe.instruments))
        for minute, rows in _minutes(fold, group, session.open_us):
            day.take(minute, rows, instant=session.open_us + minute * MINUTE_US)
        fold.advance(session.close_us + GRACE_US)
        if ordinal >= warm_up:
            found.sessions += 1
            found.crossings += day.crossings
            found.episodes += day.over(group, at=session.minutes)
    return found


def _minutes(fold: MarketFold, bars: NDArray[np.void], open_us: int) -> Iterator[tuple[int, NDArray[np.void]]]:
    """Fold a session a minute at a time; yield the minutes passed at each close and the scores of who had a bar."""
    for part in np.split(bars, np.flatnonzero(np.diff(bars["minute"])) + 1):
        fold.warm(part)
        passed = int(part["minute"][0]) + 1
        rows = fold.scores(open_us + passed * MINUTE_US)
        heard = np.isin(rows["instrument"], part["instrument"]) & (rows["state"] != State.CLOSED)
        yield passed, rows[heard]


@dataclass
class Day:
    """One session under the rule; `above` are the symbols whose score stands at HIGH's threshold or more."""

    ordinal: int
    rule: ScoreRule
    memory: NDArray[np.void]
    crossings: int = 0
    going: dict[int, Called] = field(default_factory=dict)
    done: list[Called] = field(default_factory=list)
    alarms: list[_Alarm] = field(default_factory=list)
    above: set[int] = field(default_factory=set)

    def take(self, minute: int, rows: NDArray[np.void], *, instant: int) -> None:
        at = np.searchsorted(self.memory["instrument"], rows["instrument"])
        memory = self.memory[at]
        steps = judge(memory, rows["score"], instant=instant, rule=self.rule).steps
        self.memory[at] = memory
        self._cross(rows)
        for row, step, level in zip(rows, steps.tolist(), memory["level"].tolist(), strict=True):
            instrument = int(row["instrument"])
            if step == OPENED:
                self.going[instrument] = Called(self.ordinal, instrument, minute)
            if step == ENDED:
                self._end(instrument, minute)
            elif step in (OPENED, ROSE) and level >= HIGH and self.going[instrument].high_at is None:
                self.going[instrument].high_at = minute
                until = minute + round(float(row["horizon_minutes"]))
                self.alarms.append(_Alarm(self.going[instrument], float(row["price"]), float(row["barrier"]), until))

    def over(self, bars: NDArray[np.void], *, at: int) -> list[Called]:
        """End what goes on, and look what became of each alarm."""
        for instrument in list(self.going):
            self._end(instrument, at)
        for alarm in self.alarms:
            own = bars[bars["instrument"] == alarm.episode.instrument]
            later = own[(own["minute"] >= (alarm.episode.high_at or 0)) & (own["minute"] < alarm.until)]
            price = 100.0 * alarm.price  # bars count paise
            moves = np.abs(np.log(np.concatenate([later["high"], later["low"]]) / price))
            alarm.episode.touched = bool((moves >= alarm.barrier).any())
        return self.done

    def _end(self, instrument: int, minute: int) -> None:
        episode = self.going.pop(instrument)
        episode.ended_at = minute
        self.done.append(episode)

    def _cross(self, rows: NDArray[np.void]) -> None:
        high = set(rows["instrument"][rows["score"] >= self.rule.enter[HIGH]].tolist())
        self.crossings += len(high - self.above)
        self.above = (self.above - set(rows["instrument"].tolist())) | high


def _follows(one: Called, two: Called) -> bool:
    is_same = (one.instrument, one.session) == (two.instrument, two.session)
    return is_same and two.opened_at - one.ended_at <= FLAP_MINUTES
