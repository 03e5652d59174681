"""An exchange's day against NSE's published hours, before and after the closing auction of August 2026."""

from datetime import UTC, date, datetime

import pytest

from risk.quant.calendar import ExchangeClock
from risk.quant.trading_day import clock_text, exchange_day, holidays_after

CLOCK = ExchangeClock("NSE")


def at(text: str) -> int:
    """Return an instant that is written on the Indian clock."""
    return int(datetime.fromisoformat(f"{text}+05:30").timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("now", "phase", "following", "begins"),
    [
        ("2026-01-30 08:00:00", "closed", "pre_open", "2026-01-30 09:00:00"),
        ("2026-01-30 09:14:59", "pre_open", "open", "2026-01-30 09:15:00"),
        ("2026-01-30 15:29:59", "open", "closed", "2026-01-30 15:30:00"),
        ("2026-01-30 15:35:00", "closed", "post_close", "2026-01-30 15:40:00"),
        ("2026-11-25 15:15:00", "closing_auction", "closed", "2026-11-25 15:35:00"),
        ("2026-11-25 15:14:59", "open", "closing_auction", "2026-11-25 15:15:00"),
        ("2026-11-25 16:00:00", "closed", "pre_open", "2026-11-26 09:00:00"),
        ("2026-11-28 12:00:00", "closed", "pre_open", "2026-11-30 09:00:00"),  # a Saturday
        ("2026-12-25 12:00:00", "closed", "pre_open", "2026-12-28 09:00:00"),  # Christmas, a Friday
    ],
)
def test_the_phase_and_what_follows_it(now: str, phase: str, following: str, begins: str) -> None:
    day = exchange_day(CLOCK, at(now))

    assert (day.phase, day.next_phase, day.next_us) == (phase, following, at(begins))


def test_the_phases_of_a_day_are_in_both_clocks() -> None:
    day = exchange_day(CLOCK, at("2026-01-30 12:00:00"))

    found = next(phase for phase in day.phases if phase.name == "open")
    assert (found.start_ist, found.end_ist) == ("09:15", "15:30")
    assert datetime.fromtimestamp(found.start_us / 1e6, UTC) == datetime(2026, 1, 30, 3, 45, tzinfo=UTC)


def test_a_day_begins_at_indian_midnight() -> None:
    late = int(datetime(2026, 1, 29, 19, 0, tzinfo=UTC).timestamp()) * 1_000_000

    assert exchange_day(CLOCK, late).day == date(2026, 1, 30)
    assert clock_text(late) == "00:30:00"


def test_beyond_the_calendar_nothing_is_guessed() -> None:
    day = exchange_day(CLOCK, at("2027-01-05 12:00:00"))

    assert (day.is_covered, day.phase, day.phases, day.next_phase, day.next_session) == (
        False, "not_covered", (), None, None,
    )  # fmt: skip


def test_on_the_calendar_s_last_evening_nothing_follows() -> None:
    day = exchange_day(CLOCK, at("2026-12-31 18:00:00"))

    assert (day.is_covered, day.phase, day.next_phase, day.next_us) == (True, "closed", None, None)


def test_holidays_ahead_are_those_on_weekdays() -> None:
    assert holidays_after(CLOCK, date(2026, 11, 25), count=8) == [date(2026, 12, 25)]
    assert len(holidays_after(CLOCK, date(2026, 1, 1), count=3)) == 3
