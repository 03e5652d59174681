import math

import numpy as np
import pytest

from risk.quant.value_at_risk import (
    judge_value_at_risk,
    loss_multiple,
    loss_tracks,
    move_in_deviations,
    non_overlapping,
)
from risk.tests.case_factories import cases_of


def test_windows_of_an_hour_start_at_a_quarter_past() -> None:
    apart = non_overlapping(cases_of(2, instruments=(7,)), horizon=60)

    assert sorted(set(apart.minute.tolist())) == [15, 75, 135, 195, 255, 315]
    assert len(apart) == 12


@pytest.mark.parametrize(("horizon", "step"), [(15, 15), (30, 30), (50, 60), (90, 90)])
def test_windows_of_any_horizon_do_not_overlap(horizon: float, step: int) -> None:
    apart = non_overlapping(cases_of(1, instruments=(7,)), horizon=horizon)

    assert set(np.diff(apart.minute)) == {step}


def test_windows_are_in_order_of_instrument_and_time() -> None:
    cases = cases_of(3)
    shuffled = cases.where(np.random.default_rng(0).permutation(len(cases)))  # type: ignore[arg-type]  # an order

    apart = non_overlapping(shuffled, horizon=60)

    assert apart.instrument.tolist() == sorted(apart.instrument.tolist())
    times = 1000 * apart.session[apart.instrument == 1] + apart.minute[apart.instrument == 1]
    assert (np.diff(times) > 0).all()


def test_windows_without_a_move_or_a_forecast_are_left_out() -> None:
    cases = cases_of(1, instruments=(7,))
    move, deviation = cases.move.copy(), cases.deviation.copy()
    move[0], deviation[4], deviation[8], deviation[12] = np.nan, 0.0, np.nan, np.inf

    apart = non_overlapping(cases_of(1, instruments=(7,), move=move, deviation=deviation), horizon=60)

    assert apart.minute.tolist() == [255, 315]


def test_the_normal_multiple_is_the_normal_quantile() -> None:
    # printed in any table of the normal distribution
    known = cases_of(1)

    assert loss_multiple(known, level=0.95, method="normal") == pytest.approx(1.644854, abs=1e-6)
    assert loss_multiple(known, level=0.99, method="normal") == pytest.approx(2.326348, abs=1e-6)


def test_the_historical_multiple_is_the_quantile_of_losses_in_deviations() -> None:
    size = 23 * 2 * 5
    deviation = np.linspace(0.001, 0.01, size)
    known = cases_of(5, deviation=deviation, move=-deviation * np.arange(size))

    found = loss_multiple(known, level=0.95, method="filtered_historical")

    assert found == pytest.approx(0.95 * (size - 1))


@pytest.mark.parametrize(("windows", "known"), [(100, True), (99, False)])
def test_a_quantile_that_the_fitted_windows_cannot_show_is_not_known(windows: int, known: bool) -> None:
    cases = cases_of(5)
    few = cases.where(np.arange(len(cases)) < windows)

    assert (loss_multiple(few, level=0.99, method="filtered_historical") is not None) is known
    methods = [row.method for row in judge_value_at_risk(few, cases, horizon=60) if row.level == 0.99]
    assert ("filtered_historical" in methods) is known


def test_exceedances_are_losses_beyond_the_value_at_risk() -> None:
    # of 12 windows of one deviation, four lose 2 of them (beyond 1.64, not 2.33) and one loses 3
    cases = cases_of(2, instruments=(7,), deviation=np.full(46, 0.01), move=np.full(46, 0.05))
    apart = np.flatnonzero((cases.minute - 15) % 60 == 0)
    cases.move[apart[[1, 2, 5, 8]]] = -0.02
    cases.move[apart[11]] = -0.03

    rows = {
        (row.instrument, row.level): row
        for row in judge_value_at_risk(cases.where(cases.minute < 0), cases, horizon=60)
    }

    assert [rows[7, level].exceedances for level in (0.95, 0.99)] == [5, 1]
    assert rows[7, 0.95].windows == 12
    assert rows[7, 0.95].expected == pytest.approx(0.6)
    transitions = rows[7, 0.95].transitions
    assert (transitions.calm_exceeded, transitions.exceeded_exceeded, transitions.exceeded_calm) == (4, 1, 3)


def test_the_sequences_of_two_instruments_are_not_joined() -> None:
    cases = cases_of(1)

    every = judge_value_at_risk(cases, cases, horizon=60)[0]

    transitions = every.transitions
    assert every.instrument is None
    assert every.windows == 12
    pairs = (transitions.calm_calm, transitions.calm_exceeded, transitions.exceeded_calm, transitions.exceeded_exceeded)
    assert sum(pairs) == 2 * 5


def test_a_right_forecast_is_accepted_and_half_of_it_rejected() -> None:
    known, cases = cases_of(60, seed=1), cases_of(60, seed=2)
    halved = cases_of(60, seed=2, deviation=cases.deviation / 2, move=cases.move)

    right, wrong = (judge_value_at_risk(known, sample, horizon=60)[0] for sample in (cases, halved))

    assert right.method == "filtered_historical"
    assert right.coverage.p_value > 0.05
    assert right.light.zone == "green"
    assert wrong.coverage.p_value < 1e-6
    assert wrong.light.zone == "red"


def test_without_windows_there_is_nothing_to_judge() -> None:
    cases = cases_of(1, move=np.full(46, np.nan))

    assert judge_value_at_risk(cases, cases, horizon=60) == []
    assert loss_tracks(cases, cases, horizon=60) == []


def test_moves_of_the_forecast_size_are_one_deviation_on_average() -> None:
    cases = cases_of(1, instruments=(7,), deviation=np.full(23, 0.01), move=np.tile([0.01, -0.03], 12)[:23])
    apart = np.flatnonzero((cases.minute - 15) % 60 == 0)  # places 0, 4, 8, ..., whose move is .01

    assert len(apart) == 6
    assert move_in_deviations(cases, horizon=60) == pytest.approx(1.0)
    assert move_in_deviations(cases, horizon=15) == pytest.approx(np.sqrt((12 * 1 + 11 * 9) / 23))
    assert math.isnan(move_in_deviations(cases.where(cases.minute < 0), horizon=60))


def test_tracks_hold_each_instruments_windows_and_losses() -> None:
    known = cases_of(10)
    multiple = loss_multiple(known, level=0.95, method="filtered_historical")

    first, second = loss_tracks(known, known, horizon=60)

    assert (first.instrument, second.instrument) == (1, 2)
    assert len(first.move) == 60
    assert multiple is not None
    own = non_overlapping(known, horizon=60)
    assert first.var_95 == pytest.approx(multiple * own.deviation[own.instrument == 1])
    assert (first.var_99 > first.var_95).all()


def test_tracks_fall_back_to_the_normal_quantile() -> None:
    known = cases_of(1, instruments=(1,))

    (track,) = loss_tracks(known.where(known.minute < 60), known, horizon=60)

    own = non_overlapping(known, horizon=60)
    assert track.var_99 == pytest.approx(2.326348 * own.deviation, rel=1e-6)
    assert math.isclose(track.var_95[0] / track.var_99[0], 1.644854 / 2.326348, rel_tol=1e-6)
