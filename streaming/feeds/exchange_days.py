"""Which trading day an instant of live time belongs to, weekends and holidays included."""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final

from risk.instants import microseconds, moment
from risk.quant.calendar import IST, ExchangeClock, Session
from streaming.validation import TradingDay

DAY_US: Final = 86_400_000_000


@dataclass(slots=True)
class ExchangeDays:
    """The exchange's days, looked up when one begins."""

    clock: ExchangeClock
    _day: TradingDay | None = field(default=None, init=False)

    def at(self, instant_us: int) -> TradingDay:
        """Return the Indian calendar day around the instant; one without trading has a session of no length.

        Raises NotCovered for a day that the calendar does not know.
        """
        if self._day is None or not self._day.start_us <= instant_us < self._day.end_us:
            self._day = self._look_up(instant_us)
        return self._day

    def _look_up(self, instant_us: int) -> TradingDay:
        day = moment(instant_us).astimezone(IST).date()
        start = microseconds(datetime.combine(day, time(), tzinfo=IST))
        key = day.year * 10_000 + day.month * 100 + day.day
        session = self.clock.session_on(day) or Session(key, start, start)
        return TradingDay(session, start, start + DAY_US)
