"""Trading time: which session an instant belongs to and which phase of the day it is.

Instants are integer microseconds UTC.  This is the one module that knows Indian Standard Time.
The facts (hours, holidays, special sessions, each with source and confidence) are data in
`calendars/*.json`; a date that the data does not know raises `NotCovered` and is never guessed.
"""

import json
from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray

IST: Final = timezone(timedelta(hours=5, minutes=30), "IST")
MINUTE_US: Final = 60_000_000
SIMULATED_MINUTES: Final = 375
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

Exchange = Literal["NSE", "BSE"]
Source = Literal["simulated", "replay", "live"]


class NotCovered(LookupError):
    """The calendar holds no fact about the date that was asked for."""


class Session(NamedTuple):
    """One trading session, from `open_us` to before `close_us`; `key` orders sessions of one clock.

    `after_weekend`: the calendar knows that the two days before it had no session.
    """

    key: int
    open_us: int
    close_us: int
    after_weekend: bool = False

    @property
    def minutes(self) -> int:
        """Length in whole minutes."""
        return (self.close_us - self.open_us) // MINUTE_US


class TradingClock(Protocol):
    """What the fold asks about time."""

    def session_at(self, instant_us: int) -> Session | None:
        """Return the session that contains the instant, None outside every known session."""

    def next_session(self, instant_us: int) -> Session | None:
        """Return the first session that opens after the instant, None when the calendar ends before."""

    def phase_at(self, instant_us: int) -> str:
        """Return pre_open, open, closing_auction, post_close, closed or not_covered."""


class SimulatedClock:
    """Sessions of 375 minutes that follow one another without a gap, counted from the Unix epoch."""

    def session_at(self, instant_us: int) -> Session:
        """Return the simulated session of the instant; its key is its ordinal."""
        return self._session(instant_us // (SIMULATED_MINUTES * MINUTE_US))

    def next_session(self, instant_us: int) -> Session:
        """Return the session after the one that contains the instant."""
        return self._session(instant_us // (SIMULATED_MINUTES * MINUTE_US) + 1)

    def phase_at(self, instant_us: int) -> str:
        """Return "open": the simulated market never closes."""
        return "open"

    @staticmethod
    def _session(ordinal: int) -> Session:
        open_us = ordinal * SIMULATED_MINUTES * MINUTE_US
        return Session(ordinal, open_us, open_us + SIMULATED_MINUTES * MINUTE_US)


class _Facts(TypedDict):
    covers: dict[str, str]
    regimes: list[dict[str, object]]
    holidays: list[dict[str, str]]
    special_sessions: list[dict[str, object]]


class Phase(NamedTuple):
    """A phase of the exchange's day, in Indian clock time."""

    name: str
    start: time
    end: time


class ExchangeClock:
    """Sessions and phases of one exchange, for shares with derivatives and their indices.

    Raises ValueError for an exchange that has no calendar here.
    """

    def __init__(self, exchange: Exchange = "NSE") -> None:
        if exchange not in ("NSE", "BSE"):
            raise ValueError(f"exchange must be NSE or BSE, was {exchange!r}")
        facts: _Facts = json.loads((Path(__file__).parent / "calendars" / f"{exchange.lower()}.json").read_text())
        self.first_day = date.fromisoformat(facts["covers"]["from"])
        self.last_day = date.fromisoformat(facts["covers"]["to"])
        self._regimes = [(date.fromisoformat(str(row["from"])), _phases(row["phases"])) for row in facts["regimes"]]
        self.holidays = {date.fromisoformat(row["date"]) for row in facts["holidays"]}
        self._special = {
            date.fromisoformat(str(row["date"])): _phases(row["phases"]) for row in facts["special_sessions"]
        }
        self._sessions = self._all_sessions()
        self._opens = [session.open_us for session in self._sessions]

    def session_on(self, day: date) -> Session | None:
        """Return the session of an Indian date, None on a day without trading.

        Raises NotCovered for a date outside the calendar and for a session whose clock times are not known.
        """
        phases = [phase for phase in self.phases_on(day) if phase.name == "open"]
        if not phases:
            return None
        key = day.year * 10_000 + day.month * 100 + day.day
        opens, closes = instant_of(day, phases[0].start), instant_of(day, phases[-1].end)
        return Session(key, opens, closes, self._is_after_weekend(day))

    def session_at(self, instant_us: int) -> Session | None:
        """Return the session that contains the instant, None outside every known session."""
        at = bisect_right(self._opens, instant_us) - 1
        if at < 0 or instant_us >= self._sessions[at].close_us:
            return None
        return self._sessions[at]

    def next_session(self, instant_us: int) -> Session | None:
        """Return the first known session that opens after the instant, None when the calendar ends before."""
        at = bisect_right(self._opens, instant_us)
        return self._sessions[at] if at < len(self._sessions) else None

    def phase_at(self, instant_us: int) -> str:
        """Return the phase of the exchange's day; "not_covered" where the calendar holds no fact."""
        try:
            moment = (EPOCH + timedelta(microseconds=instant_us)).astimezone(IST)
            phases = self.phases_on(moment.date())
        except (NotCovered, OverflowError):  # the second beyond the year 9999
            return "not_covered"
        return next((phase.name for phase in phases if phase.start <= moment.time() < phase.end), "closed")

    def session_keys(self, instants_us: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the key of each instant's session, 0 outside every known session; any shape."""
        at = np.searchsorted(np.array(self._opens), instants_us, side="right") - 1
        keys, closes = np.array([(session.key, session.close_us) for session in self._sessions]).T
        return np.where((at >= 0) & (instants_us < closes[at]), keys[at], 0)

    def phases_on(self, day: date) -> tuple[Phase, ...]:
        """Return the phases of an Indian date in its own clock, none on a day without trading.  Raises NotCovered."""
        if not self.first_day <= day <= self.last_day:
            raise NotCovered(f"the calendar covers {self.first_day} to {self.last_day}, asked was {day}")
        if day in self._special:
            special = self._special[day]
            if not special:
                raise NotCovered(f"the clock times of the special session on {day} are not known")
            return special
        if day in self.holidays or day.weekday() >= 5:
            return ()
        return next(phases for start, phases in reversed(self._regimes) if start <= day)

    def _is_after_weekend(self, day: date) -> bool:
        before = [day - timedelta(days=back) for back in (1, 2)]
        return all(other >= self.first_day and self._is_idle(other) for other in before)

    def _is_idle(self, day: date) -> bool:
        # A special session has phases or, where its clock times are not known, an entry without any: not idle.
        return day not in self._special and (day in self.holidays or day.weekday() >= 5)

    def _all_sessions(self) -> list[Session]:
        days = (self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1))
        known = (day for day in days if self._special.get(day, True))
        return [session for day in known if (session := self.session_on(day)) is not None]


@cache
def clock_for(source: Source) -> TradingClock:
    """Return the clock that a feed of this source runs on; replays and live data run on the exchange's.

    Raises ValueError for another source.
    """
    if source not in ("simulated", "replay", "live"):
        raise ValueError(f"source must be simulated, replay or live, was {source!r}")
    return SimulatedClock() if source == "simulated" else ExchangeClock()


def _phases(rows: object) -> tuple[Phase, ...]:
    if not isinstance(rows, list):
        return ()
    return tuple(Phase(name, time.fromisoformat(start), time.fromisoformat(end)) for name, start, end in rows)


def instant_of(day: date, clock_time: time) -> int:
    """Return the instant (microseconds UTC) at which an Indian clock shows this."""
    return (datetime.combine(day, clock_time, tzinfo=IST) - EPOCH) // timedelta(microseconds=1)
