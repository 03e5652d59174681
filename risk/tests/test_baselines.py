import numpy as np
import pytest

from risk.quant.baselines import Baseline, baseline_forecasts
from risk.quant.evaluation import area_under_curve, brier
from risk.tests.case_factories import cases_of


def test_constant_baselines_are_constant_and_variances_rank() -> None:
    known, cases = cases_of(20, seed=1), cases_of(20, seed=2)

    found = baseline_forecasts(known, cases, base_rate=0.3)

    assert set(found["constant_base"]) == {0.3}
    assert found["constant_sample"] == pytest.approx(np.full(len(cases), cases.touched.mean()))
    assert not np.array_equal(found["rolling_60"], found["riskmetrics"])


def test_a_variance_that_knows_the_outcome_beats_the_constants() -> None:
    known, cases = (
        cases_of(20, seed=seed, rolling_variance=np.where(cases_of(20, seed=seed).touched, 6e-7, 2e-7))
        for seed in (1, 2)
    )

    found = baseline_forecasts(known, cases, base_rate=0.3)["rolling_60"]

    assert area_under_curve(found, cases.touched) > 0.95
    assert brier(found, cases.touched) < 0.1


@pytest.mark.parametrize("name", ["rolling_60", "riskmetrics"])
def test_a_variance_is_calibrated_to_the_rate_of_the_fitted_sessions(name: Baseline) -> None:
    known = cases_of(20, rolling_variance=np.full(20 * 46, 9e-8), riskmetrics_variance=np.full(20 * 46, 9e-8))

    found = baseline_forecasts(known, known, base_rate=0.3)[name]

    assert found.mean() == pytest.approx(known.touched.mean(), abs=0.01)


def test_baselines_learn_only_from_the_fitted_sessions() -> None:
    known, cases = cases_of(20, seed=1), cases_of(20, seed=2)
    opposite = cases_of(20, seed=2, touched=~cases.touched)

    one, again = (baseline_forecasts(known, sample, base_rate=0.3)["riskmetrics"] for sample in (cases, opposite))

    assert one.tobytes() == again.tobytes()
