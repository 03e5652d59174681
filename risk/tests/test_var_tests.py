import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.quant.var_tests import (
    LikelihoodRatio,
    Transitions,
    christoffersen_coverage,
    christoffersen_independence,
    kupiec,
    traffic_light,
    transitions_of,
)

NOT_REJECTED_BELOW = 3.841  # chi-squared with 1 degree of freedom, 95 %: printed in any table


def test_kupiec_agrees_with_a_published_example() -> None:
    # MathWorks Risk Management Toolbox, varbacktest/pof, EquityIndex and Normal95: 57 of 1043 at 95 %
    found = kupiec(57, 1043, probability=0.05)

    assert found.statistic == pytest.approx(0.46147, abs=5e-6)
    assert found.p_value == pytest.approx(0.49694, abs=5e-6)


def test_christoffersen_agrees_with_a_published_example() -> None:
    # MathWorks Risk Management Toolbox, varbacktest/cci and cc, the same series: N00 932, N01 53, N10 53, N11 4
    transitions = Transitions(calm_calm=932, calm_exceeded=53, exceeded_calm=53, exceeded_exceeded=4)

    independence = christoffersen_independence(transitions)
    coverage = christoffersen_coverage(kupiec(57, 1043, probability=0.05), independence)

    assert independence.statistic == pytest.approx(0.25866, abs=5e-6)
    assert independence.p_value == pytest.approx(0.61104, abs=5e-6)
    assert coverage.statistic == pytest.approx(0.72013, abs=5e-6)
    assert coverage.p_value == pytest.approx(0.69763, abs=5e-6)


def test_christoffersen_agrees_with_a_calculation_by_hand() -> None:
    # pi01 = 1/8, pi11 = 1/2, pi = 2/10: -2 (8 ln .8 + 2 ln .2 - 7 ln 7/8 - ln 1/8 - 2 ln 1/2), term by term
    by_hand = -2 * (8 * -0.2231436 + 2 * -1.6094379 - 7 * -0.1335314 - -2.0794415 - 2 * -0.6931472)

    found = christoffersen_independence(Transitions(7, 1, 1, 1))

    assert found.statistic == pytest.approx(by_hand, abs=1e-6)


@pytest.mark.parametrize(
    ("probability", "windows", "low", "high"),
    # Kupiec (1995), table of non-rejection regions at 95 %, as in Jorion, Value at Risk: low < exceedances < high
    [(0.01, 255, 0, 7), (0.01, 1000, 4, 17), (0.05, 255, 6, 21), (0.05, 1000, 37, 65), (0.1, 510, 38, 65)],
)
def test_kupiec_accepts_the_published_region(probability: float, windows: int, low: int, high: int) -> None:
    accepted = [
        count
        for count in range(windows)
        if kupiec(count, windows, probability=probability).statistic < NOT_REJECTED_BELOW
    ]

    assert accepted == list(range(low + 1, high))


@pytest.mark.recorded
def test_kupiec_accepts_every_region_of_the_reference(shared_data: Path) -> None:
    table = json.loads((shared_data / "reference" / "kupiec_pof_nonrejection_regions.json").read_text())

    for row in table["rows"]:
        # The table prints "N < 7" for 255 days at 1 %: it leaves 0 open, where the limit -2 ln(.99^255) is 5.13.
        low = 0 if row["lo"] is None else row["lo"]
        counts = range(row["T"])
        accepted = [n for n in counts if kupiec(n, row["T"], probability=row["p"]).statistic < NOT_REJECTED_BELOW]
        assert accepted == list(range(low + 1, row["hi"])), row


@pytest.mark.recorded
def test_the_light_agrees_with_every_row_of_the_reference(shared_data: Path) -> None:
    table = json.loads((shared_data / "reference" / "basel_traffic_light_99_250.json").read_text())

    for row in table["rows"]:
        found = traffic_light(row["exceptions"], 250, probability=0.01)
        assert (found.zone, found.plus_factor) == (row["zone"], row["plus_factor"]), row
        assert 100 * found.cumulative_probability == pytest.approx(row["cumulative_probability_pct"], abs=0.0051)


