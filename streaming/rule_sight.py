"""What the rules with levels see at a record instant: the folds' state, who is heard, and the instant's records."""

import numpy as np
from numpy.typing import NDArray

from alerts.rule_measures import Sight, sight
from risk.quant.calendar import MINUTE_US, Session
from risk.quant.feature_fold import FeatureFold
from risk.quant.liquidity import BUCKET_MINUTES
from risk.quant.market import MarketFold
from risk.silence import SECOND_US, Hearing


def rule_sight(
    market: MarketFold,
    features: FeatureFold,
    *,
    instant: int,
    session: Session,
    hearing: Hearing,
    returned_us: int,
    still_minutes: NDArray[np.int64],
    rows: NDArray[np.void] | None,
) -> Sight:
    """Return it for symbols that are heard as `hearing` says; the whole feed was last heard again at `returned_us`.

    `rows` are the records of the instant (dtype SCORE), None without any.
    """
    since_return = (instant - returned_us) / SECOND_US
    silent = np.minimum(hearing.age_seconds, since_return) - hearing.feed_age
    scores = np.full(len(market.universe), np.nan)
    if rows is not None:
        scores[np.searchsorted(market.universe.instruments, rows["instrument"])] = rows["score"]
    return sight(
        market,
        features,
        is_heard=hearing.has_new_ticks & ~hearing.silent,
        bucket=(instant - session.open_us) // MINUTE_US // BUCKET_MINUTES,
        silent_seconds=np.where(hearing.seen, silent, np.nan),
        still_minutes=still_minutes.astype(np.float64),
        score=scores,
    )
