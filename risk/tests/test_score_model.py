"""The score's model: how it is fitted, and the file that it is kept in."""

import json
from typing import Any

import numpy as np
import pytest

from risk.quant.fit import FitSample, fit_score, variance_scale
from risk.quant.model import ScoreModel, default_model, read_model, write_model
from risk.quant.scoring import score, structural_log_odds


def windows(legs: np.ndarray[tuple[int, int], np.dtype[np.float64]], **changes: Any) -> FitSample:
    size = len(legs)
    ordinary = {
        "variance_minutes": np.ones(size),
        "barrier": np.full(size, 1.4),
        "terms": np.zeros((size, 3)),
        "implied_known": np.zeros(size, dtype=np.bool_),
        "move": np.ones(size),
        "touched": np.arange(size) % 3 == 0,
    }
    return FitSample(legs=legs, **(ordinary | changes))


def test_the_fit_finds_the_calibration_that_made_the_outcomes() -> None:
    random = np.random.default_rng(2)
    size = 20_000
    legs, terms = np.exp(random.normal(0, 0.5, (size, 5))), random.normal(0, 1, (size, 3))
    span = {"variance_minutes": np.ones(size), "barrier": np.full(size, 1.4)}
    truth = -0.3 + 0.8 * structural_log_odds(variance=0.6 * legs[:, 0] + 0.4 * legs[:, 1], **span) - 0.5 * terms[:, 0]
    touched = random.uniform(size=size) < score(truth)
    prior = default_model().priors[0] | {"pull_betas": [0.01, 0.01], "pull_weights": 0.01, "pull_terms": 0.01}

    fit = fit_score(windows(legs, terms=terms, touched=touched), prior)

    structural = structural_log_odds(variance=legs @ fit.weights, **span)
    found = fit.betas[0] + fit.betas[1] * structural + terms @ fit.terms
    assert (fit.weights >= 0).all()
    assert fit.weights[0] / fit.weights[1] == pytest.approx(1.5, rel=0.25)
    assert fit.weights[2:].sum() < 0.1 * fit.weights.sum()
    assert fit.terms == pytest.approx([-0.5, 0.0, 0.0], abs=0.06)
    assert np.quantile(np.abs(score(found) - score(truth)), 0.95) < 0.03


def test_the_scale_is_that_of_the_moves_whatever_the_touches_make_of_the_weights() -> None:
    random = np.random.default_rng(5)
    legs = np.exp(random.normal(0, 0.3, (50_000, 5)))
    weights = np.array([0.2, 0.2, 0.0, 0.1, 0.0])
    move = np.sqrt(2.5 * (legs @ weights) * 1.7) * random.normal(size=50_000)

    found = variance_scale(windows(legs, move=move, variance_minutes=np.full(50_000, 1.7)), weights)

    assert found == pytest.approx(2.5, rel=0.03)


def test_a_strong_pull_keeps_the_prior() -> None:
    prior = default_model().priors[0] | {"pull_betas": [1e9, 1e9], "pull_weights": 1e9, "pull_terms": 1e9}
    legs = np.exp(np.random.default_rng(3).normal(0, 0.5, (500, 5)))

    fit = fit_score(windows(legs), prior)

    assert fit.weights[:4] == pytest.approx(prior["weights"][:4], rel=1e-3)
    assert fit.betas == pytest.approx(prior["betas"], abs=1e-3)
    assert fit.terms == pytest.approx(prior["terms"], abs=1e-3)


def test_a_leg_is_left_out_by_name_and_the_implied_one_without_options() -> None:
    legs = np.exp(np.random.default_rng(3).normal(0, 0.5, (500, 5)))
    prior = default_model().priors[0]

    plain = fit_score(windows(legs), prior)
    less = fit_score(windows(legs, implied_known=np.ones(500, dtype=np.bool_)), prior, without=frozenset({"medium"}))

    assert plain.weights[4] == 0.0
    assert less.weights[1] == 0.0
    assert less.weights[4] > 0.0


@pytest.mark.parametrize(("size", "hits"), [(200, 200), (200, 0), (99, 33)])
def test_a_fit_needs_a_hundred_cases_and_both_outcomes(size: int, hits: int) -> None:
    with pytest.raises(ValueError, match=f"100 cases with both outcomes, got {size}"):
        fit_score(windows(np.ones((size, 5)), touched=np.arange(size) < hits), default_model().priors[0])


def test_the_shipped_model_is_documented_and_survives_writing() -> None:
    model = default_model()
    again = read_model(write_model(model, version=model.version, fit=model.fitted))

    assert {"index", "share", "method", "date"} <= set(model.fitted)
    assert again.weights.tolist() == model.weights.tolist()
    assert again.version == model.version
    assert isinstance(again, ScoreModel)


def test_a_model_with_a_negative_weight_is_refused() -> None:
    model = default_model()
    text = write_model(model, version="x", fit={})
    content = json.loads(text)
    content["classes"]["index"]["weights"][0] = -1.0

    with pytest.raises(ValueError, match="weights must not be negative, was -1"):
        read_model(json.dumps(content))
