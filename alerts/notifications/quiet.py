"""Times in which somebody does not want to be disturbed: hours of the Indian day, and phases of the market.  Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from risk.instants import microseconds
from risk.quant.calendar import IST, TradingClock

PHASES: Final = ("pre_open", "open", "closing_auction", "post_close", "closed")
HORIZON: Final = timedelta(days=14)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class QuietTimes:
    """Quiet from the first hour to before the second, in IST and over midnight where it is smaller, and in `phases`."""

    hours: tuple[time, time] | None = None
    phases: frozenset[str] = frozenset()

    def covers(self, instant: datetime, *, clock: TradingClock) -> bool:
        """Return whether an instant is quiet."""
        return self._covers_hour(instant.astimezone(IST).time()) or clock.phase_at(microseconds(instant)) in self.phases

    def _covers_hour(self, at: time) -> bool:
        if self.hours is None:
            return False
        start, end = self.hours
        return start <= at < end if start <= end else at >= start or at < end


def quiet_until(now: datetime, quiet: QuietTimes, *, clock: TradingClock) -> datetime | None:
    """Return the first whole minute after `now` that is not quiet, None where `now` is not quiet.

    Quiet that does not end within a fortnight ends there: nothing is held for ever.
    """
    if not quiet.covers(now, clock=clock):
        return None
    at = now.replace(second=0, microsecond=0) + _MINUTE
    while at < now + HORIZON and quiet.covers(at, clock=clock):
        at += _MINUTE
    return at
