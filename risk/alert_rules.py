"""The alert rules as data, a part of the configuration: adopted, kept and rolled back with it.  Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from risk import alert_kinds as kinds
from risk.alert_kinds import BUILT_IN, PARTS


@dataclass(frozen=True)
class AlertRule:
    """One rule.  An alert opens when the measure of its kind has stood at `enter` for `pending_seconds`, and ends when
    it has been back beyond `exit` for `keep_seconds`; between the two levels nothing changes.

    It judges the named `symbols`, else those of an `exchange`, else all, in the parts of the session in `schedule`.
    Of a built-in rule `enter` and `exit` are None: they are settings of the configuration, or the watchdog's.
    """

    key: str
    kind: str
    severity: str = "MEDIUM"
    enabled: bool = True
    exchange: str = ""
    symbols: tuple[str, ...] = ()
    enter: float | None = None
    exit: float | None = None
    pending_seconds: int = 0
    keep_seconds: int = 0
    window: str = ""
    schedule: tuple[str, ...] = PARTS

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "AlertRule":
        """Return the rule that `values` of it were stored of."""
        lists = {name: tuple(values[name]) for name in ("symbols", "schedule") if name in values}
        return cls(**{**values, **lists})

    @property
    def is_built_in(self) -> bool:
        """Whether it is always there: it can be disabled, not removed."""
        return self.key in BUILT_IN

    @property
    def is_of_all(self) -> bool:
        """Whether every symbol is judged."""
        return not self.exchange and not self.symbols

    def covers(self, symbol: str, exchange: str) -> bool:
        """Return whether a symbol is judged."""
        return symbol in self.symbols if self.symbols else self.exchange in ("", exchange)

    def switched(self, *, enabled: bool) -> "AlertRule":
        """Return the rule enabled or disabled."""
        return replace(self, enabled=enabled)

    def values(self) -> dict[str, Any]:
        """Return the rule as it is stored and shown."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


_BUILT_IN_SEVERITY: Final = {kinds.LAG: "HIGH", kinds.FEED_STOPPED: "HIGH", kinds.STALLED: "CRITICAL"}
BUILT_IN_RULES: Final = tuple(AlertRule(key, key, _BUILT_IN_SEVERITY.get(key, "MEDIUM")) for key in BUILT_IN)
# Rare on an ordinary day: each level is far beyond what recorded sessions show (docs/alerts.md).
MARKET_RULES: Final = (
    AlertRule("breaker_near", kinds.BREAKER, "HIGH", enter=4.0, exit=5.0, keep_seconds=300, window="10"),
    AlertRule("band_near", kinds.BAND, "MEDIUM", enter=1.5, exit=2.5, keep_seconds=300, window="10"),
    AlertRule("volatility_jump", kinds.VOLATILITY, "MEDIUM", enter=2.2, exit=1.6, pending_seconds=60, keep_seconds=600,
              schedule=("middle", "closing")),
    AlertRule("implied_jump", kinds.IMPLIED, "MEDIUM", enter=1.3, exit=1.15),
    AlertRule("deep_drawdown", kinds.DRAWDOWN, "MEDIUM", enter=5.0, exit=4.0, keep_seconds=600, window="session"),
    AlertRule("odd_volume", kinds.VOLUME, "LOW", enabled=False, enter=4.0, exit=2.5, keep_seconds=600, window="15"),
    AlertRule("odd_spread", kinds.SPREAD, "LOW", enabled=False, enter=4.0, exit=2.5, pending_seconds=120,
              keep_seconds=300),
)  # fmt: skip
DEFAULT_RULES: Final = BUILT_IN_RULES + MARKET_RULES


def with_rule(rules: Sequence[AlertRule], rule: AlertRule) -> tuple[AlertRule, ...]:
    """Return the rules with one put in the place of its key, or behind the others."""
    if all(one.key != rule.key for one in rules):
        return (*rules, rule)
    return tuple(rule if one.key == rule.key else one for one in rules)
