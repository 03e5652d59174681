"""Backoff and quiet times: laws, and instants of the exchange's own calendar."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.notifications.backoff import FIRST_PAUSE, GIVEN_UP_AFTER, LONGEST_PAUSE, next_attempt, pause_after
from alerts.notifications.quiet import HORIZON, PHASES, QuietTimes, quiet_until
from risk.quant.calendar import ExchangeClock, SimulatedClock

BEGAN = datetime(2026, 11, 25, 6, tzinfo=UTC)
EXCHANGE = ExchangeClock("NSE")
SIMULATED = SimulatedClock()
keys = st.text(min_size=1, max_size=8)
instants = st.datetimes(datetime(2026, 1, 2), datetime(2026, 11, 30), timezones=st.just(UTC))


def ist(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """Return an instant of 2026 given in Indian time, which is five and a half hours ahead."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=5, minutes=30)


@given(st.integers(1, 10_000), keys)
def test_a_pause_lies_between_half_and_all_of_its_doubling(attempts: int, key: str) -> None:
    full = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 12))

    assert full / 2 <= pause_after(attempts, key=key) <= full


@given(keys, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_attempts_go_on_and_end_with_the_72_hours(key: str, asked: timedelta) -> None:
    now, attempts = BEGAN, 0
    while now is not None:
        last, attempts = now, attempts + 1
        now = next_attempt(since=BEGAN, now=last, attempts=attempts, key=key, asked=asked)  # type: ignore[assignment]
        assert now is None or last < now <= last + LONGEST_PAUSE

    assert BEGAN + GIVEN_UP_AFTER - LONGEST_PAUSE <= last <= BEGAN + GIVEN_UP_AFTER


def test_messages_that_failed_together_come_back_apart() -> None:
    assert len({pause_after(5, key=str(number)) for number in range(100)}) == 100


def test_what_the_receiver_asks_for_is_heard_up_to_an_hour() -> None:
    def after(asked: timedelta) -> datetime | None:
        return next_attempt(since=BEGAN, now=BEGAN, attempts=1, key="k", asked=asked)

    assert after(timedelta(minutes=7)) == BEGAN + timedelta(minutes=7)
    assert after(timedelta(days=7)) == BEGAN + timedelta(hours=1)


def test_nothing_attempted_has_no_pause() -> None:
    with pytest.raises(ValueError, match="at least 1, was 0"):
        pause_after(0, key="k")


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (ist(25, 22, 30), ist(26, 7)),
        (ist(26, 6, 59), ist(26, 7)),
        (ist(26, 7), None),
        (ist(25, 21, 59), None),
        (ist(25, 22), ist(26, 7)),
    ],
)
def test_quiet_hours_reach_over_midnight_in_india(now: datetime, until: datetime | None) -> None:
    assert quiet_until(now, QuietTimes((time(22), time(7))), clock=EXCHANGE) == until


def test_quiet_outside_the_session_lasts_over_a_weekend_and_a_holiday() -> None:
    # Sunday 8 November has a Muhurat session whose hours are not known; Tuesday 10 November is a holiday (NSE list).
    quiet = QuietTimes(phases=frozenset({"closed", "pre_open", "post_close", "closing_auction"}))

    assert quiet_until(ist(9, 17), quiet, clock=EXCHANGE) == ist(11, 9, 15)
    assert quiet_until(ist(11, 10), quiet, clock=EXCHANGE) is None


def test_the_simulated_market_is_never_closed() -> None:
    assert quiet_until(ist(28, 3), QuietTimes(phases=frozenset({"closed"})), clock=SIMULATED) is None


@settings(max_examples=25)  # a fortnight of minutes is looked through where nothing but quiet comes
@given(instants, st.sets(st.sampled_from(PHASES)), st.times(), st.times())
def test_quiet_ends_at_an_instant_that_is_not_quiet(now: datetime, phases: set[str], start: time, end: time) -> None:
    quiet = QuietTimes((start, end), frozenset(phases))

    until = quiet_until(now, quiet, clock=EXCHANGE)

    if until is None:
        assert not quiet.covers(now, clock=EXCHANGE)
    else:
        assert until > now
        assert until >= now + HORIZON or not quiet.covers(until, clock=EXCHANGE)
