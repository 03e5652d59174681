from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from risk.quant.attribution import ScoreParts, Surroundings, attribution
from risk.quant.scoring import FAMILIES, score, structural_log_odds

WEIGHTS = np.array([[0.2], [0.3], [0.3], [0.1], [0.1]])


def parts(**changes: Any) -> ScoreParts:
    """One symbol whose fast leg is four times normal; the score follows from the parts."""
    ordinary: dict[str, Any] = {
        "legs": np.array([[4e-7], [2e-7], [1.5e-7], [1e-7], [1.2e-7]]),
        "weights": WEIGHTS,
        "implied_known": np.array([True]),
        "normal": np.array([1e-7]),
        "variance_minutes": np.array([55.0]),
        "barrier": np.array([0.0033]),
        "betas": np.array([[0.1], [0.9]]),
        "terms": np.array([[1.0], [0.0], [-0.6]]),
        "term_weights": np.array([[-0.3], [0.15], [-0.2]]),
    } | changes
    structural = structural_log_odds(
        variance=np.einsum("ks,ks->s", ordinary["weights"], ordinary["legs"]),
        variance_minutes=ordinary["variance_minutes"],
        barrier=ordinary["barrier"],
    )
    shift = np.sum(ordinary["terms"] * ordinary["term_weights"], axis=0) + changes.get("correction", 0.25)
    ordinary.pop("correction", None)
    log_odds = ordinary["betas"][0] + ordinary["betas"][1] * structural + shift
    return ScoreParts(**ordinary, structural=structural, log_odds=log_odds, score=score(log_odds))


def of(found: Any, family: str) -> float:
    return float(found.points[FAMILIES.index(family), 0])


variances = st.floats(1e-9, 1e-5)


@given(st.lists(variances, min_size=5, max_size=5), variances, st.floats(0, 1), st.floats(-1, 2), st.floats(-2, 2))
def test_points_add_up_to_score_minus_base(
    legs: list[float], normal: float, jump_share: float, beta: float, correction: float
) -> None:
    one = parts(legs=np.array(legs)[:, None], normal=np.array([normal]), correction=correction)
    around = Surroundings(np.array([jump_share]), np.array([beta]), None)

    found = attribution(one, around)

    assert found.points.sum(axis=0) == pytest.approx(one.score - found.base, abs=1e-12)


def test_a_leg_earns_what_fifty_digits_say() -> None:
    # Aumann and Shapley along a straight path, by 50-digit quadrature of the gradient.
    one = parts(terms=np.zeros((3, 1)), correction=0.0, implied_known=np.array([True]))
    with mpmath.workdps(30):
        tau, barrier = mpmath.mpf(55), mpmath.mpf("0.0033")

        def log_odds(v: mpmath.mpf) -> mpmath.mpf:
            x = barrier / mpmath.sqrt(v * tau)
            touch = 4 * sum((-1) ** k * mpmath.ncdf(-(2 * k + 1) * x) for k in range(30))
            return mpmath.log(touch / (1 - touch))

        low, high = mpmath.mpf("1e-7"), mpmath.mpf(float((WEIGHTS * one.legs).sum()))
        mean_slope = mpmath.quad(lambda t: mpmath.diff(log_odds, low + t * (high - low)), [0, 1])
        options = mpmath.mpf("0.9") * mpmath.mpf("0.1") * mpmath.mpf("2e-8") * mean_slope
        total = mpmath.mpf("0.9") * (log_odds(high) - log_odds(low))

    found = attribution(one, Surroundings.unknown(1))

    share = of(found, "option_market") / float(one.score[0] - found.base[0])
    assert share == pytest.approx(float(options / total), rel=1e-6)


def test_the_base_is_the_score_of_normal_variance() -> None:
    one = parts()
    calm = structural_log_odds(variance=np.array([1e-7]), variance_minutes=np.array([55.0]), barrier=np.array([0.0033]))

    assert attribution(one, Surroundings.unknown(1)).base == pytest.approx(expit(0.1 + 0.9 * calm), abs=5e-7)


def test_in_normal_conditions_no_family_has_points() -> None:
    calm = parts(legs=np.full((5, 1), 1e-7), terms=np.zeros((3, 1)), correction=0.0)
    found = attribution(calm, Surroundings.unknown(1))

    assert found.points == pytest.approx(np.zeros((len(FAMILIES), 1)), abs=1e-6)
    assert found.points.sum() == pytest.approx(float(calm.score[0] - found.base[0]), abs=1e-12)


