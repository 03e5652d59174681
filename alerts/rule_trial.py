"""How often a proposed rule would have opened an alert over what is stored.  Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from alerts import rule_trial_minutes, rule_trial_records
from alerts.rule_firing import Firing, Tried
from alerts.rule_services import RuleInvalid
from risk.alert_kinds import SCORE, STALE
from risk.alert_rule_checks import Problem
from risk.alert_rules import AlertRule
from risk.quant.calendar import IST
from risk.services import symbol_of
from risk.storage import moment

DEFAULT_RECORDS: Final = 50_000
MOST_RECORDS: Final = 200_000
DEFAULT_SESSIONS: Final = 3
MOST_SESSIONS: Final = 10


@dataclass(frozen=True)
class DayCount:
    """How many alerts opened on an Indian date."""

    day: date
    alerts: int


@dataclass(frozen=True)
class SymbolCount:
    """How many alerts a symbol had."""

    symbol: str
    alerts: int


@dataclass(frozen=True)
class Trial:
    """What a rule would have done between `since` and `until`; see `alerts.rule_serializers.TrialSerializer`."""

    firings: Sequence[Firing]
    since: datetime | None
    until: datetime | None
    judged: int
    days: Sequence[date]
    unknown_symbols: Sequence[str]
    not_covered: Sequence[str] = field(default_factory=tuple)

    @property
    def alerts(self) -> int:
        return len(self.firings)

    @property
    def per_day(self) -> list[DayCount]:
        """Every day that was judged, those without an alert too."""
        counted = Counter(_day(one.opened_us) for one in self.firings)
        return [DayCount(day, counted[day]) for day in self.days]

    @property
    def per_symbol(self) -> list[SymbolCount]:
        """The symbols that had alerts, most first."""
        counted = Counter(symbol_of(one.instrument) for one in self.firings)
        return [
            SymbolCount(symbol, number) for symbol, number in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
        ]

    @property
    def first(self) -> datetime | None:
        return min((moment(one.opened_us) for one in self.firings), default=None)

    @property
    def last(self) -> datetime | None:
        return max((moment(one.opened_us) for one in self.firings), default=None)

    @property
    def decided(self) -> int:
        return sum(one.touched is not None for one in self.firings)

    @property
    def undecided(self) -> int:
        """Alerts of a score rule whose horizon is not over, or whose prices are not kept."""
        return sum(one.touched is None for one in self.firings if one.is_of_score)

    @property
    def precision(self) -> float | None:
        touched = [one.touched for one in self.firings if one.touched is not None]
        return sum(touched) / len(touched) if touched else None


def try_rule(rule: AlertRule, *, records: int, sessions: int) -> Trial:
    """Judge the newest `records` by a score rule, the newest `sessions` of minutes by another, as if it were enabled.

    Raises RuleInvalid for a rule that no history can be judged by.
    """
    if rule.is_built_in:
        raise RuleInvalid([Problem("key", f"{rule.key} is built in: try its settings with config/dry-run")])
    if rule.kind == STALE:
        raise RuleInvalid([Problem("kind", "stored minutes do not say when ticks came: silence cannot be tried")])
    rule = rule.switched(enabled=True)
    tried = rule_trial_records.judge(rule, most=records) if rule.kind == SCORE else (
        rule_trial_minutes.judge(rule, sessions=sessions)
    )  # fmt: skip
    return _trial(tried)


def _trial(tried: Tried) -> Trial:
    return Trial(
        firings=tried.firings,
        since=None if tried.since is None else moment(tried.since),
        until=None if tried.until is None else moment(tried.until),
        judged=tried.judged,
        days=sorted({_day(instant) for instant in tried.opens}),
        unknown_symbols=sorted(symbol_of(pk) for pk in tried.unknown),
        not_covered=tried.not_covered,
    )


def _day(instant: int) -> date:
    return moment(instant).astimezone(IST).date()
