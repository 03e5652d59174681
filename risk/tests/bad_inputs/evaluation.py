"""Bad inputs of what judges forecasts: figures, alarms, baselines, proof."""

from typing import Final

import numpy as np

from risk.quant.alert_episodes import count_alerts
from risk.quant.baselines import baseline_forecasts
from risk.quant.breakdown import breakdown
from risk.quant.evaluation import decompose, reliability
from risk.quant.proof import prove
from risk.tests.bad_inputs.spec import Case, Entry, Refused, Why, calling
from risk.tests.case_factories import cases_of, verdict_of

CASES: Final = cases_of(4)
NONE: Final = CASES.where(np.zeros(len(CASES), dtype=np.bool_))
OUTCOMES: Final = np.array([True, False, True, False])
SAMPLE: Final = {"probabilities": np.array([0.9, 0.2, 0.6, 0.4]), "outcomes": OUTCOMES}
CHANCES: Final = {"probabilities": "RROR"}
TRACK: Final = {
    "instrument": np.array([1, 1]),
    "session": np.array([1, 1]),
    "minute": np.array([0, 1]),
    "score": np.array([0.5, 0.9]),
    "threshold": 0.8,
    "release": 0.7,
}
LEADS: Final = {**SAMPLE, "touch_minute": np.array([5.0, np.nan, 9.0, np.nan])}

ENTRIES: Final = (
    Entry(
        "evaluation.judge",
        {**SAMPLE, "base_rate": 0.3, "high": 0.8},
        {**CHANCES, "base_rate": "RROR", "high": "RROR"},
        "R",
        "R",
        read=lambda judged: judged.brier,
    ),
    *(
        Entry(f"evaluation.{name}", SAMPLE, CHANCES, "R", "R")
        for name in ("brier", "log_loss", "area_under_curve", "reliability")
    ),
    Entry(
        "evaluation.checked_sample",
        SAMPLE | {"outcomes": OUTCOMES.astype(np.float64)},
        {**CHANCES, "outcomes": "RROR"},
        "R",
        "R",
        says={"outcomes": "target"},
    ),
    Entry(
        "evaluation.calibration_error",
        {"probabilities": SAMPLE["probabilities"], "target": np.array([0.5, 0.4, 0.5, 0.1])},
        {**CHANCES, "target": "RROR"},
        "R",
        "R",
    ),
    Entry("evaluation.bin_of", {"probabilities": SAMPLE["probabilities"]}, CHANCES, empty="O"),
    Entry("evaluation.skill", {"score": 0.1, "reference": 0.2}, {"score": "NOOO", "reference": "NONN"}),
    Entry(
        "evaluation.decompose",
        {"bins": reliability(np.array([0.1, 0.9]), np.array([False, True])), "score": 0.01},
        {"score": "RROR"},
        cases=(
            Case("empty", lambda: decompose([], score=0.1), Refused("need a bin that holds a case, got 0 without any")),
        ),
    ),
    Entry("evaluation.wilson_interval", {"hits": 2, "cases": 5}, {"hits": "--OR", "cases": "--RR"}),
    Entry(
        "alarms.alarm_quality",
        {**LEADS, "threshold": 0.5},
        {**CHANCES, "touch_minute": "NOOO", "threshold": "RROR"},
        "R",
        "R",
        read=lambda found: (found.share, found.mean_lead_minutes),
    ),
    Entry(
        "alarms.alarm_curve",
        LEADS,
        {**CHANCES, "touch_minute": "OOOO"},
        "R",
        "R",
        read=lambda found: found[0].share,
    ),
    Entry("alarms.severity_shares", SAMPLE, CHANCES, "R", "R", read=lambda rows: rows[0].share),
    Entry(
        "alert_episodes.count_alerts",
        TRACK,
        {
            "instrument": "--OO",
            "session": "--OO",
            "minute": "--OO",
            "score": "OROR",
            "threshold": "RR.R",
            "release": "RROR",
        },
        "R",
        "R",
        (
            Case(
                "zero",
                calling(count_alerts, **TRACK | {"threshold": 0.0}),
                Refused("release must not lie above .*, was 0.7"),
                of="threshold",
            ),
        ),
        read=lambda found: found[-1].alerts,
    ),
    Entry(
        "breakdown.breakdown",
        {"cases": CASES, "probabilities": np.full(len(CASES), 0.3), "symbols": {1: "A"}, "base_rate": 0.3},
        {**CHANCES, "base_rate": "RROR"},
        cases=(
            Case(
                "shapes", lambda: breakdown(CASES, np.ones(3), symbols={}, base_rate=0.3), Refused(r"got .* and \(3,\)")
            ),
            Case("empty", lambda: breakdown(NONE, np.ones(0), symbols={}, base_rate=0.3), Refused(r"got \(0,\)")),
        ),
    ),
    Entry(
        "baselines.baseline_forecasts",
        {"known": CASES, "cases": CASES, "base_rate": 0.3},
        {"base_rate": "RROR"},
        cases=(
            Case("empty", lambda: baseline_forecasts(NONE, CASES, base_rate=0.3), Refused("known must not be empty")),
            Case("empty", lambda: baseline_forecasts(CASES, NONE, base_rate=0.3), Refused("cases must not be empty")),
        ),
        read=lambda found: tuple(found.values()),
    ),
    Entry(
        "proof.prove",
        {"verdict": verdict_of(), "symbols": {1: "A"}, "random": np.random.default_rng(1), "resamples": 5},
        {"resamples": "--RR"},
        cases=(
            Case(
                "nan",
                lambda: prove(
                    verdict_of(), symbols={}, random=np.random.default_rng(1), resamples=5, truth=np.full(460, np.nan)
                ),
                Refused(r"target must lie in \[0, 1\], was nan"),
            ),
        ),
        skips={"truth": Why.ORDINARY, "empty": Why.ORDINARY},
    ),
    Entry(
        "proof.compare_with_truth",
        {"probabilities": np.array([0.5, 0.4]), "truth": np.array([0.5, 0.6])},
        {**CHANCES, "truth": "RROR"},
        "R",
        "R",
        says={"truth": "target"},
    ),
)
