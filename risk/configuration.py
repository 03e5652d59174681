"""What operators may change while the platform runs: its values, their limits, and how one set differs from another.

Pure.  A set of values is immutable; `risk/config_services.py` stores versions of it, and a partition adopts the newest
at a record instant.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache
from math import isfinite
from typing import Any, Final, NamedTuple

from risk.alert_kinds import LEVELS as LEVELS
from risk.alert_rule_checks import Problem as Problem
from risk.alert_rule_checks import checked_rules
from risk.alert_rules import BUILT_IN_RULES, DEFAULT_RULES, AlertRule
from risk.quant.model import ScoreModel, default_model

RULES: Final = "rules"


@dataclass(frozen=True)
class RiskConfig:
    """One set of values.  Thresholds are probabilities: a score that reaches one has its severity.

    An alert of a severity ends its hold when the score falls below that severity's `exit`.  `horizon_minutes` and the
    half-lives are those that the score model was fitted with; with others its scores are marked PRIOR.
    """

    low_threshold: float = 0.30
    medium_threshold: float = 0.50
    high_threshold: float = 0.80
    critical_threshold: float = 0.90
    low_exit: float = 0.25
    medium_exit: float = 0.42
    high_exit: float = 0.72
    critical_exit: float = 0.84
    alert_from: str = "MEDIUM"
    alert_pending_seconds: int = 15
    critical_pending_seconds: int = 0
    alert_hold_seconds: int = 60
    alert_keep_firing_seconds: int = 120
    auto_acknowledge_hours: int = 0
    inhibit_market_share: float = 0.7
    horizon_minutes: int = 60
    fast_half_life_minutes: int = 15
    medium_half_life_minutes: int = 90
    record_interval_ms: int = 1000
    stale_after_seconds: int = 60
    stale_after_gaps: float = 3.0
    frozen_price_minutes: int = 5
    lag_alert_seconds: float = 5.0
    lag_clear_seconds: float = 2.0
    record_retention_days: int = 7
    rollup_retention_days: int = 400
    alert_retention_days: int = 400
    tick_log_retention_hours: int = 24
    rules: tuple[AlertRule, ...] = DEFAULT_RULES

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "RiskConfig":
        """Return the set that `values` were stored of; one from before there were rules has the built-in ones."""
        stored = values.get(RULES)
        rules = BUILT_IN_RULES if stored is None else tuple(AlertRule.of(one) for one in stored)
        return cls(**{**values, RULES: rules})

    @property
    def thresholds(self) -> tuple[float, float, float, float]:
        """Where LOW, MEDIUM, HIGH and CRITICAL begin."""
        return self.low_threshold, self.medium_threshold, self.high_threshold, self.critical_threshold

    @property
    def exits(self) -> tuple[float, float, float, float]:
        """Below which score an alert of LOW, MEDIUM, HIGH and CRITICAL falls."""
        return self.low_exit, self.medium_exit, self.high_exit, self.critical_exit

    @property
    def record_interval_us(self) -> int:
        return 1000 * self.record_interval_ms

    def rule(self, key: str) -> AlertRule:
        """Return the alert rule of this key.  Raises KeyError without one."""
        found = next((rule for rule in self.rules if rule.key == key), None)
        if found is None:
            raise KeyError(key)
        return found

    def values(self) -> dict[str, Any]:
        """Return the values by name, as they are stored and shown."""
        return {**asdict(self), RULES: [rule.values() for rule in self.rules]}


class Version(NamedTuple):
    """A set of values and the number under which it is stored."""

    number: int
    config: RiskConfig

    @property
    def model(self) -> ScoreModel:
        """The score model with this version's horizon and half-lives."""
        return _model(
            float(self.config.horizon_minutes),
            float(self.config.fast_half_life_minutes),
            float(self.config.medium_half_life_minutes),
        )


