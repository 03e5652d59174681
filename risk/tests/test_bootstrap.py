import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.bootstrap import (
    FloatArray,
    Resamples,
    draw_sessions,
    percentile_interval,
    reflected_interval,
    resampled_auc,
    resampled_skill,
)
from risk.quant.confidence import confidence, skill_interval, with_differences
from risk.quant.evaluation import area_under_curve, brier, calibration_error, reliability, skill
from risk.tests.case_factories import cases_of


def rows_of(drawn: Resamples, number: int) -> list[int]:
    """The plain twin of a resample: the rows it holds, a row as often as its block was drawn."""
    counts = drawn.counts[number]
    return [row for row, block in enumerate(drawn.block) for _ in range(int(counts[block]))]


def sample(*, sessions: int = 12, seed: int = 1) -> tuple[FloatArray, np.ndarray, Resamples]:
    random = np.random.default_rng(seed)
    session = np.repeat(np.arange(sessions), 7)
    chances = random.integers(0, 11, len(session)) / 10  # in tenths, so that many are tied
    touched = random.uniform(size=len(session)) < chances
    return chances, touched, draw_sessions(session, resamples=20, random=random)


def test_a_resample_holds_whole_sessions_and_as_many_as_there_are() -> None:
    session = np.array([7, 7, 7, 9, 9, 12])

    drawn = draw_sessions(session, resamples=200, random=np.random.default_rng(0))

    assert drawn.block.tolist() == [0, 0, 0, 1, 1, 2]
    assert set(drawn.counts.sum(axis=1)) == {3.0}
    assert drawn.counts.mean(axis=0) == pytest.approx([1, 1, 1], abs=0.2)


def test_the_same_seed_draws_the_same_sessions() -> None:
    one, again = (
        draw_sessions(np.arange(9), resamples=5, random=np.random.default_rng(3)).counts.tobytes() for _ in range(2)
    )

    assert one == again


def test_resampled_auc_is_that_of_the_drawn_rows() -> None:
    chances, touched, drawn = sample()

    found = resampled_auc(chances, touched, drawn)

    expected = [area_under_curve(chances[rows], touched[rows]) for rows in (rows_of(drawn, n) for n in range(20))]
    assert found == pytest.approx(expected, rel=1e-12)


def test_resampled_skill_is_that_of_the_drawn_rows() -> None:
    chances, touched, drawn = sample()
    other = np.full(len(chances), 0.4)

    found = resampled_skill((chances - touched) ** 2, (other - touched) ** 2, drawn)

    rows = rows_of(drawn, 4)
    assert found[4] == pytest.approx(skill(brier(chances[rows], touched[rows]), brier(other[rows], touched[rows])))


@given(st.integers(0, 50))
def test_sums_are_those_of_the_drawn_rows(seed: int) -> None:
    chances, _, drawn = sample(seed=seed)

    assert drawn.sums(chances)[3] == pytest.approx(chances[rows_of(drawn, 3)].sum())


def test_auc_of_a_resample_without_both_outcomes_is_not_known() -> None:
    drawn = Resamples(np.array([0, 1]), np.array([[2.0, 0.0], [1.0, 1.0]]))

    found = resampled_auc(np.array([0.2, 0.7]), np.array([False, True]), drawn)

    assert math.isnan(found[0])
    assert found[1] == 1.0


def test_the_percentile_interval_leaves_out_two_and_a_half_percent_on_each_side() -> None:
    drawn = Resamples(np.arange(5), np.ones((1001, 5)))

    assert percentile_interval(np.arange(1001.0), drawn) == (25.0, 975.0)
    assert reflected_interval(np.arange(1001.0), drawn, estimate=400.0) == (0.0, 775.0)


def test_an_interval_needs_five_sessions_and_a_figure_known_in_most_resamples() -> None:
    values, mostly = np.arange(100.0), np.where(np.arange(100) < 50, np.nan, 1.0)
    few, enough = (Resamples(np.arange(blocks), np.ones((100, blocks))) for blocks in (4, 5))

    assert math.isnan(percentile_interval(values, few)[0])
    assert math.isnan(percentile_interval(mostly, enough)[0])
    assert math.isnan(reflected_interval(mostly, enough, estimate=1.0)[1])
    assert percentile_interval(values, enough)[0] == pytest.approx(2.475)