def test_opposite_legs_at_normal_total_variance_keep_their_own_points() -> None:
    legs = np.array([[2.5e-7], [0.0], [1e-7], [1e-7], [1e-7]])  # .2 * 1.5 - .3 * 1 = 0
    found = attribution(parts(legs=legs, terms=np.zeros((3, 1)), correction=0.0), Surroundings.unknown(1))

    assert of(found, "recent_moves") == pytest.approx(0.0, abs=1e-6)


@given(st.floats(-1e-5, 1e-5))
def test_a_score_near_its_base_keeps_the_points_of_opposite_families_apart(miss: float) -> None:
    one = parts(terms=np.zeros((3, 1)), correction=0.0)
    raised = attribution(one, Surroundings.unknown(1))
    log_odds = np.log(raised.base / (1 - raised.base)) + miss
    near = replace(one, log_odds=log_odds, score=score(log_odds))

    found = attribution(near, Surroundings.unknown(1))

    # 1.2 log-odds of recent moves against as much recalibration, at about .2 points per log-odds
    assert 0.05 < of(found, "recent_moves") < 0.5
    assert found.points.sum(axis=0) == pytest.approx(near.score - found.base, abs=1e-12)


def test_weekend_and_expiry_belong_to_the_calendar_and_falls_to_recent_moves() -> None:
    quiet = parts(terms=np.zeros((3, 1)))
    weekend, expiry, falls = (parts(terms=np.array(rows)[:, None]) for rows in np.diag([1.0, 1.0, -2.0]))

    assert of(attribution(quiet, Surroundings.unknown(1)), "calendar") == 0.0
    assert of(attribution(weekend, Surroundings.unknown(1)), "calendar") < 0
    assert of(attribution(expiry, Surroundings.unknown(1)), "calendar") > 0
    assert of(attribution(falls, Surroundings.unknown(1)), "recent_moves") > of(
        attribution(quiet, Surroundings.unknown(1)), "recent_moves"
    )


def test_without_fresh_options_their_family_has_no_points() -> None:
    found = attribution(parts(implied_known=np.array([False])), Surroundings.unknown(1))

    assert of(found, "option_market") == 0.0


def test_jumps_take_their_share_of_a_raised_fast_leg_only() -> None:
    around = Surroundings(np.array([0.5]), np.array([np.nan]), None)
    raised = attribution(parts(), around)
    calm = attribution(parts(legs=np.array([[5e-8], [2e-7], [1.5e-7], [1e-7], [1.2e-7]])), around)

    assert of(raised, "jump") > 0
    assert of(calm, "jump") == 0.0


def test_an_excited_index_is_market_wide_for_others_and_its_own_move_for_itself() -> None:
    two = parts(
        **{
            name: np.repeat(getattr(parts(), name), 2, axis=-1)
            for name in (
                *("legs", "weights", "implied_known", "normal", "variance_minutes", "barrier"),
                *("betas", "terms", "term_weights"),
            )
        }
    )
    found = attribution(two, Surroundings(np.full(2, np.nan), np.array([1.0, 0.5]), 0))
    market = found.points[FAMILIES.index("market_wide")]

    assert market[0] == 0.0
    assert market[1] > 0
    assert found.points.sum(axis=0) == pytest.approx(two.score - found.base, abs=1e-12)


def test_a_correction_is_a_family_of_its_own() -> None:
    found = attribution(parts(correction=-1.0), Surroundings.unknown(1))
    without = attribution(parts(correction=0.0), Surroundings.unknown(1))

    assert of(found, "recalibration") < 0
    assert of(without, "recalibration") == pytest.approx(0.0, abs=1e-12)


def test_points_do_not_depend_on_the_neighbours() -> None:
    both = parts(
        **{
            name: np.concatenate((getattr(parts(), name), getattr(parts(), name)), axis=-1)
            for name in ("implied_known", "normal", "variance_minutes", "barrier", "betas", "terms", "term_weights")
        },
        legs=np.column_stack((parts().legs[:, 0], np.full(5, 3e-7))),
        weights=np.repeat(WEIGHTS, 2, axis=1),
    )
    alone = attribution(parts(), Surroundings.unknown(1))

    assert attribution(both, Surroundings.unknown(2)).points[:, 0] == pytest.approx(alone.points[:, 0], abs=1e-15)
    assert replace(both).score[0] == parts().score[0]
