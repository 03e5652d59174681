import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from risk.quant.backtest import refitted, walk_forward
from risk.quant.calendar import SimulatedClock
from risk.quant.cases import Cases
from risk.quant.evaluation import judge
from risk.quant.fit import FitSample, fit_score, variance_scale
from risk.quant.implied_quotes import IMPLIED
from risk.quant.model import ScoreModel, default_model, read_model, write_model
from risk.quant.profile import Profile, Universe
from risk.quant.scoring import score, structural_log_odds
from risk.quant.walk import walk
from risk.tests.market_factories import CLOCK, sessions_after, walked_bars

PAIR = Universe(np.array([10, 20]), np.zeros(2, dtype=np.int8))


def stormy_bars(sessions: int) -> np.ndarray[tuple[int], np.dtype[np.void]]:
    """Bars whose deviation changes from session to session between calm and three times as wild."""
    parts = []
    for number, session in enumerate(sessions_after(sessions)):
        deviation = 2e-4 * (1 + number % 3)
        parts.append(walked_bars(session, instruments=PAIR.instruments, seed=number, deviation=deviation))
    return np.concatenate(parts)


@pytest.fixture(scope="module")
def cases() -> Cases:
    return walk(stormy_bars(12), clock=CLOCK, profile=Profile.empty(PAIR, default_model())).cases


def test_cases_are_the_sample_of_every_session(cases: Cases) -> None:
    assert len(cases) == 12 * 2 * 23
    assert set(cases.horizon) == {30.0, 45.0, 60.0}
    assert np.isfinite(cases.log_odds).all()


def test_cases_do_not_look_ahead(cases: Cases) -> None:
    short = walk(stormy_bars(9), clock=CLOCK, profile=Profile.empty(PAIR, default_model())).cases
    prefix = cases.where(cases.session < 9)

    assert short.log_odds.tobytes() == prefix.log_odds.tobytes()
    assert short.legs.tobytes() == prefix.legs.tobytes()


def test_walk_forward_finds_the_changes_and_shuffled_labels_leave_no_skill() -> None:
    verdict = walk_forward(
        stormy_bars(24), clock=SimulatedClock(), universe=PAIR, model=default_model(), fit_sessions=15
    )
    outcomes = np.random.default_rng(0).permutation(verdict.cases.touched)
    shuffled = judge(score(verdict.cases.log_odds), outcomes, base_rate=0.3, high=0.8)

    assert verdict.judged.auc > 0.75
    assert verdict.judged.skill_against_sample > 0.1
    assert shuffled.skill_against_sample < 0.02
    assert shuffled.auc == pytest.approx(0.5, abs=0.08)


def test_nothing_left_to_judge_is_refused() -> None:
    with pytest.raises(ValueError, match="holds 3 sessions; fitting on 3 leaves none"):
        walk_forward(stormy_bars(3), clock=CLOCK, universe=PAIR, model=default_model(), fit_sessions=3)


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


def test_options_raise_the_implied_leg_while_they_are_fresh() -> None:
    bars = stormy_bars(2)
    start = int(bars["start"][0])
    quotes = np.array([(start + 20 * 60_000_000, 10, 0.4)], dtype=IMPLIED)

    cases = walk(bars, clock=CLOCK, profile=Profile.empty(PAIR, default_model()), implied=quotes).cases

    known = cases.where(cases.implied_known)
    assert known.minute.tolist() == [30]
    assert known.instrument.tolist() == [10]
    assert known.legs[:, 4] == pytest.approx([0.16 * 0.75 / 94_500])


def test_refitting_without_a_term_leaves_it_at_zero(cases: Cases) -> None:
    model = refitted(default_model(), cases, PAIR, without=frozenset({"falls"}))

    assert model.terms[0, 2] == 0.0
    assert model.terms[0, 0] != 0.0


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

    with pytest.raises(ValueError, match="weights >= 0"):
        read_model(json.dumps(content))


@pytest.mark.recorded
def test_the_recorded_indices_are_judged_above_the_floor(shared_data: Path, tmp_path: Path) -> None:
    # The specification's plain version reaches AUC .70, skill .16 against .30 and .07 against the sample's own rate;
    # its goal is AUC .72.
    bars, report = shared_data / "minute" / "index_1min_2024-01_04.parquet", tmp_path / "report.json"
    out = StringIO()

    call_command("backtest", "--bars", bars, "--symbol", "NIFTY", "--symbol", "BANKNIFTY", "--json", report, stdout=out)
    found = json.loads(report.read_text())

    assert found["score"]["auc"] >= 0.72
    assert found["score"]["skill_against_base"] >= 0.17
    assert found["score"]["skill_against_sample"] >= 0.085
    assert found["rolling_60"]["auc"] == pytest.approx(0.68, abs=0.01)
    assert "Reliability of the score" in out.getvalue()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--bars", "nowhere.parquet", "--symbol", "NIFTY"], "nowhere.parquet does not exist"),
        (["--bars", "nowhere.csv", "--symbol", "NIFTY", "--horizon", "1"], "--horizon must be at least 15"),
        (["--bars", "nowhere.csv", "--symbol", "NIFTY", "--alias", "NIFTY50"], "NAME_IN_FILE=SYMBOL"),
    ],
)
def test_bad_arguments_are_explained(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("backtest", *arguments)
