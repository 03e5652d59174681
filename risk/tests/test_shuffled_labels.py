import numpy as np
import pytest

from risk.quant.cases import Cases
from risk.quant.evaluation import brier
from risk.quant.fit import fit_calibration
from risk.quant.scoring import score
from risk.quant.shuffled_labels import shuffle_sessions, shuffled_skill
from risk.tests.case_factories import cases_of


def refit_on(judged: Cases, known: Cases) -> np.ndarray:
    betas = fit_calibration(known.log_odds, known.touched)
    return score(betas[0] + betas[1] * judged.log_odds)


def test_shuffled_labels_leave_no_skill_where_true_labels_do() -> None:
    known, judged = cases_of(40, seed=1), cases_of(40, seed=2)
    reference = brier(np.full(len(judged), known.touched.mean()), judged.touched)

    found = shuffled_skill(
        known, judged, refit=lambda cases: refit_on(judged, cases), random=np.random.default_rng(0), shuffles=5
    )

    assert 1 - brier(refit_on(judged, known), judged.touched) / reference > 0.1
    assert found.shape == (5,)
    assert np.abs(found).max() < 0.02


def test_a_fit_that_sees_the_judged_outcomes_is_found_out() -> None:
    known, judged = cases_of(10, seed=1), cases_of(10, seed=2)

    found = shuffled_skill(
        known,
        judged,
        refit=lambda cases: np.where(judged.touched, 0.9, 0.1),
        random=np.random.default_rng(0),
    )

    assert found[0] > 0.8


def test_shuffling_moves_whole_sessions_and_keeps_every_outcome() -> None:
    cases = cases_of(6)
    shuffled = shuffle_sessions(cases, random=np.random.default_rng(1))
    before = {cases.touched[cases.session == day].tobytes() for day in range(6)}
    after = {shuffled[cases.session == day].tobytes() for day in range(6)}

    assert before == after
    assert not np.array_equal(shuffled, cases.touched)


def test_one_session_cannot_be_shuffled() -> None:
    with pytest.raises(ValueError, match="at least two sessions, got 1"):
        shuffle_sessions(cases_of(1), random=np.random.default_rng(1))