@pytest.mark.parametrize(
    ("exceedances", "zone", "plus_factor"),
    # BCBS, bcbs22 (January 1996), table 2
    [(0, "green", 0), (4, "green", 0), (5, "yellow", 0.4), (7, "yellow", 0.65), (9, "yellow", 0.85), (10, "red", 1)],
)
def test_the_light_of_250_days_is_that_of_basel(exceedances: int, zone: str, plus_factor: float) -> None:
    found = traffic_light(exceedances, 250, probability=0.01)

    assert (found.zone, found.plus_factor) == (zone, plus_factor)


def test_the_light_scales_to_other_counts_and_levels() -> None:
    # cfrm17.github.io/tradeLifecycle3.html: of 750 windows at 99.5 %, yellow starts at 7 and red at 13;
    # MathWorks varbacktest/tl: 57 of 1043 at 95 % is green with probability .77913
    zones = [traffic_light(count, 750, probability=0.005).zone for count in (6, 7, 12, 13)]
    scaled = traffic_light(57, 1043, probability=0.05)

    assert zones == ["green", "yellow", "yellow", "red"]
    assert (scaled.zone, scaled.plus_factor) == ("green", 0.0)
    assert scaled.cumulative_probability == pytest.approx(0.77913, abs=5e-6)


def test_a_yellow_light_below_the_first_row_takes_its_factor() -> None:
    # Binomial(600, .05): P(at most 39) = .9580, between the zone's .95 and the table's first row, .9588
    assert traffic_light(39, 600, probability=0.05).plus_factor == 0.4


@given(st.lists(st.lists(st.booleans(), min_size=0, max_size=12), max_size=4))
def test_transitions_are_counted_within_each_sequence(sequences: list[list[bool]]) -> None:
    pairs = [(a, b) for row in sequences for a, b in itertools.pairwise(row)]
    expected = [pairs.count(pair) for pair in ((False, False), (False, True), (True, False), (True, True))]

    found = transitions_of([np.array(row, dtype=np.bool_) for row in sequences])

    assert [found.calm_calm, found.calm_exceeded, found.exceeded_calm, found.exceeded_exceeded] == expected


@given(st.integers(1, 300), st.integers(0, 300), st.sampled_from([0.01, 0.05, 0.5]))
def test_the_ratio_is_never_negative_and_its_p_value_is_a_probability(windows: int, count: int, p: float) -> None:
    found = kupiec(min(count, windows), windows, probability=p)

    assert found.statistic >= 0
    assert 0 <= found.p_value <= 1


def test_no_exceedance_and_nothing_else_have_their_limits() -> None:
    # -2 ln(.99^100) and -2 ln(.01^10)
    assert kupiec(0, 100, probability=0.01).statistic == pytest.approx(-200 * math.log(0.99))
    assert kupiec(10, 10, probability=0.01).statistic == pytest.approx(-20 * math.log(0.01))


def test_rounding_does_not_make_a_ratio_negative() -> None:
    # after an exceedance and after a calm window the rate is 8 of 9 alike, and the two sums of logs differ by 4e-15
    assert christoffersen_independence(Transitions(1, 8, 3, 24)).statistic == 0.0
    assert christoffersen_independence(Transitions(1, 8, 3, 24)).p_value == 1.0


@pytest.mark.parametrize("transitions", [Transitions(9, 0, 0, 0), Transitions(0, 0, 0, 3), Transitions(0, 0, 0, 0)])
def test_independence_is_not_known_without_pairs_of_both_kinds(transitions: Transitions) -> None:
    found = christoffersen_independence(transitions)

    assert math.isnan(found.statistic)
    assert math.isnan(christoffersen_coverage(LikelihoodRatio(1.0, 0.3), found).p_value)


@pytest.mark.parametrize(("count", "windows"), [(0, 0), (-1, 10), (11, 10)])
def test_impossible_counts_are_refused(count: int, windows: int) -> None:
    with pytest.raises(ValueError, match=rf"got {count} of {windows}"):
        kupiec(count, windows, probability=0.05)
    with pytest.raises(ValueError, match=rf"got {count} of {windows}"):
        traffic_light(count, windows, probability=0.05)


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, math.nan])
def test_an_impossible_probability_is_refused(probability: float) -> None:
    with pytest.raises(ValueError, match=r"must lie in \(0, 1\)"):
        kupiec(1, 10, probability=probability)
