"""Bad inputs of value at risk and its tests."""

from dataclasses import replace
from typing import Final

import numpy as np

from risk.quant.value_at_risk import loss_multiple
from risk.quant.var_tests import (
    LikelihoodRatio,
    Transitions,
    christoffersen_coverage,
    christoffersen_independence,
    transitions_of,
)
from risk.tests.bad_inputs.spec import Case, Entry, Gives, Refused, calling
from risk.tests.case_factories import cases_of

CASES: Final = cases_of(4)

ENTRIES: Final = (
    *(
        Entry(f"value_at_risk.{name}", {"known": CASES, "cases": CASES, "horizon": 60.0}, {"horizon": "RRRR"})
        for name in ("loss_tracks", "judge_value_at_risk")
    ),
    *(
        Entry(f"value_at_risk.{name}", {"cases": CASES, "horizon": 60.0}, {"horizon": "RRRR"})
        for name in ("non_overlapping", "move_in_deviations")
    ),
    Entry(
        "value_at_risk.loss_multiple",
        {"known": CASES, "level": 0.95, "method": "filtered_historical"},
        {"level": "RRRR"},
        cases=(
            Case(
                "word",
                calling(loss_multiple, CASES, level=0.95, method="gamma"),
                Refused("method must be one of .*, was 'gamma'"),
            ),
            Case(
                "nan",
                lambda: loss_multiple(
                    replace(CASES, move=np.full(len(CASES), np.nan)), level=0.95, method="filtered_historical"
                ),
                Gives(None),
            ),
        ),
    ),
    *(
        Entry(
            f"var_tests.{name}",
            {"exceedances": 3, "windows": 100, "probability": 0.05},
            {"exceedances": "--OR", "windows": "--RR", "probability": "RRRR"},
        )
        for name in ("kupiec", "traffic_light")
    ),
    Entry(
        "var_tests.christoffersen_independence",
        cases=(Case("zero", lambda: christoffersen_independence(Transitions(0, 0, 0, 0)).statistic, Gives(np.nan)),),
    ),
    Entry(
        "var_tests.christoffersen_coverage",
        cases=(
            Case(
                "nan",
                lambda: christoffersen_coverage(LikelihoodRatio(1.0, 0.3), LikelihoodRatio(np.nan, np.nan)).p_value,
                Gives(np.nan),
            ),
        ),
    ),
    Entry("var_tests.transitions_of", cases=(Case("empty", lambda: transitions_of([]), Gives((0, 0, 0, 0))),)),
)
