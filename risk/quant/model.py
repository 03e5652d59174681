"""The fitted numbers behind the score: forecast weights, calibration, class priors.

The shipped default is a documented fit (`models/default.json`); `fit` makes a new one from a walk over data.
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from risk.quant.volatility import LEGS

FloatArray = NDArray[np.float64]

CLASSES: Final = ("index", "share")
SEASONAL_STEP: Final = 15


class ModelFile(TypedDict):
    """Content of a model file; `fit` says where the numbers come from."""

    version: str
    fit: dict[str, str]
    classes: dict[str, dict[str, list[float]]]


@dataclass(frozen=True)
class ScoreModel:
    """Numbers per asset class (rows as in CLASSES) and the settings they were fitted with.

    `weights` [classes, legs] of V = sum w_k v_k; `betas` [classes, 2]; `prior_c` [classes], the barrier's multiple of
    a slow deviation; `prior_variance` [classes] per average minute; `prior_seasonality` [classes, 25], s per
    quarter of an hour.  Decays are per minute (intraday legs) or per session.
    """

    version: str
    fitted: dict[str, str]
    weights: FloatArray
    betas: FloatArray
    prior_c: FloatArray
    prior_variance: FloatArray
    prior_seasonality: FloatArray
    fast_half_life: float = 15.0
    medium_half_life: float = 90.0
    daily_decay: float = 0.94
    slow_decay: float = 0.99
    cap: float = 25.0
    horizon_minutes: float = 60.0
    shortest_horizon: float = 30.0
    base_rate: float = 0.30
    minimum_sessions: int = 5
    ring_sessions: int = 60
    profile_minutes: int = 375
    seasonality_sessions: float = 15.0
    barrier_sessions: float = 3.0
    intercept_half_life: float = 20.0
    intercept_precision: float = 20.0

    @property
    def decays(self) -> FloatArray:
        """Lambda per minute of the four intraday legs."""
        halves = (self.fast_half_life, self.medium_half_life) * 2
        return np.array([0.5 ** (1 / half) for half in halves])

    def with_fit(self, asset_class: int, *, weights: FloatArray, betas: FloatArray) -> "ScoreModel":
        """Return the model with the weights and calibration of one asset class replaced."""
        new_weights, new_betas = self.weights.copy(), self.betas.copy()
        new_weights[asset_class], new_betas[asset_class] = weights, betas
        return replace(self, weights=new_weights, betas=new_betas)


def read_model(text: str) -> ScoreModel:
    """Return the model in a JSON text of shape ModelFile.

    Raises ValueError for a wrong count of weights or a negative one, KeyError for a missing class.
    """
    content: ModelFile = json.loads(text)
    rows = [content["classes"][name] for name in CLASSES]
    weights = np.array([row["weights"] for row in rows], dtype=np.float64)
    model = ScoreModel(
        version=content["version"],
        fitted=content["fit"],
        weights=weights,
        betas=np.array([row["betas"] for row in rows], dtype=np.float64),
        prior_c=np.array([row["prior_c"][0] for row in rows]),
        prior_variance=np.array([row["prior_variance"][0] for row in rows]),
        prior_seasonality=np.array([row["prior_seasonality"] for row in rows], dtype=np.float64),
    )
    _check_shapes(model)
    return model


def _check_shapes(model: ScoreModel) -> None:
    if model.weights.shape != (len(CLASSES), len(LEGS)) or not np.all(model.weights >= 0):
        raise ValueError(f"a model needs {len(LEGS)} weights >= 0 per class, was {model.weights.tolist()}")
    if model.prior_seasonality.shape != (len(CLASSES), model.profile_minutes // SEASONAL_STEP):
        raise ValueError(f"a seasonal curve needs one value per {SEASONAL_STEP} minutes of the day")


def write_model(model: ScoreModel, *, version: str, fit: dict[str, str]) -> str:
    """Return the JSON text of a model, which `read_model` reads back; `fit` documents where it comes from."""
    classes = {
        name: {
            "weights": _rounded(model.weights[row]),
            "betas": _rounded(model.betas[row]),
            "prior_c": [float(model.prior_c[row])],
            "prior_variance": [float(model.prior_variance[row])],
            "prior_seasonality": model.prior_seasonality[row].tolist(),
        }
        for row, name in enumerate(CLASSES)
    }
    return json.dumps(ModelFile(version=version, fit=fit, classes=classes), indent=1) + "\n"


def _rounded(values: FloatArray) -> list[float]:
    return [round(float(value), 6) for value in values]


@cache
def default_model() -> ScoreModel:
    """Return the shipped model."""
    return read_model((Path(__file__).parent / "models" / "default.json").read_text())
