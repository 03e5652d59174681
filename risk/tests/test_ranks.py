"""Ranks among earlier rows: against scipy and against a plain loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import percentileofscore

from risk.quant.ranks import mid_ranks

FIGURES = st.lists(st.integers(-3, 3) | st.just(float("nan")), min_size=1, max_size=12)


@given(FIGURES, st.integers(-3, 3))
def test_a_rank_is_the_mean_percentile_of_scipy(before: list[float], value: int) -> None:
    ranks = mid_ranks(np.array([value], dtype=float), np.array(before)[:, None], least=1)

    known = [figure for figure in before if figure == figure]
    expected = percentileofscore(known, value, kind="mean") / 100 if known else np.nan
    assert ranks.share[0] == pytest.approx(expected, nan_ok=True)
    assert ranks.among[0] == len(known)


def test_an_unknown_figure_has_no_rank() -> None:
    assert np.isnan(mid_ranks(np.array([np.nan]), np.ones((40, 1)), least=1).share[0])


def test_a_rank_among_too_few_is_unknown() -> None:
    before = np.array([[1.0, 1.0]] * 3)
    before[0, 0] = np.nan

    share = mid_ranks(np.array([2.0, 2.0]), before, least=3).share

    assert np.isnan(share[0])
    assert share[1] == 1.0
