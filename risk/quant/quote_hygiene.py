"""Which option quotes are too old or too uncertain for an implied volatility; the limits are the caller's."""

import numpy as np
from numpy.typing import ArrayLike

from risk.quant.guards import not_negative
from risk.quant.reasons import Reason, ReasonArray
from risk.quant.terms import broadcast


def quote_reasons(
    *, bid: ArrayLike, ask: ArrayLike, age_seconds: ArrayLike, oldest_seconds: ArrayLike, widest: ArrayLike
) -> ReasonArray:
    """Return why a quote should not be used, `OK` where nothing is wrong; arguments broadcast.

    Where several reasons apply, the one named first here is given:

    * `NOT_FINITE`: bid, ask or age is NaN or infinite;
    * `CROSSED`: the bid is above the ask;
    * `STALE`: the quote is older than `oldest_seconds`; at the limit it is not, nor with an age below 0;
    * `WIDE`: ask - bid is over `widest` of the mid, a decimal; at the limit it is not.  A bid of 0 is a spread of 2.

    Raises ValueError for limits that are negative or not finite and for shapes that do not broadcast.
    """
    not_negative("oldest_seconds", oldest_seconds)
    not_negative("widest", widest)
    low, high, age, oldest, share = broadcast(
        bid=bid, ask=ask, age_seconds=age_seconds, oldest_seconds=oldest_seconds, widest=widest
    )
    reason = np.zeros(low.shape, dtype=np.int8)
    with np.errstate(invalid="ignore"):
        reason[high - low > share * (0.5 * (low + high))] = Reason.WIDE
        reason[age > oldest] = Reason.STALE
        reason[low > high] = Reason.CROSSED
    reason[~(np.isfinite(low) & np.isfinite(high) & np.isfinite(age))] = Reason.NOT_FINITE
    return reason
