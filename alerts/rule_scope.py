"""Which symbols of a partition a rule judges."""

import numpy as np
from numpy.typing import NDArray

from risk.alert_rules import AlertRule
from risk.quant.universe import Universe
from risk.services import listing_of

Bools = NDArray[np.bool_]


class Scopes:
    """The scopes of rules in one universe; symbols and exchanges are asked for once, and only if a rule names some."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._known: dict[tuple[bool, str, tuple[str, ...]], Bools] = {}

    def of(self, rule: AlertRule) -> Bools:
        """Return which symbols [S] the rule judges: none while it is disabled, a copy where it belongs."""
        key = rule.enabled, rule.exchange, rule.symbols
        if key not in self._known:
            self._known[key] = self._covered(rule)
        return self._known[key]

    def _covered(self, rule: AlertRule) -> Bools:
        own = self._universe.own
        if not rule.enabled or rule.is_of_all:
            return own & rule.enabled
        listed = listing_of(tuple(self._universe.instruments.tolist()))
        named: Bools = own & np.array([rule.covers(one.symbol, one.exchange) for one in listed], dtype=np.bool_)
        return named
