"""Bad inputs of the score's model and its file."""

from dataclasses import fields, replace
from typing import Final

import numpy as np

from risk.quant.fit import FitSample, fit_score
from risk.quant.model import ScoreModel, default_model, read_model, write_model
from risk.tests.bad_inputs.spec import NUMBERS, Case, Entry, Refused, Why, calling, without

MODEL: Final = default_model()
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


def _with(name: str, value: object) -> ScoreModel:
    settings = {field.name: getattr(MODEL, field.name) for field in fields(MODEL)}
    return ScoreModel(**settings | {name: value})


def _text_with(name: str, value: float) -> str:
    return write_model(replace(MODEL, version="x"), version="x", fit={}).replace(
        f'"{name}": ', f'"{name}": {value}, "was": '
    )


ENTRIES: Final = (
    Entry(
        "model.ScoreModel",
        cases=(
            *(
                Case("nan", calling(_with, name, np.nan), Refused(f"{name} must .*, was nan"))
                for name in (
                    "fast_half_life",
                    "cap",
                    "daily_decay",
                    "base_rate",
                    "horizon_minutes",
                    "correction_precision",
                )
            ),
            *(
                Case("zero", calling(_with, name, 0), Refused(f"{name} must .*, was 0"))
                for name in ("medium_half_life", "slow_decay", "open_share", "ring_sessions", "barrier_sessions")
            ),
            *(
                Case(
                    "nan",
                    calling(_with, name, getattr(MODEL, name) * np.nan),
                    Refused(f"{name} must be finite, was nan"),
                )
                for name in ("weights", "scale", "betas", "terms", "prior_c", "prior_variance", "prior_seasonality")
            ),
            *(
                Case(
                    "shapes",
                    calling(_with, name, getattr(MODEL, name)[:1]),
                    Refused(f"{name} must have shape"),
                )
                for name in ("weights", "scale", "betas", "terms", "prior_c", "prior_variance", "prior_seasonality")
            ),
            *(
                Case(
                    "zero",
                    calling(_with, name, getattr(MODEL, name) * 0),
                    Refused(f"{name} must be positive, was 0"),
                )
                for name in ("scale", "prior_c", "prior_variance", "prior_seasonality")
            ),
            *(
                Case(kind, calling(_with, name, value), Refused(f"{name} must .*, was {value:g}"))
                for name in ("expiry_curve", "jump_part", "auction_minutes")
                for kind, value in NUMBERS.items()
            ),
            Case(
                "negative",
                lambda: replace(MODEL, weights=-MODEL.weights),
                Refused("weights must not be negative, was -"),
            ),
            Case(
                "negative",
                lambda: replace(MODEL, minimum_sessions=-1),
                Refused("minimum_sessions must be at least 0, was -1"),
            ),
        ),
        # Every setting is tried above by kind; the arrays have shapes of their own.
        skips=dict.fromkeys(("empty", "shapes", *(f.name for f in fields(MODEL))), Why.ORDINARY),
    ),
    Entry(
        "model.ScoreModel.with_settings",
        {"horizon": 60.0, "fast_half_life": 15.0, "medium_half_life": 90.0},
        {"horizon": "RRRR", "fast_half_life": "RRRR", "medium_half_life": "RRRR"},
        on=lambda: MODEL,
        read=lambda model: model.decays,
    ),
    Entry(
        "model.ScoreModel.with_fit",
        cases=tuple(
            Case(
                "negative",
                calling(MODEL.with_fit, number, fit_score(SAMPLE, PRIOR)),
                Refused(f"asset_class must be 0 to 1, was {number}"),
            )
            for number in (-1, 2)
        ),
        skips={"asset_class": Why.ORDINARY},
    ),
    Entry(
        "model.read_model",
        cases=(
            Case("word", lambda: read_model("{"), Refused("Expecting property name")),
            Case("word", lambda: read_model('{"classes": {}}'), Refused("index", KeyError)),
            Case(
                "nan",
                lambda: read_model(_text_with("scale", np.nan).replace("nan", "NaN")),
                Refused("scale must be finite, was nan"),
            ),
            Case(
                "negative", lambda: read_model(_text_with("prior_c", -1.0)), Refused("prior_c must be positive, was -1")
            ),
        ),
    ),
    *without(Why.ONLY_RECORDS, "model.write_model"),
)
