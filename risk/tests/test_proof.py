import math
from dataclasses import replace

import numpy as np
import pytest

from risk.quant.backtest import WARM_UP_SESSIONS, Verdict
from risk.quant.baselines import BASELINES
from risk.quant.breakdown import breakdown
from risk.quant.evaluation import area_under_curve, brier
from risk.quant.proof import Proof, compare_with_truth, prove
from risk.quant.scoring import score
from risk.tests.case_factories import verdict_of

SYMBOLS = {1: "NIFTY", 2: "BANKNIFTY"}


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    return verdict_of()


@pytest.fixture(scope="module")
def proof(verdict: Verdict) -> Proof:
    return prove(verdict, symbols=SYMBOLS, random=np.random.default_rng(4), resamples=200)


def test_the_proof_counts_what_was_fitted_and_judged(proof: Proof, verdict: Verdict) -> None:
    assert (proof.sessions, proof.judged_sessions, proof.fitted_cases) == (18, 10, 8 * 46)
    assert proof.fitted_rate == verdict.known.touched.mean()
    assert proof.horizon_minutes == 60.0
    assert proof.truth is None


def test_every_baseline_is_compared_with_the_score(proof: Proof) -> None:
    assert [rival.name for rival in proof.rivals] == list(BASELINES)
    constant, sample, *_ = proof.rivals
    assert constant.skill_of_score == pytest.approx(proof.score.skill_against_base)
    assert constant.interval == pytest.approx(proof.confidence.skill_against_base)
    assert sample.skill_of_score == pytest.approx(proof.score.skill_against_sample)
    assert all(rival.interval[0] < rival.skill_of_score < rival.interval[1] for rival in proof.rivals)


def test_the_skill_against_the_sample_has_one_interval(proof: Proof) -> None:
    sample = next(rival for rival in proof.rivals if rival.name == "constant_sample")

    assert sample.interval == proof.confidence.skill_against_sample


def test_large_bins_of_the_score_say_whether_they_agree(proof: Proof) -> None:
    told = [row.excludes_diagonal is not None for row in proof.score.bins]
    large = [row.cases >= 100 for row in proof.score.bins]

    assert told == large
    assert any(told)


def test_alerts_are_counted_on_the_minute_track(verdict: Verdict) -> None:
    track = verdict.track.copy()
    track["log_odds"][10:20] = 2.0
    loud = replace(verdict, track=track)

    found = prove(loud, symbols=SYMBOLS, random=np.random.default_rng(4), resamples=5).alerts

    assert [row.alerts for row in found] == [1, 0, 1]


def test_losses_are_scaled_by_the_earlier_sessions_under_the_fitted_model(verdict: Verdict) -> None:
    warm = verdict.earlier.session >= WARM_UP_SESSIONS
    earlier = replace(verdict.earlier, deviation=verdict.earlier.deviation / np.where(warm, 2, 50))
    wilder = replace(verdict, earlier=earlier)

    one, other = (
        prove(run, symbols=SYMBOLS, random=np.random.default_rng(4), resamples=5) for run in (verdict, wilder)
    )

    assert other.value_at_risk[0].multiple == pytest.approx(2 * one.value_at_risk[0].multiple)
    assert other.tracks[0].var_95 == pytest.approx(2 * one.tracks[0].var_95)


def test_the_same_seed_gives_the_same_proof(verdict: Verdict) -> None:
    one, again = (
        prove(verdict, symbols=SYMBOLS, random=np.random.default_rng(9), resamples=20).confidence for _ in range(2)
    )

    assert one == again


def test_parts_hold_every_case_once_in_each_subject(proof: Proof) -> None:
    for subject in ("symbol", "phase", "expiry"):
        assert sum(group.cases for group in proof.groups if group.subject == subject) == proof.score.cases


def test_a_part_has_the_figures_of_its_own_cases(verdict: Verdict) -> None:
    cases = verdict.cases
    chances, closing = score(cases.log_odds), cases.minute >= 285

    groups = {g.name: g for g in breakdown(cases, chances, symbols=SYMBOLS, base_rate=0.3)}

    late = groups["last 90 minutes"]
    assert late.cases == closing.sum()
    assert late.auc == area_under_curve(chances[closing], cases.touched[closing])
    assert late.base_rate == cases.touched[closing].mean()
    assert late.skill_against_base == pytest.approx(
        1 - brier(chances[closing], cases.touched[closing]) / brier(np.full(closing.sum(), 0.3), cases.touched[closing])
    )
    assert groups["opening hour"].cases == (cases.minute < 60).sum()
    assert groups["expiry day"].cases == cases.expiry_day.sum()


def test_a_part_without_cases_is_left_out(verdict: Verdict) -> None:
    cases = verdict.cases.where(~verdict.cases.expiry_day & (verdict.cases.instrument == 1))

    names = [g.name for g in breakdown(cases, score(cases.log_odds), symbols=SYMBOLS, base_rate=0.3)]

    assert "BANKNIFTY" not in names
    assert "expiry day" not in names


def test_the_truth_has_no_distance_from_itself() -> None:
    truth = np.random.default_rng(1).beta(2, 5, 400)

    found = compare_with_truth(truth, truth)

    assert (found.calibration_error, found.mean_error) == (0.0, 0.0)
    assert found.skill == found.best_skill > 0


def test_expected_skill_is_that_of_many_outcomes_drawn_from_the_truth() -> None:
    random = np.random.default_rng(3)
    truth = np.repeat(random.beta(2, 5, 50), 4000)
    forecast = np.clip(truth + 0.1, 0, 1)
    happened = random.uniform(size=len(truth)) < truth

    found = compare_with_truth(forecast, truth)

    drawn = 1 - brier(forecast, happened) / (happened.mean() * (1 - happened.mean()))
    assert found.skill == pytest.approx(drawn, abs=0.01)
    assert found.mean_error == pytest.approx(0.1, abs=0.005)


def test_a_proof_with_truth_compares_the_judged_cases(verdict: Verdict) -> None:
    truth = score(verdict.cases.log_odds)

    found = prove(verdict, symbols=SYMBOLS, random=np.random.default_rng(4), resamples=5, truth=truth).truth

    assert found is not None
    assert found.calibration_error == 0.0


def test_a_truth_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="as many outcomes"):
        compare_with_truth(np.array([0.5]), np.array([0.5, 0.5]))
    assert math.isnan(compare_with_truth(np.array([0.5]), np.array([1.0])).skill)
