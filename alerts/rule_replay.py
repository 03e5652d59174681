"""Rules judged on minutes that are over: by the fold's own measures and the rules' own judgement, once a minute."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from alerts.rule_measures import Sight, sight, spread_deviation
from alerts.rule_watch import Judged, RuleWatch
from risk.alert_kinds import DRAWDOWN, VOLUME
from risk.configuration import Version
from risk.frozen import FrozenMinutes
from risk.quant.calendar import MINUTE_US, Session
from risk.quant.feature_fold import FeatureFold
from risk.quant.liquidity import BUCKET_MINUTES
from risk.quant.market import MarketFold
from risk.quant.volatility import MEDIUM

NEEDS_FEATURES: Final = (DRAWDOWN, VOLUME)


class RuleReplay:
    """The rules of a configuration over minutes that are folded one after another.

    A symbol counts as heard from its first minute of a session on: minutes do not say when it fell silent.
    """

    def __init__(self, market: MarketFold, features: FeatureFold, *, version: Version, run: int = 0) -> None:
        self._market, self._features, self._version = market, features, version
        self.watch = RuleWatch(market.universe, run=run)
        self._still = FrozenMinutes(market.universe.instruments)
        self._heard = np.zeros(len(market.universe), dtype=np.bool_)
        kinds = {rule.kind for rule in version.config.rules if rule.enabled and not rule.is_built_in}
        self._needs_features = not kinds.isdisjoint(NEEDS_FEATURES)

    def take(self, part: NDArray[np.void], session: Session) -> tuple[int, Judged]:
        """Fold the bars of a minute (dtype BAR) and judge its close; return the instant and what was found."""
        # The last minute closes with the session, which no rule outlives: it is judged the moment before.
        instant = min(int(part["start"][0]) + MINUTE_US, session.close_us - 1)
        seen = self._fold(part, session)
        return instant, self.watch.look(instant, session=session, seen=seen, version=self._version)

    def end_session(self, session: Session) -> None:
        """End every alert of a session."""
        self.watch.close(session.close_us, self._version)
        self._heard[:] = False

    def _fold(self, part: NDArray[np.void], session: Session) -> Sight:
        column = np.searchsorted(self._market.universe.instruments, part["instrument"])
        self._heard[column] = True
        self._still.take(part)
        closed = self._market.warm(part)
        if self._needs_features:
            self._features.take(closed, medium=self._market.legs[MEDIUM])
        bucket = int(part["minute"][0]) // BUCKET_MINUTES
        unknown, spread = np.full((2, len(self._heard)), np.nan)
        spread[column] = part["spread_bp"]
        seen = sight(
            self._market,
            self._features,
            is_heard=self._heard.copy(),
            bucket=bucket,
            silent_seconds=unknown,
            still_minutes=self._still.minutes_of(session.key).astype(np.float64),
            score=unknown,
        )
        return replace(seen, spread_deviation=spread_deviation(self._features, spread, bucket))
