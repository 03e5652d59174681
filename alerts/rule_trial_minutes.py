"""A rule tried on stored minutes: whole sessions folded again from what was known before each of them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from alerts.rule_firing import Firing, Tried, alone, opened
from alerts.rule_replay import RuleReplay
from alerts.rule_scope import Scopes
from risk import config_services as configuration
from risk.alert_rules import AlertRule
from risk.quant.universe import Universe
from risk.services import whole_universe
from risk.stored_sessions import StoredSession, bars_of, folds_before, minutes_of, newest_sessions

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
    tried = Tried(not_covered=(*NOT_COVERED, *_missing(len(stored), asked=sessions)))
    was_known = np.zeros(len(universe), dtype=np.bool_)
    for one in stored:
        was_known |= _judge_session(rule, one, universe, tried)
    tried.unknown = universe.instruments[scope & ~was_known].tolist()
    return tried


def _missing(found: int, *, asked: int) -> list[str]:
    if not found:
        return [NO_SESSIONS]
    return [FEWER.format(asked=asked, found=found)] if found < asked else []


def _judge_session(rule: AlertRule, stored: StoredSession, universe: Universe, tried: Tried) -> NDArray[np.bool_]:
    """Judge every minute of a session; return of which symbols [S] the measure was ever known."""
    market, features = folds_before(stored, universe, configuration.in_force().model)
    replay = RuleReplay(market, features, version=alone(rule), run=stored.run or 0)
    was_known, scope = np.zeros(len(universe), dtype=np.bool_), Scopes(universe).of(rule)
    for part in minutes_of(bars_of(stored, universe)):
        session = stored.clock.session_at(int(part["start"][0]))
        if session is None:
            raise ValueError(f"minutes of session {stored.key} lie outside the calendar")
        instant, judged = replay.take(part, session)
        known = np.isfinite(judged.values[0]) & scope
        was_known |= known
        tried.judged += int(known.sum())
        tried.saw(instant)
        tried.opens += [session.open_us] if tried.opens[-1:] != [session.open_us] else []
        tried.firings += [Firing(instrument, at) for instrument, at in opened(judged.changes)]
    return was_known
