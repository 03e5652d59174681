import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.evaluation import (
    area_under_curve,
    brier,
    calibration_error,
    decompose,
    judge,
    log_loss,
    reliability,
    skill,
    wilson_interval,
)

CHANCES = np.array([0.1, 0.4, 0.35, 0.8])
HAPPENED = np.array([False, False, True, True])


def test_small_sample_agrees_with_hand_calculation() -> None:
    assert brier(CHANCES, HAPPENED) == pytest.approx((0.01 + 0.16 + 0.4225 + 0.04) / 4)
    assert log_loss(CHANCES, HAPPENED) == pytest.approx(-np.log([0.9, 0.6, 0.35, 0.8]).mean())
    # scikit-learn's documentation of roc_auc_score: these four cases have AUC 0.75
    assert area_under_curve(CHANCES, HAPPENED) == 0.75


@given(st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_the_right_order(cases: list[tuple[int, bool]]) -> None:
    chances, happened = np.array([c for c, _ in cases]) / 10, np.array([h for _, h in cases])
    pairs = [(p > q) + 0.5 * (p == q) for p in chances[happened] for q in chances[~happened]]

    found = area_under_curve(chances, happened)

    assert found == pytest.approx(np.mean(pairs)) if pairs else math.isnan(found)


def test_wilson_interval_of_a_published_example() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I, method 3: 81 of 263 -> .2553 to .3662; 0 of 20 -> 0 to .1611
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson_interval(0, 0) == (0.0, 1.0)


def test_bins_hold_every_case_once() -> None:
    bins = reliability(np.array([0.0, 0.05, 0.95, 1.0]), np.array([False, True, True, True]))

    assert [row.cases for row in bins] == [2, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert bins[0].observed == 0.5
    assert math.isnan(bins[1].observed)


def test_shuffled_outcomes_leave_no_skill() -> None:
    random = np.random.default_rng(3)
    chances = random.uniform(0.1, 0.5, 20_000)
    happened = random.uniform(size=20_000) < chances
    true, shuffled = (judge(chances, o, base_rate=0.3, high=0.8) for o in (happened, random.permutation(happened)))

    assert true.skill_against_sample > 0.05
    assert shuffled.skill_against_sample < 0
    assert shuffled.auc == pytest.approx(0.5, abs=0.02)


def test_high_counts_scores_that_reach_the_threshold() -> None:
    judged = judge(np.array([0.8, 0.9, 0.79, 0.1]), np.array([True, False, True, False]), base_rate=0.3, high=0.8)

    assert (judged.high_share, judged.high_precision) == (0.5, 0.5)


def test_skill_against_a_perfect_reference_is_not_known() -> None:
    assert math.isnan(skill(0.1, 0.0))


def test_an_empty_or_impossible_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="as many outcomes"):
        brier(np.array([]), np.array([], dtype=bool))
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        brier(np.array([1.2]), np.array([True]))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_the_parts_of_the_brier_score_add_up_to_it(cases: list[tuple[float, bool]]) -> None:
    # Stephenson and others (2008): what remains is the variance within bins less twice the covariance within bins
    chances, happened = np.array([c for c, _ in cases]), np.array([h for _, h in cases])
    within = 0.0
    for low in range(10):
        inside = np.minimum((chances * 10).astype(int), 9) == low
        own, outcomes = chances[inside], happened[inside]
        if len(own):
            spread = own - own.mean()
            within += float(np.sum(spread**2) - 2 * np.sum(spread * (outcomes - outcomes.mean())))

    parts = decompose(reliability(chances, happened), score=brier(chances, happened))

    assert parts.within_bins == pytest.approx(within / len(cases), abs=1e-12)
    assert parts.reliability - parts.resolution + parts.uncertainty + parts.within_bins == pytest.approx(
        brier(chances, happened), abs=1e-12
    )


def test_murphys_parts_agree_with_hand_calculation() -> None:
    # two bins: four forecasts of .2 of which one happens, six of .7 of which three do
    chances = np.array([0.2] * 4 + [0.7] * 6)
    happened = np.array([True] + [False] * 3 + [True] * 3 + [False] * 3)

    parts = judge(chances, happened, base_rate=0.3, high=0.8).murphy

    assert parts.reliability == pytest.approx(0.4 * 0.05**2 + 0.6 * 0.2**2)
    assert parts.resolution == pytest.approx(0.4 * 0.15**2 + 0.6 * 0.1**2)
    assert parts.uncertainty == pytest.approx(0.4 * 0.6)
    assert parts.within_bins == pytest.approx(0, abs=1e-15)


def test_calibration_error_weighs_bins_by_their_cases() -> None:
    # the same two bins: .4 x |.25 - .2| + .6 x |.5 - .7|
    chances = np.array([0.2] * 4 + [0.7] * 6)
    happened = np.array([True] + [False] * 3 + [True] * 3 + [False] * 3)

    assert calibration_error(chances, happened) == pytest.approx(0.14)
    assert calibration_error(chances, np.full(10, 0.5)) == pytest.approx(0.4 * 0.3 + 0.6 * 0.2)


def test_a_forecast_of_the_true_probabilities_has_no_error_against_them() -> None:
    truth = np.random.default_rng(1).uniform(size=500)

    assert calibration_error(truth, truth) == 0.0
    assert calibration_error(truth, np.random.default_rng(2).uniform(size=500) < truth) > 0.01


def test_a_true_probability_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"target must lie in \[0, 1\]"):
        calibration_error(np.array([0.5]), np.array([1.5]))
    with pytest.raises(ValueError, match=r"target must lie in \[0, 1\]"):
        calibration_error(np.array([0.5]), np.array([np.nan]))
