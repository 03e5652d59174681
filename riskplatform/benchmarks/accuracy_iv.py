"""How far implied volatilities are from fifty-digit truth, over cases chosen to hurt."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from risk.quant.implied_volatility import implied_volatility
from risk.quant.terms import FloatArray
from riskplatform.benchmarks.accuracy_pricing import Finding
from riskplatform.benchmarks.hard_volatilities import ASKED_FOR, ROUNDINGS, HardCases, hard_cases

SHARP: Final = ASKED_FOR / ROUNDINGS  # attainable error up to which the target is absolute


def findings() -> Iterator[Finding]:
    """Yield the worst error of prices that tell the volatility, then of those whose rounding hides it.

    The second is in attainable errors, price eps / (vega sigma).
    """
    cases = hard_cases()
    error = cases.errors(implied_volatility(cases.is_call, **cases.question).volatility)
    sharp = cases.attainable <= SHARP
    yield _finding("implied volatility", cases, np.where(sharp, error, -1.0), ASKED_FOR)
    what = "implied volatility, in errors of the price's rounding"
    yield _finding(what, cases, np.where(sharp, -1.0, error / cases.attainable), ROUNDINGS)


def _finding(quantity: str, cases: HardCases, error: FloatArray, target: float) -> Finding:
    """Return the worst of the cases that count, whose error is not negative."""
    at = int(np.argmax(error))
    return Finding(quantity, int((error >= 0).sum()), float(error[at]), cases.describe(at), target)
