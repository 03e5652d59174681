"""An exchange's day around an instant: its phases, what comes next, and the holidays ahead."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from risk.quant.calendar import EPOCH, IST, ExchangeClock, NotCovered, Phase, Session, instant_of

CLOSED: Final = "closed"


@dataclass(frozen=True)
class PhaseSpan:
    """A phase between two instants (microseconds UTC), with its Indian clock times as HH:MM."""

    name: str
    start_us: int
    end_us: int
    start_ist: str
    end_ist: str


@dataclass(frozen=True)
class ExchangeDay:
    """What an exchange does at an instant (microseconds UTC) and after it.

    `next_phase` begins at `next_us`: None where the calendar ends before.  `next_session` is the first that opens after
    the instant.  `is_covered` is False on a day that the calendar does not know, and then nothing else is known of it.
    """

    day: date
    is_covered: bool
    phase: str
    phases: tuple[PhaseSpan, ...]
    next_phase: str | None
    next_us: int | None
    next_session: Session | None


def indian_day(instant_us: int) -> date:
    """Return the Indian date of an instant (microseconds UTC)."""
    return (EPOCH + timedelta(microseconds=instant_us)).astimezone(IST).date()


def exchange_day(clock: ExchangeClock, instant_us: int) -> ExchangeDay:
    """Return the day of an exchange around an instant (microseconds UTC)."""
    day, session = indian_day(instant_us), clock.next_session(instant_us)
    try:
        phases, is_covered = tuple(_span(day, phase) for phase in clock.phases_on(day)), True
    except NotCovered:
        phases, is_covered = (), False
    following = _next_change(clock, phases, session, instant_us) if is_covered else None
    name, at = following or (None, None)
    return ExchangeDay(day, is_covered, clock.phase_at(instant_us), phases, name, at, session)


def holidays_after(clock: ExchangeClock, day: date, *, count: int) -> list[date]:
    """Return the next holidays on weekdays from `day` on, at most `count` of them."""
    return sorted(holiday for holiday in clock.holidays if holiday >= day and holiday.weekday() < 5)[:count]


def day_of_session(session: Session) -> date:
    """Return the Indian date of an exchange's session."""
    return date(session.key // 10_000, session.key // 100 % 100, session.key % 100)


def clock_text(instant_us: int) -> str:
    """Return an instant as Indian clock time, HH:MM:SS."""
    moment: datetime = (EPOCH + timedelta(microseconds=instant_us)).astimezone(IST)
    return f"{moment:%H:%M:%S}"


def _span(day: date, phase: Phase) -> PhaseSpan:
    return PhaseSpan(
        name=phase.name,
        start_us=instant_of(day, phase.start),
        end_us=instant_of(day, phase.end),
        start_ist=f"{phase.start:%H:%M}",
        end_ist=f"{phase.end:%H:%M}",
    )


def _next_change(
    clock: ExchangeClock, phases: tuple[PhaseSpan, ...], session: Session | None, instant_us: int
) -> tuple[str, int] | None:
    """Return which phase begins next, and when: the next of this day, or the first of the next session's day."""
    for place, phase in enumerate(phases):
        if instant_us < phase.start_us:
            return phase.name, phase.start_us
        if instant_us < phase.end_us:
            is_followed = place + 1 < len(phases) and phases[place + 1].start_us == phase.end_us
            return phases[place + 1].name if is_followed else CLOSED, phase.end_us
    if session is None:
        return None
    first = clock.phases_on(day_of_session(session))[0]
    return first.name, instant_of(day_of_session(session), first.start)
