"""How often rules with levels would call somebody: recorded minutes through the production folds and rules."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from alerts.rule_replay import RuleReplay
from risk.configuration import RiskConfig, Version
from risk.quant.calendar import TradingClock
from risk.quant.feature_fold import FeatureFold
from risk.quant.feature_past import FeaturePast
from risk.quant.market import GRACE_US, MarketFold
from risk.quant.model import ScoreModel
from risk.quant.profile import Profile
from risk.quant.universe import Universe
from risk.stored_sessions import minutes_of


@dataclass
class RuleStudy:
    """Alerts by the key of their rule, in the judged sessions, and the most that one session had."""

    symbols: int
    sessions: int = 0
    alerts: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    def a_day(self, key: str, *, symbols: int) -> float:
        """Return the mean number of a rule's alerts a session on a desk of so many such symbols."""
        return self.alerts[key] * symbols / (self.symbols * self.sessions) if self.sessions else float("nan")


def study_rules(
    bars: NDArray[np.void],
    *,
    clock: TradingClock,
    universe: Universe,
    model: ScoreModel,
    config: RiskConfig,
    warm_up: int,
) -> RuleStudy:
    """Judge the bars of whole sessions (dtype BAR, by session and minute) behind the first `warm_up` sessions.

    Raises ValueError for bars outside the calendar.
    """
    profile = Profile.empty(universe, model)
    market = MarketFold.start(universe=universe, clock=clock, profile=profile, model=model)
    features = FeatureFold(past=FeaturePast.empty(len(universe)), profile=profile)
    replay, found = RuleReplay(market, features, version=Version(0, config)), RuleStudy(symbols=len(universe))
    for ordinal, group in enumerate(np.split(bars, np.flatnonzero(np.diff(bars["session"])) + 1)):
        session = clock.session_at(int(group["start"][0]))
        if session is None:
            raise ValueError(f"bars of session {group['session'][0]} lie outside the calendar")
        day = Counter[str]()
        for part in minutes_of(group):
            _, judged = replay.take(part, session)
            day.update(change.rule for change in judged.changes if change.is_on)
        replay.end_session(session)
        passed = market.advance(session.close_us + GRACE_US)
        if passed.profile is not None:
            features.roll(passed.profile)
        if ordinal >= warm_up:
            found.sessions += 1
            found.alerts += day
            found.most |= day
    return found
