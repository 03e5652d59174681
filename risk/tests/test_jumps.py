import json
from pathlib import Path

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.jumps import CRITICAL, JumpTest, bipower_variance, gumbel_constants, jump_share, window_length

LENGTH = window_length(375) - 1
ALL = np.ones(3, dtype=np.bool_)


def fed(test: JumpTest, residuals: np.ndarray) -> np.ndarray:
    return np.array([test.step(row, np.ones(len(row), dtype=np.bool_)) for row in residuals])


@pytest.mark.recorded
def test_the_critical_value_is_that_of_the_reference_table(shared_data: Path) -> None:
    table = json.loads((shared_data / "reference" / "lee_mykland_2008.json").read_text())["beta_star"]

    assert {row["alpha"]: row["value"] for row in table}[0.01] == pytest.approx(CRITICAL, abs=5e-5)
    assert pytest.approx(4.60, abs=5e-3) == CRITICAL


def test_the_constants_are_those_of_lemma_1_in_high_precision() -> None:
    with mpmath.workdps(40):
        c, root = mpmath.sqrt(2 / mpmath.pi), mpmath.sqrt(2 * mpmath.log(375))
        centre = root / c - (mpmath.log(mpmath.pi) + mpmath.log(mpmath.log(375))) / (2 * c * root)
        expected = float(centre), float(1 / (c * root))

    assert gumbel_constants(375) == pytest.approx(expected, rel=1e-14)
    assert window_length(375) == 307  # floor(sqrt(94500)) = floor(307.4)


def test_too_few_observations_for_the_constants_are_refused() -> None:
    with pytest.raises(ValueError, match="n must be at least 3, was 2"):
        gumbel_constants(2)


def test_bipower_variance_of_three_returns_is_worked_by_hand() -> None:
    # |r| = 1, 2, 3: products 2 + 6 = 8, times 3/2 and pi/2.
    assert bipower_variance(np.array([8.0]), np.array([3.0])) == pytest.approx([6 * np.pi])
    assert np.isnan(bipower_variance(np.array([0.0, 0.0]), np.array([1.0, 0.0]))).all()


def test_the_jump_share_is_0_where_bipower_exceeds_realised_variance_and_unknown_without_either() -> None:
    realised = np.array([4.0, 1.0, 0.0, np.nan, 2.0])
    bipower = np.array([1.0, 2.0, 0.0, 1.0, np.nan])

    assert jump_share(realised, bipower).tolist() == pytest.approx([0.75, 0, *[np.nan] * 3], nan_ok=True)


def test_a_session_of_normal_returns_is_flagged_about_once_in_a_hundred() -> None:
    random, symbols = np.random.default_rng(3), 1500
    test = JumpTest(np.abs(random.normal(size=(LENGTH, symbols))), minutes=375)
    flagged = np.zeros(symbols, dtype=np.bool_)

    for _ in range(375):
        flagged |= test.step(random.normal(size=symbols), np.ones(symbols, dtype=np.bool_)) > CRITICAL

    # 1 % in the limit; the estimated local volatility adds a little to it.
    assert 0.005 < flagged.mean() < 0.03


def test_a_jump_of_eight_deviations_is_found_and_hardly_hides_the_next() -> None:
    random = np.random.default_rng(4)
    test = JumpTest(np.abs(random.normal(size=(LENGTH, 3))), minutes=375)
    jump = np.full(3, 8.0)

    found = fed(test, np.stack((jump, np.zeros(3), -jump)))

    assert np.all(found[[0, 2]] > CRITICAL)
    assert np.all(found[1] < 0)


def test_the_test_is_unknown_before_its_window_is_full_and_for_silent_and_flat_symbols() -> None:
    history = np.ones((LENGTH, 3))
    history[0, 0] = np.nan
    history[:, 2] = 0.0
    test = JumpTest(history, minutes=375)

    found = test.step(np.ones(3), ALL)

    assert np.isfinite(found).tolist() == [False, True, False]
    assert test.count.tolist() == [LENGTH] * 3
    assert np.isnan(test.step(np.ones(3), ~ALL)).all()


@given(st.integers(0, 40), st.integers(0, 10**6))
def test_a_night_between_two_returns_changes_nothing(cut: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    history, residuals = np.abs(random.normal(size=(60, 2))), random.normal(size=(40, 2))
    whole, first = JumpTest(history, minutes=15), JumpTest(history, minutes=15)
    fed(first, residuals[:cut])
    second = JumpTest(first.residuals(), minutes=15)

    expected = fed(whole, residuals)
    assert fed(second, residuals[cut:]) == pytest.approx(expected[cut:].reshape(-1, 2) if cut < 40 else np.array([]))


def test_residuals_of_another_shape_are_refused() -> None:
    for wrong in (np.zeros((LENGTH - 1, 2)), np.zeros(LENGTH)):
        with pytest.raises(ValueError, match="residuals of shape"):
            JumpTest(wrong, minutes=375)
