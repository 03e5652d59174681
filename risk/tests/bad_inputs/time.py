"""Bad inputs of the clocks, expiries and the guards themselves."""

from datetime import UTC, date, datetime
from typing import Final

import numpy as np

from risk.quant.calendar import ExchangeClock, NotCovered, SimulatedClock, clock_for
from risk.quant.expiry import NotATradingDay, close_instant, indian_instant, years_between
from risk.quant.expiry_days import expiry_sessions
from risk.quant.guards import at_least, chances, finite, not_negative, one_shape, positive, some
from risk.tests.bad_inputs.spec import Case, Entry, Gives, Kind, Refused, calling

CLOCK: Final = ExchangeClock()
INSTANT: Final = {"instant_us": 1_767_693_600_000_000}
BEYOND: Final = 10**18  # microseconds after the year 9999
FLOATS: Final = np.array([1.5])

NO_INSTANTS: Final[tuple[tuple[Kind, float], ...]] = (("nan", np.nan), ("infinite", np.inf))

ENTRIES: Final = (
    *(
        Entry(f"calendar.{owner}.{name}", INSTANT, {"instant_us": "--OO"}, on=made)
        for owner, made in (("ExchangeClock", lambda: CLOCK), ("SimulatedClock", SimulatedClock))
        for name in ("session_at", "next_session")
    ),
    Entry("calendar.SimulatedClock.phase_at", INSTANT, {"instant_us": "--OO"}, on=SimulatedClock),
    Entry(
        "calendar.ExchangeClock.phase_at",
        INSTANT,
        {"instant_us": "--.."},
        cases=(
            Case("zero", lambda: CLOCK.phase_at(0) == "not_covered", Gives(True), of="instant_us"),
            Case("negative", lambda: CLOCK.phase_at(-1) == "not_covered", Gives(True), of="instant_us"),
            Case("infinite", lambda: CLOCK.phase_at(BEYOND) == "not_covered", Gives(True)),
        ),
        on=lambda: CLOCK,
    ),
    Entry(
        "calendar.ExchangeClock.session_keys",
        {"instants_us": np.array([INSTANT["instant_us"], 0])},
        {"instants_us": "--.."},
        empty="O",
        cases=(
            Case("zero", lambda: CLOCK.session_keys(np.array([0])), Gives([0]), of="instants_us"),
            Case("negative", lambda: CLOCK.session_keys(np.array([-1])), Gives([0]), of="instants_us"),
        ),
        on=lambda: CLOCK,
    ),
    Entry(
        "calendar.ExchangeClock.session_on",
        cases=(
            Case(
                "word",
                lambda: CLOCK.session_on(date(1999, 1, 1)),
                Refused("the calendar covers .*, asked was 1999-01-01", NotCovered),
            ),
            Case("zero", lambda: CLOCK.session_on(date(2026, 1, 26)), Gives(None)),
        ),
    ),
    Entry(
        "calendar.ExchangeClock",
        cases=(Case("word", calling(ExchangeClock, "MCX"), Refused("exchange must be NSE or BSE, was 'MCX'")),),
    ),
    Entry(
        "calendar.clock_for",
        cases=(
            Case("word", calling(clock_for, "paper"), Refused("source must be simulated, replay or live, was 'paper'")),
        ),
    ),
    Entry(
        "expiry.close_instant",
        cases=(
            Case(
                "word",
                lambda: close_instant(date(2026, 1, 26), clock=CLOCK),
                Refused("2026-01-26 is not a trading day", NotATradingDay),
            ),
            Case(
                "word",
                lambda: close_instant(date(1999, 1, 1), clock=CLOCK),
                Refused("asked was 1999-01-01", NotCovered),
            ),
        ),
    ),
    Entry(
        "expiry.years_between",
        {"start_us": np.array([0, 1]), "end_us": np.array([5, 6])},
        {"start_us": "..OO", "end_us": "..OO"},
        "R",
        "O",
        (
            *(
                Case(
                    kind,
                    calling(years_between, np.array([value]), np.array([1])),
                    Refused(f"start_us must be whole .*, was {value}"),
                    of="start_us",
                )
                for kind, value in NO_INSTANTS
            ),
            *(
                Case(
                    kind,
                    calling(years_between, 1, value),
                    Refused(f"end_us must be whole .*, was {value}"),
                    of="end_us",
                )
                for kind, value in NO_INSTANTS
            ),
            Case("negative", lambda: years_between(365 * 86_400_000_000, 0), Gives(-1.0)),
        ),
    ),
    Entry(
        "expiry.indian_instant",
        cases=(
            Case(
                "word",
                lambda: indian_instant(datetime(2026, 1, 6, tzinfo=UTC)),
                Refused("moment must be a naive Indian time, was 2026-01-06"),
            ),
        ),
    ),
    Entry(
        "expiry_days.expiry_sessions",
        # A symbol without rules of its own expires as every other one does.
        cases=(
            Case("word", lambda: expiry_sessions("", clock=CLOCK) == expiry_sessions("?", clock=CLOCK), Gives(True)),
        ),
    ),
    *(
        Entry(
            f"guards.{guard.__name__}",
            {"name": "it", "value": np.array([0.5, 0.6])},
            {"value": letters},
            empty="O",
            says={"value": "it"},
        )
        for guard, letters in ((finite, "RROO"), (positive, "RRRR"), (not_negative, "RROR"), (chances, "RROR"))
    ),
    Entry(
        "guards.at_least",
        {"name": "it", "value": 3, "least": 1},
        {"value": "--RR", "least": "--OO"},
        cases=(Case("nan", calling(at_least, "it", np.nan, 1), Refused("it must be at least 1, was nan")),),
        says={"value": "it"},
    ),
    Entry(
        "guards.one_shape",
        cases=(
            Case(
                "shapes", lambda: one_shape(a=np.ones(2), b=np.ones(3)), Refused(r"one shape, were a \(2,\), b \(3,\)")
            ),
        ),
    ),
    Entry(
        "guards.some",
        cases=(Case("empty", lambda: some("it", np.ones(0)), Refused(r"it must not be empty, had shape \(0,\)")),),
    ),
)
