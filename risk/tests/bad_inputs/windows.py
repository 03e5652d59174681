"""Bad inputs of judged windows and of what happened in them."""

from typing import Final

import numpy as np

from risk.quant.cases import joined
from risk.quant.outcomes import DenseSession, Windows, first_touches
from risk.tests.bad_inputs.spec import Case, Entry, Refused, Why, refused_by, without
from risk.tests.case_factories import cases_of
from risk.tests.market_factories import PAIR, SESSION, walked_bars

CASES: Final = cases_of(3)
BARS: Final = walked_bars(SESSION, instruments=PAIR.instruments, seed=1)
DENSE: Final = DenseSession.of(BARS, instruments=PAIR.instruments, minutes=375)
WINDOWS: Final = Windows.of(375, horizon=60.0, shortest=30.0)
BARRIER: Final = np.full((2, len(WINDOWS.starts)), 1e-4)

ENTRIES: Final = (
    Entry(
        "cases.Cases",
        cases=(
            Case(
                "shapes",
                lambda: cases_of(3, move=np.zeros(3)),
                Refused("columns must be of one length, were .*'move': 3"),
            ),
        ),
        # Its columns are judged by those who read them: a move or touch may well be NaN, or any number.
        skips=dict.fromkeys(("empty", *CASES.__dataclass_fields__), Why.ORDINARY),
    ),
    Entry(
        "cases.Cases.where",
        {"mask": CASES.touched},
        empty="R",
        cases=(
            Case("shapes", lambda: CASES.where(np.ones(3, dtype=np.bool_)), Refused(r"one shape, were mask \(3,\)")),
        ),
        on=lambda: CASES,
    ),
    *without(Why.ONLY_RECORDS, "cases.windows_of", "outcomes.largest_moves", "outcomes.moves_to_end"),
    Entry(
        "cases.joined",
        cases=(Case("empty", lambda: joined([]), Refused("cases to join must not be empty, were 0 parts")),),
    ),
    Entry(
        "outcomes.DenseSession.of",
        {"bars": BARS, "instruments": PAIR.instruments, "minutes": 375},
        {"minutes": "--RR"},
        empty="R",
        cases=(
            Case(
                "rows",
                lambda: DenseSession.of(BARS, instruments=np.array([10, 21]), minutes=375),
                Refused(r"were of \[20\] too"),
            ),
        ),
        skips={"instruments": Why.REFUSED_BY},
        by="universe.Universe",
        read=lambda dense: dense.close,
    ),
    Entry(
        "outcomes.Windows.of",
        {"session_minutes": 375, "horizon": 60.0, "shortest": 30.0},
        {"session_minutes": "--OR", "horizon": "RRRR", "shortest": "RRRR"},
    ),
    Entry(
        "outcomes.first_touches",
        {"session": DENSE, "windows": WINDOWS, "barrier": BARRIER},
        {"barrier": "NNOO"},
        empty="R",
        cases=(
            Case(
                "shapes",
                lambda: first_touches(DENSE, WINDOWS, barrier=np.ones((2, 3))),
                Refused(r"barrier must have shape \(2, 23\), had \(2, 3\)"),
            ),
        ),
    ),
    *refused_by("volatility.elapsed_variance_time", "outcomes.window_times"),
    Entry("ticks.blank_ticks", {"count": 2}, {"count": "--OR"}, read=lambda ticks: ticks["last_price"]),
    Entry(
        "tick_sizes.tick_sizes",
        {"price": np.array([100.0, 200.0]), "is_index": np.array([False, False])},
        {"price": "NNNN"},
        "R",
        "O",
    ),
)
