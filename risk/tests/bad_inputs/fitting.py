"""Bad inputs of fits and of walks over recorded sessions."""

from dataclasses import fields, replace
from typing import Final

import numpy as np

from risk.quant.backtest import fit_rolling, refitted, walk_forward
from risk.quant.calendar import ExchangeClock
from risk.quant.fit import FitSample, fit_score, mean_log_likelihood, variance_scale
from risk.quant.model import default_model
from risk.quant.profile import Profile
from risk.quant.universe import Universe
from risk.quant.walk import walk
from risk.tests.bad_inputs.spec import Case, Entry, Refused, Why, calling
from risk.tests.case_factories import cases_of
from risk.tests.market_factories import CLOCK, PAIR, stormy_bars

MODEL: Final = default_model()
BARS: Final = stormy_bars(2)
PRIOR: Final = MODEL.priors[0]
N: Final = 200
SAMPLE: Final = FitSample(
    legs=np.full((N, 5), 1e-7),
    variance_minutes=np.full(N, 60.0),
    barrier=np.full(N, 0.003),
    terms=np.zeros((N, 3)),
    implied_known=np.zeros(N, dtype=np.bool_),
    move=np.full(N, 0.001),
    touched=np.arange(N) % 3 == 0,
)
STRANGERS: Final = Universe(np.array([1, 3]), np.zeros(2, dtype=np.int8))
CALIBRATION: Final = {"structural": np.linspace(-1, 1, N), "touched": SAMPLE.touched}


def _spoilt(name: str, value: float) -> FitSample:
    column = getattr(SAMPLE, name).copy()
    column.flat[0] = value
    return replace(SAMPLE, **{name: column})


def _walked_wrong(**changes: float) -> object:
    bars = BARS.copy()
    for name, value in changes.items():
        bars[name][5] = value
    return walk(bars, clock=CLOCK, profile=Profile.empty(PAIR, MODEL))


ENTRIES: Final = (
    Entry(
        "fit.fit_score",
        cases=(
            Case(
                "empty",
                lambda: fit_score(FitSample(**{f.name: getattr(SAMPLE, f.name)[:0] for f in fields(FitSample)}), PRIOR),
                Refused("one length above 0, had"),
            ),
            Case(
                "shapes",
                lambda: fit_score(replace(SAMPLE, move=np.zeros(3)), PRIOR),
                Refused("one length above 0, had .*'move': 3"),
            ),
            Case(
                "zero",
                lambda: fit_score(replace(SAMPLE, touched=np.zeros(N, dtype=np.bool_)), PRIOR),
                Refused("cases with both outcomes, got 200"),
            ),
            *(
                Case(
                    "nan",
                    calling(fit_score, _spoilt(name, np.nan), PRIOR),
                    Refused(f"{name} must be finite, was nan"),
                )
                for name in ("legs", "barrier", "move", "terms")
            ),
            Case(
                "negative",
                lambda: fit_score(_spoilt("barrier", -1.0), PRIOR),
                Refused("barrier must not be negative or NaN, was -1"),
            ),
        ),
    ),
    Entry(
        "fit.variance_scale",
        {"windows": SAMPLE, "weights": np.full(5, 0.2)},
        {"weights": "RROR"},
        empty="R",
        cases=(
            Case("zero", lambda: variance_scale(SAMPLE, np.zeros(5)), Refused("variance must be positive, was 0")),
            Case(
                "shapes",
                lambda: variance_scale(SAMPLE, np.ones(4)),
                Refused(r"weights must have shape \(5,\), had \(4,\)"),
            ),
        ),
    ),
    Entry(
        "fit.mean_log_likelihood",
        {"windows": SAMPLE, "weights": np.full(5, 0.2), "betas": np.array([0.1, 1.0]), "terms": np.full(3, 0.1)},
        {"weights": "RROR", "betas": "RROO", "terms": "RROO"},
        "R",
        "R",
        (
            Case(
                "nan",
                lambda: mean_log_likelihood(
                    _spoilt("move", np.nan), weights=np.ones(5), betas=np.ones(2), terms=np.ones(3)
                ),
                Refused("move must be finite"),
            ),
        ),
    ),
    Entry("fit.fit_calibration", CALIBRATION, {"structural": "RROO"}, "R", "R"),
    Entry(
        "backtest.refitted",
        cases=(
            Case("word", lambda: refitted(MODEL, cases_of(3), STRANGERS), Refused(r"of the universe, were \[2\] too")),
        ),
    ),
    Entry(
        "backtest.walk_forward",
        cases=(
            *(
                Case(
                    "zero",
                    calling(walk_forward, BARS, clock=CLOCK, universe=PAIR, model=MODEL, fit_sessions=number),
                    Refused(f"fit_sessions must be at least 1, was {number}"),
                )
                for number in (0, -1)
            ),
            Case(
                "rows",
                lambda: walk_forward(BARS, clock=CLOCK, universe=PAIR, model=MODEL, fit_sessions=2),
                Refused("fitting on 2 leaves none to judge"),
            ),
            Case(
                "empty",
                lambda: walk_forward(BARS[:0], clock=CLOCK, universe=PAIR, model=MODEL, fit_sessions=2),
                Refused("the file holds 0 sessions"),
            ),
        ),
        skips={"fit_sessions": Why.ORDINARY},
    ),
    Entry(
        "backtest.fit_rolling",
        cases=(
            Case(
                "rows",
                lambda: fit_rolling(BARS, clock=CLOCK, universe=PAIR, model=MODEL),
                Refused("a fit needs 100 cases|one length above 0"),
            ),
            Case(
                "empty",
                lambda: fit_rolling(BARS[:0], clock=CLOCK, universe=PAIR, model=MODEL),
                Refused("no session of ordinary length"),
            ),
        ),
    ),
    Entry(
        "walk.walk",
        cases=(
            Case(
                "empty",
                lambda: walk(BARS[:0], clock=CLOCK, profile=Profile.empty(PAIR, MODEL)),
                Refused("no session of ordinary length"),
            ),
            Case(
                "rows",
                lambda: walk(BARS, clock=ExchangeClock(), profile=Profile.empty(PAIR, MODEL)),
                Refused("bars of session .* lie outside the calendar"),
            ),
            Case("rows", lambda: _walked_wrong(low=0), Refused("prices must be positive, low and high around")),
            Case("rows", lambda: _walked_wrong(high=1), Refused("prices must be positive, low and high around")),
            Case("rows", lambda: _walked_wrong(instrument=99), Refused("are of no instrument")),
        ),
    ),
)
