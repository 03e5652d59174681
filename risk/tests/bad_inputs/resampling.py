"""Bad inputs of resamples, the intervals from them, shuffled labels, parts left out and other settings."""

from typing import Final

import numpy as np

from risk.quant.ablation import calibrated
from risk.quant.bootstrap import draw_sessions, percentile_interval, ratio
from risk.quant.evaluation import reliability
from risk.quant.model import default_model
from risk.quant.shuffled_labels import shuffle_sessions
from risk.quant.trials import run_trials, trial_of
from risk.quant.universe import Universe
from risk.tests.bad_inputs.spec import Case, Entry, Gives, Refused, Why, without
from risk.tests.case_factories import cases_of, verdict_of

DRAWN: Final = draw_sessions(np.repeat(np.arange(6), 3), resamples=8, random=np.random.default_rng(1))
SESSIONS: Final = np.repeat(np.arange(6), 3)
CHANCES: Final = np.linspace(0.1, 0.9, 18)
OUTCOMES: Final = np.arange(18) % 3 == 0
FORECAST: Final = {"probabilities": CHANCES, "outcomes": OUTCOMES, "drawn": DRAWN}
ERRORS: Final = {"squared_errors": CHANCES**2, "reference": CHANCES, "drawn": DRAWN}
CASES: Final = cases_of(4)
PAIR: Final = Universe(np.array([1, 2]), np.zeros(2, dtype=np.int8))
STRANGERS: Final = Universe(np.array([1, 3]), np.zeros(2, dtype=np.int8))
VERDICT: Final = verdict_of()

ENTRIES: Final = (
    Entry("bootstrap.Resamples.sums", {"values": CHANCES}, {"values": "RROO"}, empty="R", on=lambda: DRAWN),
    Entry(
        "bootstrap.draw_sessions",
        {"session": SESSIONS, "resamples": 4, "random": np.random.default_rng(1)},
        {"session": "--OO", "resamples": "--RR"},
        empty="R",
    ),
    Entry(
        "bootstrap.percentile_interval",
        {"values": np.linspace(0, 1, 8), "drawn": DRAWN},
        {"values": "OOOO"},
        empty="O",
        cases=(Case("nan", lambda: percentile_interval(np.full(8, np.nan), DRAWN), Gives((np.nan, np.nan))),),
    ),
    Entry(
        "bootstrap.reflected_interval",
        {"values": np.linspace(0, 1, 8), "drawn": DRAWN, "estimate": 0.4},
        {"values": "OOOO", "estimate": "RROR"},
        empty="O",
    ),
    Entry(
        "bootstrap.resampled_skill",
        ERRORS,
        {"squared_errors": "RROO", "reference": "RROO"},
        "R",
        "R",
        says={"squared_errors": "values", "reference": "values"},
    ),
    Entry("bootstrap.resampled_auc", FORECAST, {"probabilities": "RROR"}, "R", "R"),
    Entry(
        "bootstrap.ratio",
        {"above": np.array([1.0, 2.0]), "below": np.array([2.0, 3.0])},
        {"above": "NOOO", "below": "NONN"},
        "R",
        "O",
        (Case("shapes", lambda: ratio(np.ones(2), np.ones(1)), Refused(r"above \(2,\), below \(1,\)")),),
    ),
    *(
        Entry(
            f"confidence.{name}",
            {**FORECAST, "base_rate": 0.3},
            {"probabilities": "RROR", "base_rate": "RROR"},
            "R",
            "R",
        )
        for name in ("confidence", "resampled_figures")
    ),
    Entry(
        "confidence.skill_interval",
        {"reference": CHANCES[::-1], **FORECAST},
        {"probabilities": "RROR", "reference": "RROR"},
        "R",
        "R",
    ),
    Entry(
        "confidence.with_differences",
        {"bins": reliability(CHANCES, OUTCOMES), **FORECAST},
        {"probabilities": "RROR"},
        "R",
        "R",
        read=lambda bins: np.array([row.cases for row in bins], dtype=np.float64),
    ),
    Entry(
        "shuffled_labels.shuffled_skill",
        {
            "known": CASES,
            "judged": CASES,
            "refit": lambda cases: np.full(len(cases), 0.3),
            "random": np.random.default_rng(1),
            "shuffles": 1,
        },
        {"shuffles": "--RR"},
    ),
    Entry(
        "shuffled_labels.shuffle_sessions",
        cases=(
            Case(
                "empty",
                lambda: shuffle_sessions(cases_of(1), random=np.random.default_rng(1)),
                Refused("at least two sessions, got 1"),
            ),
        ),
    ),
    *without(Why.ONLY_RECORDS, "ablation.leave_one_out", "backtest.sample_of"),
    Entry(
        "ablation.calibrated",
        cases=(
            Case(
                "word",
                lambda: calibrated(CASES, default_model(), STRANGERS),
                Refused(r"of the universe, were \[2\] too"),
            ),
        ),
    ),
    Entry(
        "ablation.online",
        {"cases": CASES, "log_odds": np.zeros(len(CASES)), "model": default_model(), "stretch_precision": 20.0},
        {"log_odds": "RROO", "stretch_precision": "RRRR"},
        empty="R",
        cases=(),
    ),
    Entry(
        "trials.trial_of",
        cases=(
            Case("word", lambda: trial_of("horizon=30"), Refused("a trial must be .*, was 'horizon=30'")),
            Case("nan", lambda: trial_of("cap=nan"), Refused("was 'cap=nan'")),
            Case("zero", lambda: trial_of("cap=0"), Refused("was 'cap=0'")),
            Case("negative", lambda: trial_of("pull=-1"), Refused("was 'pull=-1'")),
        ),
    ),
    Entry(
        "trials.run_trials",
        {
            "verdict": VERDICT,
            "trials": [],
            "universe": PAIR,
            "rewalk": lambda model: VERDICT,
            "random": np.random.default_rng(1),
            "resamples": 3,
        },
        {"resamples": "--RR"},
        cases=(
            Case(
                "shapes",
                lambda: run_trials(
                    VERDICT,
                    [trial_of("cap=9")],
                    universe=PAIR,
                    rewalk=lambda model: verdict_of(judged=9),
                    random=np.random.default_rng(1),
                ),
                Refused("the trial cap=9 judges other windows"),
            ),
        ),
    ),
)
