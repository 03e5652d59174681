from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from risk.quant.ablation import leave_one_out
from risk.quant.backtest import Verdict, walk_forward
from risk.quant.model import ScoreModel, default_model
from risk.quant.recalibration import recalibration
from risk.quant.trials import TrialResult, run_trials, trial_of
from risk.report_tables import trial_table
from risk.tests.market_factories import CLOCK, PAIR, stormy_bars

Rewalk = Callable[[ScoreModel], Verdict]


@pytest.fixture(scope="module")
def rewalk() -> Rewalk:
    walk = partial(walk_forward, stormy_bars(20), clock=CLOCK, universe=PAIR, fit_sessions=12)
    return lambda model: walk(model=model)


@pytest.fixture(scope="module")
def verdict(rewalk: Rewalk) -> Verdict:
    return rewalk(default_model())


def tried(verdict: Verdict, rewalk: Rewalk, *texts: str) -> dict[str, TrialResult]:
    random = np.random.default_rng(3)
    trials = [trial_of(text) for text in texts]
    found = run_trials(verdict, trials, universe=PAIR, rewalk=rewalk, random=random, resamples=50)
    return {row.text: row for row in found}


def test_the_shipped_score_comes_first_as_the_walk_judged_it(verdict: Verdict, rewalk: Rewalk) -> None:
    found = tried(verdict, rewalk)

    assert list(found) == [""]
    assert found[""].judged is verdict.judged


@pytest.mark.parametrize("text", ["fast_half_life=15", "medium_half_life=90", "cap=25", "correction_half_life=10"])
def test_a_trial_of_the_shipped_value_changes_nothing(verdict: Verdict, rewalk: Rewalk, text: str) -> None:
    trial = tried(verdict, rewalk, text)[text]

    assert trial.judged.brier == pytest.approx(verdict.judged.brier, abs=1e-7)
    assert trial.judged.auc == pytest.approx(verdict.judged.auc, abs=1e-6)
    assert trial.skill_against_base == pytest.approx((0.0, 0.0), abs=1e-6)


@pytest.mark.parametrize(
    "text", ["fast_half_life=40", "daily_decay=0.8", "cap=1", "correction_half_life=2", "pull=0.01", "no_stretch"]
)
def test_a_trial_of_another_value_changes_the_forecast(verdict: Verdict, rewalk: Rewalk, text: str) -> None:
    trial = tried(verdict, rewalk, text)[text]

    assert trial.judged.brier != pytest.approx(verdict.judged.brier, abs=1e-7)
    assert trial.judged.base_rate == verdict.judged.base_rate
    low, high = trial.skill_against_base
    assert low <= trial.judged.skill_against_base - verdict.judged.skill_against_base <= high


def test_leaving_a_part_out_is_what_leave_one_out_judges(verdict: Verdict, rewalk: Rewalk) -> None:
    parts = {row.part: row.judged for row in leave_one_out(verdict, universe=PAIR)}

    found = tried(verdict, rewalk, "without=falls", "without=fast", "no_correction")

    assert found["without=falls"].judged.brier == parts["falls"].brier
    assert found["without=fast"].judged.auc == parts["fast"].auc
    assert found["no_correction"].judged.log_loss == parts["online correction"].log_loss


def test_history_asked_for_names_the_state_and_changes_no_score(verdict: Verdict, rewalk: Rewalk) -> None:
    trial = tried(verdict, rewalk, "minimum_sessions=12")["minimum_sessions=12"].judged

    assert (trial.brier, trial.auc) == (verdict.judged.brier, verdict.judged.auc)


def test_a_stretch_with_a_precise_prior_stays_at_zero() -> None:
    random = np.random.default_rng(1)
    log_odds, happened = random.normal(size=(20, 3, 8)), (random.uniform(size=(20, 3, 8)) < 0.3).astype(np.float64)

    free, held = (
        recalibration(log_odds, happened, np.ones(20), reference=-0.8, precision=20.0, stretch_precision=stretch)
        for stretch in (None, 1e12)
    )

    assert np.all(np.abs(free[1]) > 0.01)
    assert held[1] == pytest.approx(0.0, abs=1e-9)
    assert np.all(np.abs(held[0]) > 0.01)


def test_an_auction_as_long_as_the_session_is_refused(verdict: Verdict, rewalk: Rewalk) -> None:
    with pytest.raises(ValueError, match="apart must be at least 0 and below 375 minutes, was 375"):
        tried(verdict, rewalk, "auction_minutes=375")


def test_a_walk_over_other_windows_is_refused(verdict: Verdict) -> None:
    other = replace(verdict, cases=replace(verdict.cases, touched=~verdict.cases.touched))

    with pytest.raises(ValueError, match="the trial cap=9 judges other windows: their touched differs"):
        tried(verdict, lambda model: other, "cap=9")


@pytest.mark.parametrize(
    "text",
    [
        *("", "cap", "cap=", "cap=0", "cap=-1", "cap=nan", "cap=inf", "cap=x", "pull=0", "daily_decay=1"),
        *("slow_decay=0.9", "horizon_minutes=30", "minimum_sessions=2.5", "no_stretch=1", "without=", "without=jump"),
        *("expiry_curve", "expiry_curve=0", "jump_part=-1", "auction_minutes=1.5", "auction_minutes=0"),
    ],
)
def test_a_trial_that_is_none_is_refused_with_the_list_of_them(text: str) -> None:
    with pytest.raises(ValueError, match=r"a trial must be fast_half_life=NUMBER.*without=PART of fast.*was"):
        trial_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "cap=10",
        "daily_decay=0.9",
        "no_stretch",
        "without=expiry_day",
        "pull=0.25",
        "jump_part=0.5",
        "auction_minutes=2",
    ],
)
def test_a_trial_reads_back_as_it_was_written(text: str) -> None:
    assert trial_of(text).text == text


def test_the_table_shows_each_figure_and_its_gain(verdict: Verdict, rewalk: Rewalk) -> None:
    found = tried(verdict, rewalk, "no_correction")

    table = trial_table(list(found.values()))

    assert [row[0] for row in table.rows] == ["shipped", "no_correction"]
    gain = found["no_correction"].judged.auc - verdict.judged.auc
    assert table.rows[0][1:3] == (f"{verdict.judged.auc:.4f}", "")
    assert table.rows[1][2].startswith(f"{gain:+.4f} (")
