from datetime import UTC, date, datetime

import numpy as np
import pytest

from risk.quant.calendar import ExchangeClock, NotCovered
from risk.quant.expiry import NotATradingDay, close_instant, indian_instant, years_between

CLOCK = ExchangeClock("NSE")


def microseconds(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[misc,arg-type]  # spread fields


@pytest.mark.parametrize(
    ("day", "instant"),
    [
        # domain.md: cash session to 15:30 Indian time before 3 August 2026, closing auction to 15:35 since
        (date(2025, 1, 30), microseconds(2025, 1, 30, 10, 0)),
        (date(2026, 7, 28), microseconds(2026, 7, 28, 10, 0)),
        (date(2026, 8, 4), microseconds(2026, 8, 4, 10, 5)),
        (date(2026, 12, 1), microseconds(2026, 12, 1, 10, 5)),
    ],
)
def test_a_contract_expires_when_the_underlyings_close_is_fixed(day: date, instant: int) -> None:
    assert close_instant(day, clock=CLOCK) == instant


def test_an_expiry_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(NotCovered, match="2027-06-29"):
        close_instant(date(2027, 6, 29), clock=CLOCK)


def test_an_expiry_whose_session_times_are_unknown_is_refused() -> None:
    with pytest.raises(NotCovered, match="2026-11-08"):
        close_instant(date(2026, 11, 8), clock=CLOCK)


@pytest.mark.parametrize("day", [date(2025, 2, 26), date(2026, 3, 31), date(2026, 11, 21)])
def test_an_expiry_on_a_holiday_or_weekend_is_refused(day: date) -> None:
    with pytest.raises(NotATradingDay, match=str(day)):
        close_instant(day, clock=CLOCK)


def test_a_year_has_365_days_and_time_past_the_end_is_negative() -> None:
    start, day = microseconds(2025, 1, 1), 86_400_000_000

    found = years_between(start, np.array([start + 365 * day, start + day, start, start - day]))

    assert found.tolist() == [1.0, 1 / 365, 0.0, -1 / 365]


def test_a_naive_time_is_indian() -> None:
    assert indian_instant(datetime(2023, 5, 3, 15, 30)) == microseconds(2023, 5, 3, 10, 0)


def test_a_time_with_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="naive Indian time"):
        indian_instant(datetime(2023, 5, 3, 15, 30, tzinfo=UTC))
