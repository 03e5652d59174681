"""What the rules that are data add to a cycle: what they measure, the judgement, and what is stored of it."""

import json
import statistics
from collections.abc import Iterator
from typing import Final

import numpy as np

from alerts.rule_judge import Cells, Terms, judge
from alerts.rule_measures import Sight, sight
from alerts.rule_watch import RuleWatch
from risk.alert_kinds import KINDS, WATCHDOG
from risk.alert_rules import BUILT_IN_RULES, AlertRule
from risk.configuration import RiskConfig, Version
from risk.quant.calendar import MINUTE_US, SimulatedClock
from risk.quant.feature_fold import FeatureFold
from risk.quant.feature_past import FeaturePast
from risk.quant.market import MarketFold
from risk.quant.volatility import MEDIUM
from riskplatform.benchmarks.folding import OPEN_US, SECOND_US, market_seconds, new_fold
from riskplatform.benchmarks.timing import processor_ms, shown

Row = tuple[str, str, str, str]
ROUNDS: Final = 101
SECONDS: Final = 130  # two minutes have closed


def row(*, symbols: int, rules: int) -> Row:
    """Return a cycle of so many rules over so many symbols, beside one rule of one symbol after another; all of CPU."""
    market, features = _folds(symbols)
    version = Version(1, RiskConfig(rules=(*BUILT_IN_RULES, *_rules(rules))))
    watch, session = RuleWatch(market.universe, run=1), SimulatedClock().session_at(OPEN_US)
    instants = _instants()

    def cycle() -> None:
        instant = next(instants)
        watch.look(instant, session=session, seen=_seen(market, features, instant), version=version)
        json.dumps(watch.memory)  # what the commit stores

    cycle()  # in which every alert opens; then a quarter of the cells has one
    own = processor_ms(cycle, rounds=ROUNDS)
    theirs = processor_ms(lambda: _one_by_one(watch.rules, market, features, next(instants)), rounds=1)[0]
    ratio = theirs / statistics.median(own)
    return f"{symbols} symbols × {rules} rules, CPU", shown(own), f"{theirs:,.1f} ms one by one", f"{ratio:,.0f}×"


def _folds(symbols: int) -> tuple[MarketFold, FeatureFold]:
    market = new_fold(symbols)
    features = FeatureFold(past=FeaturePast.empty(symbols), profile=market.profile)
    for second, ticks in enumerate(market_seconds(symbols, ticks=2, seconds=SECONDS), start=1):
        market.fold(ticks)
        passed = market.advance(OPEN_US + second * SECOND_US)
        if len(passed.bars):
            features.take(passed.bars, medium=market.legs[MEDIUM], quotes=market.quotes)
    return market, features


def _rules(count: int) -> Iterator[AlertRule]:
    """Yield rules of every kind that has levels, in turn, with levels that some of the symbols stand at."""
    kinds = [kind for kind in KINDS if kind not in WATCHDOG]
    for number in range(count):
        kind = kinds[number % len(kinds)]
        found = KINDS[kind]
        levels = (found.least + 1e-3, found.least) if found.rises else (found.most - 1e-3, found.most)
        window = found.windows[number % len(found.windows)] if found.windows else ""
        yield AlertRule(f"bench_{number}", kind, enter=levels[0], exit=levels[1], window=window, keep_seconds=60)


def _instants() -> Iterator[int]:
    instant = OPEN_US + SECONDS * SECOND_US
    while True:
        instant += SECOND_US
        yield instant


def _seen(market: MarketFold, features: FeatureFold, instant: int) -> Sight:
    """Return what is seen at an instant: a fifth of the scores and silences trembles around the levels."""
    size = len(market.universe)
    trembling = (np.arange(size) + instant // SECOND_US) % 5 == 0
    return sight(
        market,
        features,
        is_heard=np.ones(size, dtype=np.bool_),
        bucket=(instant - OPEN_US) // MINUTE_US // 15,
        silent_seconds=np.where(trembling, 1.0, 0.0),
        still_minutes=np.where(trembling, 1.0, 0.0),
        score=np.where(trembling, 0.6, 0.0),
    )


def _one_by_one(rules: tuple[AlertRule, ...], market: MarketFold, features: FeatureFold, instant: int) -> None:
    seen, is_judged = _seen(market, features, instant), np.ones((1, 1), dtype=np.bool_)
    for rule in rules:
        terms, values = Terms.of([rule]), seen.measured(rule.kind, rule.window)
        for value in values:
            judge(Cells.blank(1, 1), np.full((1, 1), value), is_judged, instant=instant, terms=terms)
