"""Changes of the alert rules.  The rules are a part of the configuration: each change stores a new version of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from risk import config_services as configuration
from risk.alert_rule_checks import Problem, checked_rule
from risk.alert_rules import AlertRule, with_rule
from risk.config_models import ConfigVersion
from risk.configuration import RULES, Version
from risk.models import Instrument
from riskplatform.lib import errors


class RuleInvalid(errors.Invalid):
    """Values that cannot be a rule; `problems` names each field."""

    code = "rule_invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{problems[0].name} {problems[0].sentence}")
        self.problems = problems

    def more(self) -> dict[str, object]:
        fields: dict[str, list[str]] = {}
        for problem in self.problems:
            fields.setdefault(problem.name, []).append(problem.sentence)
        return {"fields": fields}


class RuleMissing(errors.Missing):
    code = "rule_not_found"


class RuleExists(errors.Conflict):
    code = "rule_exists"


class RuleBuiltIn(errors.Conflict):
    code = "rule_built_in"


@dataclass(frozen=True)
class Why:
    """Who changes rules and for what reason; refused where another version than `based_on` is in force."""

    by: User
    reason: str
    based_on: int | None = None


def proposed(values: Mapping[str, Any]) -> AlertRule:
    """Return the rule that the values say.  Raises RuleInvalid with all that is wrong, unknown symbols too."""
    rule, problems = checked_rule(values)
    if rule is None:
        raise RuleInvalid(problems)
    known = set(Instrument.objects.filter(symbol__in=rule.symbols, is_active=True).values_list("symbol", flat=True))
    if strangers := [symbol for symbol in rule.symbols if symbol not in known]:
        raise RuleInvalid([Problem("symbols", f"must be active symbols, not known: {', '.join(strangers)}")])
    return rule


def rule_of(key: str) -> tuple[Version, AlertRule]:
    """Return the version in force and its rule of this key.  Raises RuleMissing."""
    current = configuration.in_force()
    try:
        return current, current.config.rule(key)
    except KeyError:
        raise RuleMissing(f"There is no rule {key} in configuration {current.number}.") from None


def add(values: Mapping[str, Any], *, why: Why) -> ConfigVersion:
    """Store a rule of a new key.  Raises RuleInvalid and RuleExists."""
    rule, current = proposed(values), configuration.in_force()
    if any(one.key == rule.key for one in current.config.rules):
        raise RuleExists(f"There is a rule {rule.key} in configuration {current.number}: change that one.")
    return _store(current, with_rule(current.config.rules, rule), why)


def replace(key: str, values: Mapping[str, Any], *, why: Why) -> ConfigVersion:
    """Store other values of a rule; those left out have their default.  Its kind stays.

    Raises RuleMissing, RuleInvalid, and NothingChanges.
    """
    current, before = rule_of(key)
    rule = proposed({"kind": before.kind, **values, "key": key})
    if rule.kind != before.kind:
        problem = f"must stay {before.kind}, was {rule.kind}: a rule of another kind has another key"
        raise RuleInvalid([Problem("kind", problem)])
    return _store(current, with_rule(current.config.rules, rule), why)


def remove(key: str, *, why: Why) -> ConfigVersion:
    """Store the rules without one; its alerts end.  Raises RuleMissing and RuleBuiltIn."""
    current, rule = rule_of(key)
    if rule.is_built_in:
        raise RuleBuiltIn(f"The rule {key} is built in: it can be disabled, not removed.")
    return _store(current, tuple(one for one in current.config.rules if one.key != key), why)


def switch(key: str, *, enabled: bool, why: Why) -> ConfigVersion:
    """Enable or disable a rule; the alerts of a disabled one end.  Raises RuleMissing and NothingChanges."""
    current, rule = rule_of(key)
    return _store(current, with_rule(current.config.rules, rule.switched(enabled=enabled)), why)


def _store(current: Version, rules: Sequence[AlertRule], why: Why) -> ConfigVersion:
    """Store the rules as a version behind the one that they were made from, if that is still in force."""
    if why.based_on not in (None, current.number):
        raise configuration.moved(current.number, why.based_on)
    values = {RULES: [rule.values() for rule in rules]}
    return configuration.change(values=values, reason=why.reason, by=why.by, based_on=current.number)
