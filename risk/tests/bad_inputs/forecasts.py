"""Bad inputs of the variance legs, the score and its online correction."""

from typing import Final

import numpy as np

from risk.quant.jump_part import JumpPart
from risk.quant.recalibration import recalibration
from risk.quant.scoring import severity, structural_log_odds
from risk.quant.volatility import implied_variance, seasonality
from risk.tests.bad_inputs.spec import Case, Entry, Gives, Refused, Why, calling, refused_by, without

TWO: Final = np.array([1.0, 2.0])
LEGS: Final = np.full((5, 2), 1e-7)
THRESHOLDS: Final = (0.3, 0.5, 0.8, 0.9)
WINDOW: Final = {"variance": np.full(2, 1e-7), "variance_minutes": np.full(2, 60.0), "barrier": np.full(2, 0.003)}
ETA: Final = {"log_odds": TWO, "correction": np.array([[0.1, 0.1], [0.2, 0.2]]), "reference": -0.8}
RINGS: Final = {
    "log_odds": np.zeros((3, 2, 4)),
    "outcomes": np.ones((3, 2, 4)),
    "weights": np.ones(3),
    "reference": -0.8,
    "precision": 20.0,
    "stretch_precision": 20.0,
}
CURVE: Final = np.array([[1.0, 1.2], [0.8, 1.0]])
RETURNS: Final = {"absolute_returns": np.full((3, 2, 2), 1e-4), "prior": CURVE, "prior_sessions": 15.0, "apart": 1}

ENTRIES: Final = (
    Entry(
        "scoring.forecast_variance",
        {"legs": LEGS, "weights": np.ones((5, 2))},
        {"legs": "NOOO", "weights": "NOOO"},
        "R",
        "O",
    ),
    Entry(
        "scoring.structural_log_odds",
        WINDOW,
        {"variance": "ROOR", "variance_minutes": "ROOR", "barrier": "ROOR"},
        "R",
        "O",
        (
            Case("zero", lambda: structural_log_odds(**WINDOW | {"variance": np.zeros(2)}), Gives([-30.0, -30.0])),
            Case(
                "infinite",
                lambda: structural_log_odds(
                    **WINDOW | {"variance": np.full(2, np.inf), "variance_minutes": np.zeros(2)}
                ),
                Refused("must give a distance, were infinite together"),
            ),
        ),
    ),
    Entry(
        "scoring.calibrated_log_odds",
        {"structural": TWO, "offset": TWO, "slope": TWO},
        {"structural": "NOOO", "offset": "NOOO", "slope": "NOOO"},
        "R",
        "O",
    ),
    Entry("scoring.score", {"log_odds": TWO}, {"log_odds": "NOOO"}, empty="O"),
    Entry(
        "scoring.severity",
        {"scores": np.array([0.4, 0.6]), "thresholds": THRESHOLDS},
        {"scores": "RROR"},
        empty="O",
        cases=(
            Case(
                "nan",
                lambda: severity(TWO / 2, (0.3, np.nan, 0.8, 0.9)),
                Refused("four increasing numbers, were .*nan"),
            ),
            Case(
                "shapes", lambda: severity(TWO / 2, (0.3, 0.8)), Refused(r"four increasing numbers, were \[0.3, 0.8\]")
            ),
        ),
    ),
    Entry(
        "scoring.protection_cost",
        {"barrier": np.full(2, 0.003), "deviation": np.full(2, 0.004)},
        {"barrier": "NOOO", "deviation": "NOOO"},
        "R",
        "O",
    ),
    Entry(
        "recalibration.recalibration",
        RINGS,
        {
            "log_odds": "OOOO",
            "outcomes": "OOOO",
            "weights": "RROR",
            "reference": "RROO",
            "precision": "RRRR",
            "stretch_precision": "RRRR",
        },
        "R",
        "R",
        (
            Case(
                "nan",
                calling(recalibration, **RINGS | {"outcomes": np.full((3, 2, 4), np.nan)}),
                Gives(np.zeros((2, 2))),
            ),
        ),
    ),
    *(
        Entry(
            f"recalibration.{name}",
            ETA,
            {"log_odds": "NOOO", "correction": "NOOO"},
            "R",
            "O",
            skips={"reference": Why.REFUSED_BY},
            by="model.ScoreModel",
        )
        for name in ("corrected", "uncorrected")
    ),
    Entry("volatility.half_life_decay", {"minutes": 15.0}, {"minutes": "RRRR"}),
    *refused_by("intake.Intake.fold", "volatility.updated_legs"),
    Entry(
        "volatility.implied_variance",
        {"volatility": np.array([0.2, 0.3]), "open_share": 0.75},
        {"volatility": "NRRR", "open_share": "RRRR"},
        empty="O",
        cases=(
            Case(
                "negative",
                lambda: implied_variance(TWO, open_share=1.5),
                Refused(r"open_share must lie in \(0, 1\], was 1.5"),
            ),
        ),
    ),
    Entry(
        "volatility.seasonality",
        RETURNS,
        {"absolute_returns": "OOOO", "prior": "RRRR", "prior_sessions": "RRRR", "apart": "--OR"},
        "R",
        cases=(
            Case(
                "infinite",
                lambda: seasonality(np.ones((1, 2, 2)), prior=CURVE, prior_sessions=15.0, apart=CURVE.shape[1]),
                Refused("apart must be at least 0 and below"),
            ),
            Case(
                "empty",
                lambda: seasonality(np.zeros((0, 2, 2)), prior=CURVE, prior_sessions=15.0).mean() > 0,
                Gives(True),
            ),
        ),
    ),
    Entry("volatility.unit_mean_square", {"curve": CURVE}, {"curve": "RROO"}, cases=(), skips={"empty": Why.ORDINARY}),
    Entry("volatility.elapsed_variance_time", {"seasonal": CURVE}, {"seasonal": "RROO"}, empty="O"),
    Entry(
        "volatility.variance_time",
        {"elapsed": np.array([[0.0, 1.0, 2.0], [0.0, 1.0, 2.0]]), "start": 0.5, "end": 1.5},
        {"start": "RROO", "end": "RROO"},
        skips={"elapsed": Why.REFUSED_BY, "empty": Why.ORDINARY},
        by="volatility.elapsed_variance_time",
    ),
    Entry(
        "volatility.blended",
        {"previous": TWO, "observed": TWO, "decay": 0.9, "sessions": np.array([3, 4])},
        {"previous": "NOOO", "observed": "NOOO", "decay": "RROR", "sessions": "--OR"},
        "R",
        "O",
    ),
    *refused_by("intake.Intake.fold", "forecast.forecast_at", "forecast.continued_legs", "forecast.scores_at"),
    *refused_by("intake.Intake.fold", "forecast.observed", "forecast.all_legs", "forecast.parts_of"),
    *refused_by("intake.Intake.fold", "forecast.seasonal_span", "session_curves.expiry_lesson"),
    *refused_by("intake.Intake.fold", "jump_part.JumpPart.fresh", "jump_part.JumpPart.after"),
    *without(Why.ONLY_RECORDS, "session_curves.forecast_times"),
    Entry(
        "jump_part.JumpPart.split",
        {"legs": np.full((2, 2), 1e-7), "weight": 1.0},
        {"legs": "RROR", "weight": "RRRR"},
        empty="R",
        on=lambda: JumpPart.fresh(np.full((2, 2), 1e-7)),
    ),
    *without(Why.ONLY_RECORDS, "forecast.calibration_terms", "forecast.score_rows", "attribution.attribution"),
    *refused_by("universe.Universe", "attribution.Surroundings.unknown"),
)
