"""Figures by session and month against a plain count."""

import numpy as np
import pytest

from risk.quant.over_time import by_month, by_session

KEYS = np.array([20240130, 20240131, 20240131, 20240201, 20240201, 20240201])
CHANCES = np.array([0.2, 0.8, 0.4, 0.1, 0.6, 0.5])
TOUCHED = np.array([False, True, False, False, True, True])


def test_each_session_has_its_own_windows() -> None:
    found = by_session(KEYS, CHANCES, TOUCHED, base_rate=0.3)

    assert [(row.key, row.sessions, row.cases) for row in found] == [
        (20240130, 1, 1),
        (20240131, 1, 2),
        (20240201, 1, 3),
    ]
    # By hand: errors of the second session .2^2 and .4^2, of the constant .3 against its outcomes .7^2 and .3^2.
    second = found[1]
    assert second.brier == pytest.approx((0.04 + 0.16) / 2)
    assert second.skill_against_base == pytest.approx(1 - 0.1 / ((0.49 + 0.09) / 2))
    assert (second.observed, second.auc) == (0.5, 1.0)
    assert second.mean_forecast == pytest.approx(0.6)


def test_the_sample_s_rate_is_that_of_all_windows_in_each_stretch() -> None:
    (first, *_) = by_session(KEYS, CHANCES, TOUCHED, base_rate=0.3)

    # Half of all six windows touched, none of the first session's.
    assert first.skill_against_sample == pytest.approx(1 - 0.04 / 0.25)
    assert np.isnan(first.auc)


def test_months_join_their_sessions_and_weigh_by_windows() -> None:
    january, february = by_month(KEYS, CHANCES, TOUCHED, base_rate=0.3)
    sessions = by_session(KEYS, CHANCES, TOUCHED, base_rate=0.3)

    assert [(row.key, row.sessions, row.cases) for row in (january, february)] == [(202401, 2, 3), (202402, 1, 3)]
    assert january.brier == pytest.approx((sessions[0].brier + 2 * sessions[1].brier) / 3)


def test_simulated_sessions_are_in_no_month() -> None:
    assert by_month(np.array([79_804, 79_805]), CHANCES[:2], TOUCHED[:2], base_rate=0.3) == []


def test_no_case_and_wrong_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="outcomes"):
        by_session(KEYS[:0], CHANCES[:0], TOUCHED[:0], base_rate=0.3)
    with pytest.raises(ValueError, match="base_rate"):
        by_session(KEYS, CHANCES, TOUCHED, base_rate=1.3)
    with pytest.raises(ValueError, match="one shape"):
        by_session(KEYS[:3], CHANCES, TOUCHED, base_rate=0.3)
