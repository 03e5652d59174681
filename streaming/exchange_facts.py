"""An exchange's day as the API tells it, in UTC and on the Indian clock."""

from functools import cache
from typing import Final, TypedDict

from risk.messages import rfc3339
from risk.quant.calendar import Exchange, ExchangeClock, Session
from risk.quant.trading_day import ExchangeDay, clock_text, day_of_session, exchange_day, holidays_after, indian_day

EXCHANGES: Final[tuple[Exchange, ...]] = ("NSE", "BSE")
HOLIDAYS: Final = 8
SECOND_US: Final = 1_000_000


class PhaseFacts(TypedDict):
    """A phase of the day, in UTC and on the Indian clock."""

    name: str
    starts_at: str
    ends_at: str
    starts_ist: str
    ends_ist: str


class NextSessionFacts(TypedDict):
    day: str
    opens_at: str
    closes_at: str


class DayFacts(TypedDict):
    """An exchange's day at `now`; `next_phase` begins at `next_at`, in `seconds_to_next`."""

    exchange: str
    now: str
    now_ist: str
    day: str
    is_covered: bool
    is_trading_day: bool
    phase: str
    phases: list[PhaseFacts]
    next_phase: str | None
    next_at: str | None
    seconds_to_next: int | None
    next_session: NextSessionFacts | None


class ExchangeFacts(DayFacts):
    """An exchange by the wall clock, with the holidays on weekdays that are ahead."""

    holidays: list[str]
    calendar_ends: str


def exchange_facts(exchange: Exchange, now_us: int) -> ExchangeFacts:
    """Return an exchange's day at an instant of the wall clock (microseconds UTC)."""
    clock = _clock(exchange)
    return ExchangeFacts(
        **day_facts(exchange, now_us),
        holidays=[day.isoformat() for day in holidays_after(clock, indian_day(now_us), count=HOLIDAYS)],
        calendar_ends=clock.last_day.isoformat(),
    )


def day_facts(exchange: Exchange, now_us: int) -> DayFacts:
    """Return an exchange's day at an instant (microseconds UTC)."""
    found = exchange_day(_clock(exchange), now_us)
    return DayFacts(
        exchange=exchange,
        now=rfc3339(now_us),
        now_ist=clock_text(now_us),
        day=found.day.isoformat(),
        is_covered=found.is_covered,
        is_trading_day=bool(found.phases),
        phase=found.phase,
        phases=_phases(found),
        next_phase=found.next_phase,
        next_at=None if found.next_us is None else rfc3339(found.next_us),
        seconds_to_next=None if found.next_us is None else (found.next_us - now_us) // SECOND_US,
        next_session=found.next_session and _session(found.next_session),
    )


@cache
def _clock(exchange: Exchange) -> ExchangeClock:
    return ExchangeClock(exchange)


def _phases(found: ExchangeDay) -> list[PhaseFacts]:
    return [
        PhaseFacts(
            name=phase.name,
            starts_at=rfc3339(phase.start_us),
            ends_at=rfc3339(phase.end_us),
            starts_ist=phase.start_ist,
            ends_ist=phase.end_ist,
        )
        for phase in found.phases
    ]


def _session(session: Session) -> NextSessionFacts:
    return NextSessionFacts(
        day=day_of_session(session).isoformat(),
        opens_at=rfc3339(session.open_us),
        closes_at=rfc3339(session.close_us),
    )
