"""The fitted numbers behind the score: forecast weights, calibration, class priors.

The shipped default is a documented fit (`models/default.json`); `fit_model` makes a new one from recorded bars.
"""

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, Protocol, TypedDict

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import at_least, finite, not_negative, positive
from risk.quant.volatility import LEGS, half_life_decay

FloatArray = NDArray[np.float64]

CLASSES: Final = ("index", "share")
# What the calibration adds to the structural log-odds: the session after a weekend, the session on which options
# expire, and the falls of recent days.
TERMS: Final = ("after_weekend", "expiry_day", "falls")
SEASONAL_STEP: Final = 15
POSITIVE: Final = (
    *("scale", "prior_c", "prior_variance", "prior_seasonality", "fast_half_life", "medium_half_life", "cap"),
    *("horizon_minutes", "shortest_horizon", "ring_sessions", "profile_minutes", "seasonality_sessions"),
    *("barrier_sessions", "correction_half_life", "correction_precision"),
)
TRIED: Final = ("expiry_curve", "jump_part", "auction_minutes")
SHARES: Final = ("daily_decay", "slow_decay", "open_share")


class ClassRow(TypedDict):
    """One asset class in a model file, in the order of LEGS and TERMS; `prior` centres the next fit."""

    weights: list[float]
    scale: float
    betas: list[float]
    terms: list[float]
    prior: "PriorRow"
    prior_c: float
    prior_variance: float
    prior_seasonality: list[float]


class PriorRow(TypedDict):
    """Where a fit of the class is pulled to, and how hard: penalties per squared unit, of a log likelihood summed over
    all cases, so that more data outweighs them; weights are pulled as logarithms."""

    weights: list[float]
    betas: list[float]
    terms: list[float]
    pull_weights: float
    pull_betas: list[float]
    pull_terms: float


class ModelFile(TypedDict):
    """Content of a model file; `fit` says where the numbers come from."""

    version: str
    fit: dict[str, str]
    classes: dict[str, ClassRow]


@dataclass(frozen=True)
class ScoreModel:
    """Numbers per asset class (rows as in CLASSES) and the settings they were fitted with.

    `weights` [classes, legs] of V = sum w_k v_k, which the calibration is fitted on; `scale` [classes] of the variance
    that moves then had, E r^2 = scale V tau; `betas` [classes, 2]; `terms` [classes, TERMS]; `priors` of the next
    fit; `prior_c` [classes], the barrier's multiple of a slow deviation; `prior_variance` [classes] per average minute;
    `prior_seasonality` [classes, 25], s per quarter of an hour.  Decays are per minute (intraday legs) or per session;
    `open_share` is the part of a year's variance that falls inside sessions.  `asked_horizon` and `is_as_fitted` tell
    of an operator's settings (`with_settings`).  Three parts that were left out are off at None and not stored when on:
    `expiry_curve`, how hard an expiry day's own curve is pulled to the ordinary one; `jump_part`, what a jump counts in
    the forecast; `auction_minutes`, how many at the close are learnt apart.  Raises ValueError for arrays of another
    shape, numbers that are not finite or not positive where they must be, decays and shares outside (0, 1], and a base
    rate outside (0, 1).
    """

    version: str
    fitted: dict[str, str]
    weights: FloatArray
    scale: FloatArray
    betas: FloatArray
    terms: FloatArray
    priors: tuple[PriorRow, ...]
    prior_c: FloatArray
    prior_variance: FloatArray
    prior_seasonality: FloatArray
    fast_half_life: float = 15.0
    medium_half_life: float = 90.0
    daily_decay: float = 0.94
    slow_decay: float = 0.99
    cap: float = 25.0
    open_share: float = 0.75
    horizon_minutes: float = 60.0
    shortest_horizon: float = 30.0
    base_rate: float = 0.30
    minimum_sessions: int = 5
    ring_sessions: int = 60
    profile_minutes: int = 375
    seasonality_sessions: float = 15.0
    barrier_sessions: float = 3.0
    correction_half_life: float = 10.0
    correction_precision: float = 20.0
    expiry_curve: float | None = None
    jump_part: float | None = None
    auction_minutes: int | None = None
    asked_horizon: float | None = None
    is_as_fitted: bool = True

    @property
    def horizon(self) -> float:
        """How far ahead scores look, in trading minutes: as fitted, or as an operator asked."""
        return self.horizon_minutes if self.asked_horizon is None else self.asked_horizon

    def __post_init__(self) -> None:
        _check_shapes(self)
        for name in POSITIVE:
            positive(name, getattr(self, name))
        for name in TRIED:
            if getattr(self, name) is not None:
                positive(name, getattr(self, name))
        for name in SHARES:
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"{name} must lie in (0, 1], was {getattr(self, name)}")
        if not 0 < self.base_rate < 1:
            raise ValueError(f"base_rate must lie in (0, 1), was {self.base_rate}")
        at_least("minimum_sessions", self.minimum_sessions, 0)

    @property
    def decays(self) -> FloatArray:
        """Lambda per minute of the two intraday legs."""
        return np.array([half_life_decay(half) for half in (self.fast_half_life, self.medium_half_life)])

    @property
    def is_trial(self) -> bool:
        """Whether a part of the score that was left out is on."""
        return any(getattr(self, name) is not None for name in TRIED)

    @property
    def reference(self) -> float:
        """The base rate as log-odds, around which the online correction stretches."""
        return float(np.log(self.base_rate / (1 - self.base_rate)))

    def with_settings(self, *, horizon: float, fast_half_life: float, medium_half_life: float) -> "ScoreModel":
        """Return the model with an operator's horizon and half-lives in trading minutes; itself where they are its own.

        The weights and the calibration were not fitted for them: such a model is not `is_as_fitted`, its scores are
        PRIOR, and its version names the settings.  Raises ValueError for one that is not positive and finite.
        """
        positive("horizon", horizon)
        positive("fast_half_life", fast_half_life)
        positive("medium_half_life", medium_half_life)
        asked = (horizon, fast_half_life, medium_half_life)
        if asked == (self.horizon_minutes, self.fast_half_life, self.medium_half_life):
            return self
        return replace(
            self,
            version=f"{self.version}+h{horizon:g}-w{fast_half_life:g}-{medium_half_life:g}",
            asked_horizon=horizon,
            fast_half_life=fast_half_life,
            medium_half_life=medium_half_life,
            is_as_fitted=False,
        )

    def with_fit(self, asset_class: int, fit: "ClassFit") -> "ScoreModel":
        """Return the model with the fitted numbers of one asset class replaced.

        Raises ValueError for a class that there is not, and for numbers that the model itself refuses.
        """
        if not 0 <= asset_class < len(CLASSES):
            raise ValueError(f"asset_class must be 0 to {len(CLASSES) - 1}, was {asset_class}")
        changed = {name: getattr(self, name).copy() for name in ("weights", "scale", "betas", "terms")}
        for name, rows in changed.items():
            rows[asset_class] = getattr(fit, name)
        return replace(self, **changed)


