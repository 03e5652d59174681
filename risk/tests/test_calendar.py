from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.calendar import IST, MINUTE_US, Exchange, ExchangeClock, NotCovered, Session, SimulatedClock, clock_for

CLOCK = ExchangeClock("NSE")


def instant(text: str) -> int:
    """Microseconds UTC of a clock time in India."""
    return int(datetime.fromisoformat(text).replace(tzinfo=IST).timestamp()) * 1_000_000


def session_on(day: str) -> Session:
    session = CLOCK.session_on(date.fromisoformat(day))
    assert session is not None
    return session


# Exchange facts as the desk's fact sheet lists them (docs of the exchanges, read in several sources).
HOLIDAYS_2026 = [
    *("01-15", "01-26", "03-03", "03-26", "03-31", "04-03", "04-14", "05-01"),
    *("05-28", "06-26", "09-14", "10-02", "10-20", "11-10", "11-24", "12-25"),
]


@pytest.mark.parametrize("exchange", ["NSE", "BSE"])
@pytest.mark.parametrize("day", HOLIDAYS_2026)
def test_holidays_of_2026_have_no_session(exchange: Exchange, day: str) -> None:
    assert ExchangeClock(exchange).session_on(date.fromisoformat(f"2026-{day}")) is None


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        ("2024-01-19", "09:15", "15:30"),
        ("2024-01-20", "09:15", "15:30"),  # Saturday
        ("2024-03-02", "09:15", "12:30"),  # Saturday, two parts
        ("2025-10-21", "13:45", "14:45"),  # Muhurat
        ("2026-02-01", "09:15", "15:30"),  # Sunday, Budget
        ("2026-07-31", "09:15", "15:30"),
        ("2026-08-03", "09:15", "15:15"),  # since the closing auction
    ],
)
def test_sessions_open_and_close_at_the_published_times(day: str, opens: str, closes: str) -> None:
    session = session_on(day)

    assert (session.open_us, session.close_us) == (instant(f"{day} {opens}"), instant(f"{day} {closes}"))
    assert session.key == int(day.replace("-", ""))


@pytest.mark.parametrize("day", ["2020-12-31", "2027-01-01"])
def test_dates_outside_the_data_are_not_covered(day: str) -> None:
    with pytest.raises(NotCovered, match="2021-01-01 to 2026-12-31"):
        CLOCK.session_on(date.fromisoformat(day))


def test_a_special_session_without_clock_times_is_not_covered() -> None:
    with pytest.raises(NotCovered, match="clock times"):
        CLOCK.session_on(date(2026, 11, 8))
    assert CLOCK.phase_at(instant("2026-11-08 18:30")) == "not_covered"


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        ("2026-07-31 09:05", "pre_open"),
        ("2026-07-31 15:29", "open"),
        ("2026-07-31 15:30", "closed"),
        ("2026-07-31 15:40", "post_close"),
        ("2026-08-03 15:15", "closing_auction"),
        ("2026-08-03 15:50", "post_close"),
        ("2024-03-02 10:30", "closed"),  # between the two parts
        ("2026-08-08 11:00", "closed"),  # Saturday
        ("2027-01-04 11:00", "not_covered"),
    ],
)
def test_phase_follows_the_regime_of_the_date(moment: str, phase: str) -> None:
    assert CLOCK.phase_at(instant(moment)) == phase


def test_a_session_contains_its_open_and_not_its_close() -> None:
    session = session_on("2024-01-19")

    assert CLOCK.session_at(session.open_us) == session
    assert CLOCK.session_at(session.close_us - 1) == session
    assert CLOCK.session_at(session.open_us - 1) is None
    assert CLOCK.session_at(session.close_us) is None


def test_the_next_session_skips_weekends_and_holidays_and_ends_with_the_calendar() -> None:
    friday = session_on("2024-03-22")

    tuesday = CLOCK.next_session(friday.open_us)

    assert tuesday is not None
    assert tuesday.key == 20240326  # Monday 25 March 2024 is Holi
    assert CLOCK.next_session(instant("2026-12-31 16:00")) is None


def test_every_known_session_fits_the_profile_grid() -> None:
    days = np.arange(np.datetime64("2021-01-01"), np.datetime64("2026-11-08")).tolist()
    sessions = [session for day in days if (session := CLOCK.session_on(day))]

    assert max(session.minutes for session in sessions) == 375
    assert 1400 < len(sessions) < 1500


def test_session_keys_of_many_instants_agree_with_single_lookups() -> None:
    instants = instant("2024-03-01 00:00") + np.arange(0, 4 * 1440, 7) * MINUTE_US
    single = [session.key if (session := CLOCK.session_at(int(i))) else 0 for i in instants]

    assert CLOCK.session_keys(instants).tolist() == single


@given(st.integers(0, 4_000_000_000_000_000))
def test_simulated_sessions_follow_one_another_without_a_gap(moment: int) -> None:
    clock = SimulatedClock()
    session = clock.session_at(moment)

    assert session.open_us <= moment < session.close_us
    assert session.minutes == 375
    assert clock.next_session(moment).open_us == session.close_us
    assert clock.phase_at(moment) == "open"


def test_the_first_simulated_session_opens_at_the_epoch() -> None:
    epoch = int(datetime(1970, 1, 1, tzinfo=UTC).timestamp())

    assert SimulatedClock().session_at(epoch).key == 0


def test_each_source_has_its_clock() -> None:
    assert isinstance(clock_for("simulated"), SimulatedClock)
    assert isinstance(clock_for("replay"), ExchangeClock)
    assert isinstance(clock_for("live"), ExchangeClock)
