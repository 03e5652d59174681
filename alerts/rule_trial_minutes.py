"""A rule tried on stored minutes: whole sessions folded again from what was known before each of them.

Judged by the fold's own measures and the rule's own judgement, once a minute, at its close.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from alerts.rule_firing import Firing, Tried, alone, opened
from alerts.rule_measures import Sight, sight, spread_deviation
from alerts.rule_scope import Scopes
from alerts.rule_watch import RuleWatch
from risk import config_services as configuration
from risk.alert_kinds import DRAWDOWN, VOLUME
from risk.alert_rules import AlertRule
from risk.frozen import FrozenMinutes
from risk.quant.calendar import MINUTE_US
from risk.quant.feature_fold import FeatureFold
from risk.quant.liquidity import BUCKET_MINUTES
from risk.quant.market import MarketFold
from risk.quant.universe import Universe
from risk.quant.volatility import MEDIUM
from risk.services import whole_universe
from risk.stored_sessions import StoredSession, bars_of, folds_before, minutes_of, newest_sessions

NEEDS_FEATURES: Final = (DRAWDOWN, VOLUME)
NOT_COVERED: Final = (
    "what happens within a minute: measures are those of each minute's close, and a pending time lasts whole minutes",
    "symbols that fell silent: a symbol counts as heard from its first minute of the session on",
)
NO_SESSIONS: Final = "no stored minutes to try it on"
FEWER: Final = "{asked} sessions were asked for, minutes of {found} are stored"


def judge(rule: AlertRule, *, sessions: int) -> Tried:
    """Return what the newest stored sessions would have opened."""
    universe = whole_universe()
    scope = Scopes(universe).of(rule)
    stored = newest_sessions(universe.instruments[scope], count=sessions)
    missing = [NO_SESSIONS] if not stored else []
    if 0 < len(stored) < sessions:
        missing = [FEWER.format(asked=sessions, found=len(stored))]
    tried = Tried(not_covered=(*NOT_COVERED, *missing))
    was_known = np.zeros(len(universe), dtype=np.bool_)
    for one in stored:
        was_known |= _Day(rule, one, universe).judge(tried)
    tried.unknown = universe.instruments[scope & ~was_known].tolist()
    return tried


class _Day:
    """One session under one rule."""

    def __init__(self, rule: AlertRule, stored: StoredSession, universe: Universe) -> None:
        self._rule, self._stored, self._universe = rule, stored, universe
        self._market, self._features = folds_before(stored, universe, configuration.in_force().model)
        self._watch, self._version = RuleWatch(universe, run=stored.run or 0), alone(rule)
        self._still = FrozenMinutes(universe.instruments)
        self._heard = np.zeros(len(universe), dtype=np.bool_)

    def judge(self, tried: Tried) -> NDArray[np.bool_]:
        """Judge every minute; return of which symbols [S] the measure was ever known."""
        was_known, scope = np.zeros_like(self._heard), Scopes(self._universe).of(self._rule)
        for part in minutes_of(bars_of(self._stored, self._universe)):
            session = self._stored.clock.session_at(int(part["start"][0]))
            if session is None:
                raise ValueError(f"minutes of session {self._stored.key} lie outside the calendar")
            if not tried.opens or tried.opens[-1] != session.open_us:
                tried.opens.append(session.open_us)
            instant = int(part["start"][0]) + MINUTE_US
            # The very last close is the end of the session: it is judged an instant before.
            instant = min(instant, session.close_us - 1)
            seen = self._take(part, bucket=int(part["minute"][0]) // BUCKET_MINUTES)
            judged = self._watch.look(instant, session=session, seen=seen, version=self._version)
            known = np.isfinite(judged.values[0]) & scope
            was_known |= known
            tried.judged += int(known.sum())
            tried.saw(instant)
            tried.firings += [Firing(instrument, at) for instrument, at in opened(judged.changes)]
        return was_known

    def _take(self, part: NDArray[np.void], *, bucket: int) -> Sight:
        column = np.searchsorted(self._universe.instruments, part["instrument"])
        self._heard[column] = True
        self._still.take(part)
        closed = self._market.warm(part)
        if self._rule.kind in NEEDS_FEATURES:
            self._features.take(closed, medium=self._market.legs[MEDIUM])
        spread = np.full(len(self._universe), np.nan)
        spread[column] = part["spread_bp"]
        seen = _seen(self._market, self._features, self._heard, bucket, self._still.minutes_of(self._stored.key))
        return replace(seen, spread_deviation=spread_deviation(self._features, spread, bucket))


def _seen(
    market: MarketFold,
    features: FeatureFold,
    is_heard: NDArray[np.bool_],
    bucket: int,
    still: NDArray[np.int64],
) -> Sight:
    unknown = np.full(len(is_heard), np.nan)
    return sight(
        market,
        features,
        is_heard=is_heard,
        bucket=bucket,
        silent_seconds=unknown,
        still_minutes=still.astype(np.float64),
        score=unknown,
    )