class ClassFit(Protocol):
    """The fitted numbers of one asset class, as `fit.Fit` has them."""

    @property
    def weights(self) -> FloatArray: ...
    @property
    def scale(self) -> float: ...
    @property
    def betas(self) -> FloatArray: ...
    @property
    def terms(self) -> FloatArray: ...


def read_model(text: str) -> ScoreModel:
    """Return the model in a JSON text of shape ModelFile.

    Raises ValueError for a text that is not JSON and for numbers that the model refuses, KeyError for a missing class.
    """
    content: ModelFile = json.loads(text)
    rows = [content["classes"][name] for name in CLASSES]
    return ScoreModel(
        version=content["version"],
        fitted=content["fit"],
        weights=np.array([row["weights"] for row in rows], dtype=np.float64),
        scale=np.array([row["scale"] for row in rows], dtype=np.float64),
        betas=np.array([row["betas"] for row in rows], dtype=np.float64),
        terms=np.array([row["terms"] for row in rows], dtype=np.float64),
        priors=tuple(row["prior"] for row in rows),
        prior_c=np.array([row["prior_c"] for row in rows], dtype=np.float64),
        prior_variance=np.array([row["prior_variance"] for row in rows], dtype=np.float64),
        prior_seasonality=np.array([row["prior_seasonality"] for row in rows], dtype=np.float64),
    )


def _check_shapes(model: ScoreModel) -> None:
    classes = len(CLASSES)
    shapes = {
        "weights": (classes, len(LEGS)),
        "scale": (classes,),
        "betas": (classes, 2),
        "terms": (classes, len(TERMS)),
        "prior_c": (classes,),
        "prior_variance": (classes,),
        "prior_seasonality": (classes, model.profile_minutes // SEASONAL_STEP),
    }
    for name, shape in shapes.items():
        array = finite(name, getattr(model, name))
        if array.shape != shape:
            raise ValueError(f"{name} must have shape {shape}, had {array.shape}")
    not_negative("weights", model.weights)


def write_model(model: ScoreModel, *, version: str, fit: dict[str, str]) -> str:
    """Return the JSON text of a model, which `read_model` reads back; `fit` documents where it comes from."""
    classes = {
        name: ClassRow(
            weights=_rounded(model.weights[row]),
            scale=round(float(model.scale[row]), 6),
            betas=_rounded(model.betas[row]),
            terms=_rounded(model.terms[row]),
            prior=model.priors[row],
            prior_c=float(model.prior_c[row]),
            prior_variance=float(model.prior_variance[row]),
            prior_seasonality=model.prior_seasonality[row].tolist(),
        )
        for row, name in enumerate(CLASSES)
    }
    return json.dumps(ModelFile(version=version, fit=fit, classes=classes), indent=1) + "\n"


def _rounded(values: FloatArray) -> list[float]:
    return [round(float(value), 6) for value in values]


@cache
def default_model() -> ScoreModel:
    """Return the shipped model."""
    return read_model((Path(__file__).parent / "models" / "default.json").read_text())