@lru_cache(maxsize=64)
def _model(horizon: float, fast_half_life: float, medium_half_life: float) -> ScoreModel:
    # One object per setting: the fold compares models by identity.
    return default_model().with_settings(
        horizon=horizon, fast_half_life=fast_half_life, medium_half_life=medium_half_life
    )


class Limits(NamedTuple):
    """Between which values a number may lie, both included, and what it is counted in."""

    least: float
    most: float
    unit: str
    meaning: str


class Change(NamedTuple):
    """One value that differs between two sets."""

    name: str
    before: Any
    after: Any


_PROBABILITY = (0.01, 0.99, "probability")
LIMITS: Final[Mapping[str, Limits]] = {
    "low_threshold": Limits(*_PROBABILITY, "a score from here on is LOW"),
    "medium_threshold": Limits(*_PROBABILITY, "a score from here on is MEDIUM"),
    "high_threshold": Limits(*_PROBABILITY, "a score from here on is HIGH"),
    "critical_threshold": Limits(*_PROBABILITY, "a score from here on is CRITICAL"),
    "low_exit": Limits(0.0, 0.99, "probability", "a LOW alert ends below this score"),
    "medium_exit": Limits(0.0, 0.99, "probability", "a MEDIUM alert falls below this score"),
    "high_exit": Limits(0.0, 0.99, "probability", "a HIGH alert falls below this score"),
    "critical_exit": Limits(0.0, 0.99, "probability", "a CRITICAL alert falls below this score"),
    "alert_pending_seconds": Limits(0, 3600, "seconds", "how long a score stands at a level before it counts"),
    "critical_pending_seconds": Limits(0, 3600, "seconds", "the same for CRITICAL"),
    "alert_hold_seconds": Limits(0, 3600, "seconds", "how long an alert stays what it became before it eases"),
    "alert_keep_firing_seconds": Limits(0, 7200, "seconds", "an alert ends after this long below its exit"),
    "auto_acknowledge_hours": Limits(
        0, 8760, "hours", "an ended alert below HIGH that nobody touched is acknowledged after this long; 0: never"
    ),
    "inhibit_market_share": Limits(
        0.5, 1.0, "share of points", "market-wide points beyond it: the index's alert speaks for the symbol's; 1: never"
    ),
    "horizon_minutes": Limits(15, 120, "trading minutes", "how far ahead the score looks"),
    "fast_half_life_minutes": Limits(5, 60, "trading minutes", "half-life of the fast volatility window"),
    "medium_half_life_minutes": Limits(30, 375, "trading minutes", "half-life of the medium volatility window"),
    "record_interval_ms": Limits(250, 60_000, "milliseconds", "log time between two records of a symbol"),
    "stale_after_seconds": Limits(5, 3600, "seconds", "a symbol silent for longer is STALE"),
    "stale_after_gaps": Limits(
        1.0,
        100.0,
        "usual gaps",
        "and for this many times its usual longest gap",
    ),
    "frozen_price_minutes": Limits(2, 120, "minutes", "a price that stands still for longer under ticks is frozen"),
    "lag_alert_seconds": Limits(0.5, 600.0, "seconds", "ticks that wait longer to be scored are an alert"),
    "lag_clear_seconds": Limits(0.1, 600.0, "seconds", "below it the alert of waiting ticks ends"),
    "record_retention_days": Limits(1, 3650, "days", "how long records are kept"),
    "rollup_retention_days": Limits(1, 3650, "days", "how long minute summaries of the score are kept"),
    "alert_retention_days": Limits(1, 3650, "days", "how long ended and resolved alerts are kept"),
    "tick_log_retention_hours": Limits(1, 720, "hours", "how long the tick log is kept"),
}
# Not CRITICAL: every way into and out of HIGH is to stand in the audit log, and alerts are what writes it there.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"alert_from": LEVELS[:3]}
MEANING_OF_CHOICES: Final[Mapping[str, str]] = {"alert_from": "alerts open from this severity on"}
WHOLE: Final = frozenset(field.name for field in fields(RiskConfig) if field.type is int)
NAMES: Final = tuple(field.name for field in fields(RiskConfig))


