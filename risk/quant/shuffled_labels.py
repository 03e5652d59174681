"""An honesty check: a fit to outcomes of other days must not forecast.

If it does, the cases tell the fit something about the judged outcomes that it could not have known.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk.quant.cases import Cases
from risk.quant.evaluation import brier, skill
from risk.quant.guards import at_least

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Refit = Callable[[Cases], FloatArray]


def shuffled_skill(
    known: Cases, judged: Cases, *, refit: Refit, random: np.random.Generator, shuffles: int = 1
) -> FloatArray:
    """Return the skill [shuffles] on the judged cases of fits to shuffled outcomes, near 0 if all is well.

    `refit` fits to the cases it is given and returns the probabilities of the judged ones.  The reference is the
    fitted sessions' rate, which a fit may know whatever the order of the outcomes.  Raises ValueError below one shuffle
    or two sessions, and without a judged case.
    """
    at_least("shuffles", shuffles, 1)
    reference = brier(np.full(len(judged), known.touched.mean()), judged.touched)
    found = [
        skill(brier(refit(replace(known, touched=shuffle_sessions(known, random=random))), judged.touched), reference)
        for _ in range(shuffles)
    ]
    return np.array(found)


def shuffle_sessions(cases: Cases, *, random: np.random.Generator) -> BoolArray:
    """Return the outcomes [N] with whole sessions in another order, so that each day's own pattern stays together.

    Raises ValueError below two sessions, which cannot be shuffled.
    """
    order = np.argsort(cases.session, kind="stable")
    days = np.split(order, np.flatnonzero(np.diff(cases.session[order])) + 1)
    if len(days) < 2:
        raise ValueError(f"shuffling needs at least two sessions, got {len(days)}")
    drawn = np.concatenate([days[number] for number in random.permutation(len(days))])
    outcomes = np.empty(len(cases), dtype=np.bool_)
    outcomes[order] = cases.touched[drawn]
    return outcomes
