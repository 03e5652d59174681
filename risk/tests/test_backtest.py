import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from risk.quant.backtest import Cases, collect, walk_forward
from risk.quant.calendar import SimulatedClock
from risk.quant.evaluation import judge
from risk.quant.fit import fit_score
from risk.quant.model import ScoreModel, default_model, read_model, write_model
from risk.quant.profile import Profile, Universe
from risk.quant.scoring import score, structural_log_odds
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
    return collect(stormy_bars(12), clock=CLOCK, profile=Profile.empty(PAIR, default_model()))


def test_cases_are_the_windows_of_every_session(cases: Cases) -> None:
    assert len(cases) == 12 * 2 * 23
    assert set(cases.horizon) == {30.0, 45.0, 60.0}
    assert np.isfinite(cases.log_odds).all()


def test_cases_do_not_look_ahead(cases: Cases) -> None:
    short = collect(stormy_bars(9), clock=CLOCK, profile=Profile.empty(PAIR, default_model()))
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


def test_the_fit_finds_the_calibration_that_made_the_outcomes() -> None:
    random = np.random.default_rng(2)
    size = 20_000
    legs = np.exp(random.normal(0, 0.5, (size, 6)))
    truth = structural_log_odds(
        variance=0.6 * legs[:, 2] + 0.4 * legs[:, 3], variance_minutes=np.ones(size), barrier=np.full(size, 1.4)
    )
    touched = random.uniform(size=size) < score(-0.3 + 0.8 * truth)

    fit = fit_score(legs=legs, variance_minutes=np.ones(size), barrier=np.full(size, 1.4), touched=touched)

    assert (fit.weights >= 0).all()
    assert fit.weights[2] / fit.weights[3] == pytest.approx(1.5, rel=0.25)
    assert fit.weights[4:].sum() < 0.1 * fit.weights.sum()
    found = fit.betas[0] + fit.betas[1] * structural_log_odds(
        variance=legs @ fit.weights, variance_minutes=np.ones(size), barrier=np.full(size, 1.4)
    )
    assert np.quantile(np.abs(score(found) - score(-0.3 + 0.8 * truth)), 0.95) < 0.03


def test_a_fit_needs_both_outcomes() -> None:
    with pytest.raises(ValueError, match="both outcomes"):
        fit_score(
            legs=np.ones((200, 6)),
            variance_minutes=np.ones(200),
            barrier=np.ones(200),
            touched=np.ones(200, dtype=np.bool_),
        )


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
    # risk-model: a plain version reaches AUC .70, skill .16 against .30 and .07 against the sample's own rate
    bars, report = shared_data / "minute" / "index_1min_2024-01_04.parquet", tmp_path / "report.json"
    out = StringIO()

    call_command("backtest", "--bars", bars, "--symbol", "NIFTY", "--symbol", "BANKNIFTY", "--json", report, stdout=out)
    found = json.loads(report.read_text())

    assert found["score"]["auc"] >= 0.70
    assert found["score"]["skill_against_base"] >= 0.16
    assert found["score"]["skill_against_sample"] >= 0.07
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
