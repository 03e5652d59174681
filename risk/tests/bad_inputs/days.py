"""Bad inputs of an exchange's day, and of figures by session and month."""

from datetime import UTC, date, datetime, time
from typing import Final

import numpy as np

from risk.quant.calendar import ExchangeClock, NotCovered, instant_of
from risk.quant.ranks import mid_ranks
from risk.quant.trading_day import holidays_after
from risk.tests.bad_inputs.spec import Case, Entry, Gives, Kind, Refused, Why, calling, without

CLOCK: Final = ExchangeClock()
INSTANT: Final = {"instant_us": 1_767_693_600_000_000}
MIDNIGHT: Final = datetime(2025, 12, 31, 18, 30, tzinfo=UTC)
ENDED: Final = np.array([20_260_105, 20_260_105, 20_260_106, 20_260_106])
JUDGED: Final = {
    "session_key": ENDED,
    "probabilities": np.array([0.9, 0.2, 0.6, 0.4]),
    "outcomes": np.array([True, False, True, False]),
    "base_rate": 0.3,
}

UNKNOWN_FIGURES: Final[tuple[tuple[Kind, float], ...]] = (("nan", np.nan), ("infinite", np.inf))


def _share_beside(unknown: float) -> object:
    """Return the share of 2 beside an unknown figure and the 1 below it."""
    return mid_ranks(np.array([2.0]), np.array([[unknown], [1.0]]), least=1).share


ENTRIES: Final = (
    Entry(
        "calendar.ExchangeClock.phases_on",
        cases=(
            Case(
                "word",
                lambda: CLOCK.phases_on(date(1999, 1, 1)),
                Refused("the calendar covers .*, asked was 1999-01-01", NotCovered),
            ),
            Case("zero", lambda: CLOCK.phases_on(date(2026, 1, 26)), Gives(())),
        ),
    ),
    Entry(
        "calendar.instant_of",  # a date and a clock time are right by their types; midnight in India is 18:30 UTC
        cases=(Case("zero", lambda: instant_of(date(2026, 1, 1), time(0)), Gives(MIDNIGHT.timestamp() * 1e6)),),
    ),
    Entry(
        "ranks.mid_ranks",
        {"row": np.array([2.0, 3.0]), "before": np.array([[1.0, 4.0], [2.0, 3.0]]), "least": 1},
        {"row": "NNOO", "before": "..OO", "least": "--OO"},
        "R",
        "O",
        cases=tuple(
            Case(kind, calling(_share_beside, value), Gives(np.array([1.0])), of="before")
            for kind, value in UNKNOWN_FIGURES
        ),
        read=lambda ranks: ranks.share,
    ),
    *without(
        Why.RECORD,
        "ranks.Ranks",
        "calendar.Phase",
        "over_time.Stretch",
        "trading_day.ExchangeDay",
        "trading_day.PhaseSpan",
    ),
    *without(Why.ONLY_RECORDS, "trading_day.day_of_session"),
    Entry("trading_day.clock_text", INSTANT, {"instant_us": "--OO"}, read=len),
    Entry("trading_day.indian_day", INSTANT, {"instant_us": "--OO"}, read=date.toordinal),
    Entry(
        "trading_day.exchange_day",
        {"clock": CLOCK, **INSTANT},
        {"instant_us": "--OO"},
        read=lambda found: found.day.toordinal(),
    ),
    Entry(
        "trading_day.holidays_after",
        {"clock": CLOCK, "day": date(2026, 1, 1), "count": 2},
        {"count": "--RR"},
        cases=(Case("word", calling(holidays_after, CLOCK, date(2099, 1, 1), count=1), Gives([])),),
    ),
    *(
        Entry(
            f"over_time.{name}",
            JUDGED,
            {"session_key": "--OO", "probabilities": "RROR", "base_rate": "RROR"},
            "R",
            "R",
            read=lambda stretches: [stretch.brier for stretch in stretches],
        )
        for name in ("by_session", "by_month")
    ),
)
