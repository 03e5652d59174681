"""What judging stored history by one rule found."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from alerts.conditions import Change
from risk.alert_rules import BUILT_IN_RULES, AlertRule
from risk.configuration import RiskConfig, Version


@dataclass
class Firing:
    """An alert that would have opened; instants are microseconds UTC.

    `touched` says of a score rule whether the price then moved as far as the barrier within the horizon, None where
    that is not known.
    """

    instrument: int
    opened_us: int
    is_of_score: bool = False
    touched: bool | None = None


@dataclass
class Tried:
    """Alerts, what was judged (instants, and how many measures were known), and what could not be."""

    firings: list[Firing] = field(default_factory=list)
    since: int | None = None
    until: int | None = None
    judged: int = 0
    opens: list[int] = field(default_factory=list)  # an instant of each day that was judged
    unknown: list[int] = field(default_factory=list)  # instruments of the scope whose measure was never known
    not_covered: Sequence[str] = ()

    def saw(self, instant: int) -> None:
        """Note that an instant was judged."""
        self.since = instant if self.since is None else min(self.since, instant)
        self.until = instant if self.until is None else max(self.until, instant)


def opened(changes: Iterable[Change]) -> Iterator[tuple[int, int]]:
    """Return instrument and instant of what opened."""
    return ((one.instrument, one.instant) for one in changes if one.is_on and one.instrument is not None)


def alone(rule: AlertRule) -> Version:
    """Return a configuration in which no other rule with levels is judged."""
    return Version(0, RiskConfig(rules=(*BUILT_IN_RULES, rule)))