def test_the_interval_of_a_rate_is_as_wide_as_its_sessions_are_unlike() -> None:
    # 40 sessions of 50 equal outcomes: the rate has 40 independent draws, so 1.96 sqrt(.25/40) = .155, not .022
    session = np.repeat(np.arange(40), 50)
    touched = session % 2 == 0
    drawn = draw_sessions(session, resamples=2000, random=np.random.default_rng(5))

    low, high = percentile_interval(drawn.sums(touched.astype(float)) / drawn.sums(np.ones(len(session))), drawn)

    assert (low, high) == pytest.approx((0.345, 0.655), abs=0.02)


def test_intervals_hold_the_figures_they_belong_to() -> None:
    cases = cases_of(40)
    chances = 1 / (1 + np.exp(-cases.log_odds))
    drawn = draw_sessions(cases.session, resamples=500, random=np.random.default_rng(2))

    sure = confidence(chances, cases.touched, drawn, base_rate=0.3)

    assert (sure.sessions, sure.resamples) == (40, 500)
    assert sure.auc[0] < area_under_curve(chances, cases.touched) < sure.auc[1]
    assert sure.brier[0] < brier(chances, cases.touched) < sure.brier[1]
    assert sure.skill_against_base[0] > 0.05
    assert sure.skill_against_sample[0] > 0.05
    assert 0 <= sure.calibration_error[0] <= calibration_error(chances, cases.touched) <= sure.calibration_error[1]


def test_a_forecast_has_no_skill_against_itself() -> None:
    chances, touched, drawn = sample()

    assert skill_interval(chances, chances, touched, drawn) == pytest.approx((0.0, 0.0))


def test_only_a_bin_that_is_off_excludes_the_diagonal() -> None:
    # 400 windows forecast .25 of which half touch, 400 forecast .55 of which 55 % do, in 40 sessions alike
    session = np.tile(np.arange(40), 20)
    chances = np.repeat([0.25, 0.55], 400)
    touched = np.arange(800) % 400 < np.where(chances < 0.5, 200, 220)
    touched = np.concatenate([np.random.default_rng(8).permutation(half) for half in (touched[:400], touched[400:])])
    drawn = draw_sessions(session, resamples=500, random=np.random.default_rng(1))

    bins = with_differences(reliability(chances, touched), chances, touched, drawn)

    assert [row.excludes_diagonal for row in bins] == [None, None, True, None, None, False, None, None, None, None]
    assert bins[2].difference[0] > 0.15
    assert bins[5].difference[0] < 0 < bins[5].difference[1]
    assert math.isnan(bins[0].difference[0])


@pytest.mark.parametrize(("cases", "known"), [(100, True), (99, False)])
def test_a_bin_needs_a_hundred_windows_to_be_called_off(cases: int, known: bool) -> None:
    chances, touched = np.full(cases, 0.25), np.ones(cases, dtype=np.bool_)
    drawn = draw_sessions(np.arange(cases) % 20, resamples=50, random=np.random.default_rng(1))

    row = with_differences(reliability(chances, touched), chances, touched, drawn)[2]

    assert row.excludes_diagonal is (True if known else None)
    assert row.difference[0] == pytest.approx(0.75)


@pytest.mark.parametrize("touches", [False, True])
def test_a_bin_may_be_off_on_either_side(touches: bool) -> None:
    chances, touched = np.full(200, 0.55), np.full(200, touches)
    drawn = draw_sessions(np.arange(200) % 20, resamples=50, random=np.random.default_rng(1))

    row = with_differences(reliability(chances, touched), chances, touched, drawn)[5]

    assert row.excludes_diagonal is True
    assert row.difference == pytest.approx((touches - 0.55, touches - 0.55))


def test_a_bin_of_few_sessions_has_no_interval() -> None:
    chances, touched = np.append(np.full(400, 0.25), [0.95] * 120), np.zeros(520, dtype=np.bool_)
    session = np.append(np.arange(400) % 20, np.arange(120) % 4)
    drawn = draw_sessions(session, resamples=50, random=np.random.default_rng(1))

    row = with_differences(reliability(chances, touched), chances, touched, drawn)[9]

    assert math.isnan(row.difference[0])
    assert row.excludes_diagonal is None


def test_nothing_to_draw_is_refused() -> None:
    with pytest.raises(ValueError, match="0 cases"):
        draw_sessions(np.array([], dtype=np.int64), resamples=10, random=np.random.default_rng(0))
    with pytest.raises(ValueError, match="0 resamples"):
        draw_sessions(np.arange(3), resamples=0, random=np.random.default_rng(0))