def checked(values: Mapping[str, Any], *, base: RiskConfig) -> tuple[RiskConfig, list[Problem]]:
    """Return `base` with `values` put in, and all that is wrong with them; with problems the set is `base` itself.

    A value must be a finite number (no text, no truth value) within its limits, or one of its choices; thresholds must
    rise from LOW to CRITICAL, exits too, and each exit must lie below its threshold.  `rules` are the whole list.
    An unknown name is a problem.
    """
    problems = [problem for name, value in values.items() for problem in _problems_of(name, value)]
    if problems:
        return base, problems
    adapted = {name: _adapted(name, value) for name, value in values.items()}
    proposed = RiskConfig.of({**base.values(), **adapted})
    problems = list(_disorder(proposed))
    return (base, problems) if problems else (proposed, [])


def changes(before: RiskConfig, after: RiskConfig) -> list[Change]:
    """Return the values that differ, in the order of the fields; of the rules each that does, as `rules.<key>`."""
    old, new = before.values(), after.values()
    plain = [Change(name, old[name], new[name]) for name in NAMES if name != RULES and old[name] != new[name]]
    return plain + list(_changed_rules(before.rules, after.rules))


def _changed_rules(before: Sequence[AlertRule], after: Sequence[AlertRule]) -> Iterator[Change]:
    old, new = ({rule.key: rule.values() for rule in rules} for rules in (before, after))
    for key in dict.fromkeys([*old, *new]):
        if old.get(key) != new.get(key):
            yield Change(f"{RULES}.{key}", old.get(key), new.get(key))


def _problems_of(name: str, value: Any) -> Iterator[Problem]:
    if name == RULES:
        yield from checked_rules(value)[1]
    elif name in CHOICES:
        if value not in CHOICES[name]:
            yield Problem(name, f"must be one of {', '.join(CHOICES[name])}, was {value!r}")
    elif name not in LIMITS:
        yield Problem(name, f"is not a setting; known: {', '.join(NAMES)}")
    elif not _is_finite_number(value):
        yield Problem(name, f"must be a finite number, was {value!r}")
    elif name in WHOLE and value != int(value):
        yield Problem(name, f"must be a whole number, was {value!r}")
    elif not LIMITS[name].least <= value <= LIMITS[name].most:
        least, most, unit, _ = LIMITS[name]
        yield Problem(name, f"must lie in [{least:g}, {most:g}] {unit}, was {value!r}")


def _adapted(name: str, value: Any) -> Any:
    if name == RULES:
        return [rule.values() for rule in checked_rules(value)[0]]
    return int(value) if name in WHOLE else value


def _disorder(config: RiskConfig) -> Iterator[Problem]:
    for kind, numbers in (("threshold", config.thresholds), ("exit", config.exits)):
        for level, below, above in zip(LEVELS, numbers, numbers[1:], strict=False):
            if not below < above:
                following = LEVELS[LEVELS.index(level) + 1].lower()
                yield Problem(f"{following}_{kind}", f"must be above {level.lower()}_{kind} ({below:g}), was {above:g}")
    for level, enter, leave in zip(LEVELS, config.thresholds, config.exits, strict=True):
        if not leave < enter:
            name = level.lower()
            yield Problem(f"{name}_exit", f"must be below {name}_threshold ({enter:g}), was {leave:g}")
    if not config.lag_clear_seconds < config.lag_alert_seconds:
        yield Problem(
            "lag_clear_seconds",
            f"must be below lag_alert_seconds ({config.lag_alert_seconds:g}), was {config.lag_clear_seconds:g}",
        )
    if not config.fast_half_life_minutes < config.medium_half_life_minutes:
        yield Problem(
            "medium_half_life_minutes",
            f"must be above fast_half_life_minutes ({config.fast_half_life_minutes}), "
            f"was {config.medium_half_life_minutes}",
        )


def _is_finite_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, int) or isfinite(value)  # a whole number may be too large to be asked whether it is finite
