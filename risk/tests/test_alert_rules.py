"""Which alert rules can be meant, without a database."""

from typing import Any

import pytest

from risk.alert_kinds import BUILT_IN, KINDS, WATCHDOG
from risk.alert_rule_checks import NAMES, checked_rule, checked_rules
from risk.alert_rules import BUILT_IN_RULES, DEFAULT_RULES, AlertRule, with_rule
from risk.configuration import RiskConfig, changes, checked

DEFAULT = RiskConfig()
GOOD: dict[str, Any] = {"key": "falls", "kind": "drawdown", "enter": 5, "exit": 4, "window": "session"}
BAND: dict[str, Any] = {"key": "band", "kind": "price_band_distance", "enter": 2, "exit": 3, "window": "10"}


def test_the_rules_that_are_shipped_can_be_meant() -> None:
    assert checked_rules([rule.values() for rule in DEFAULT_RULES]) == (DEFAULT_RULES, [])


def test_what_is_left_out_has_its_default() -> None:
    assert checked_rule(GOOD) == (AlertRule("falls", "drawdown", enter=5.0, exit=4.0, window="session"), [])


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(WATCHDOG)))
def test_every_kind_that_a_fold_judges_can_have_a_rule_of_ones_own(kind: str) -> None:
    found = KINDS[kind]
    levels = (found.most, found.least) if found.rises else (found.least, found.most)
    window = found.windows[0] if found.windows else ""

    rule, problems = checked_rule(
        {"key": "own", "kind": kind, "enter": levels[0], "exit": levels[1], "window": window}
    )  # fmt: skip

    assert not problems and rule is not None


@pytest.mark.parametrize(
    ("base", "change", "field", "sentence"),
    [
        (GOOD, {"key": "Falls"}, "key", "must be 2 to 32 small letters"),
        (GOOD, {"key": "x"}, "key", "must be 2 to 32 small letters"),
        (GOOD, {"key": 5}, "key", "must be 2 to 32 small letters"),
        (GOOD, {"kind": "gut_feeling"}, "kind", "must be one of score"),
        (GOOD, {"kind": ["drawdown"]}, "kind", "must be one of score"),
        (GOOD, {"kind": "pipeline_lag"}, "kind", "there is one rule of it, built in"),
        (GOOD, {"severity": "NORMAL"}, "severity", "must be one of LOW, MEDIUM, HIGH, CRITICAL"),
        (GOOD, {"enabled": 1}, "enabled", "must be true or false"),
        (GOOD, {"exchange": "NYSE"}, "exchange", "must be empty or one of NSE, BSE"),
        (GOOD, {"symbols": "INFY"}, "symbols", "must be a list"),
        (GOOD, {"symbols": ["INFY", "INFY"]}, "symbols", "different symbols"),
        (GOOD, {"symbols": [""]}, "symbols", "must be a list"),
        (GOOD, {"symbols": ["INFY"], "exchange": "NSE"}, "symbols", "must be empty where an exchange is named"),
        (GOOD, {"enter": None}, "enter", "is needed, in percent of the highest price"),
        (GOOD, {"enter": float("nan")}, "enter", "must be a finite number"),
        (GOOD, {"enter": True}, "enter", "must be a finite number"),
        (GOOD, {"enter": 10**400}, "enter", "must be a finite number"),
        (GOOD, {"enter": 91}, "enter", "must lie in [0, 90]"),
        (GOOD, {"exit": -1}, "exit", "must lie in [0, 90]"),
        (GOOD, {"exit": 5}, "exit", "must be below enter (5), was 5"),
        (BAND, {"exit": 2}, "exit", "must be above enter (2), was 2"),
        (GOOD, {"window": "90"}, "window", "must be one of session, 5d, 20d, was '90'"),
        (GOOD, {"window": ""}, "window", "must be one of session, 5d, 20d, was ''"),
        (GOOD, {"pending_seconds": 1.5}, "pending_seconds", "must be a whole number from 0 to 3600"),
        (GOOD, {"keep_seconds": -1}, "keep_seconds", "must be a whole number from 0 to 7200"),
        (GOOD, {"schedule": []}, "schedule", "must be a list of one or more of opening"),
        (GOOD, {"schedule": ["night"]}, "schedule", "must be a list of one or more of opening"),
        (GOOD, {"colour": "red"}, "colour", "is not a part of a rule"),
        ({"key": "score", "kind": "score"}, {"kind": "drawdown"}, "kind", "must be score for the built-in rule"),
        ({"key": "score", "kind": "score"}, {"severity": "HIGH"}, "severity", "follows the score"),
        ({"key": "score", "kind": "score"}, {"symbols": ["INFY"]}, "symbols", "this rule judges everything"),
        ({"key": "pipeline_lag", "kind": "pipeline_lag"}, {"exchange": "NSE"}, "exchange", "judges everything"),
        ({"key": "stale_feed", "kind": "stale_feed"}, {"enter": 5}, "enter", "settings of the configuration"),
        ({"key": "stale_feed", "kind": "stale_feed"}, {"keep_seconds": 5}, "keep_seconds", "no part of a built-in"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_what_was_expected(
    base: dict[str, Any], change: dict[str, Any], field: str, sentence: str
) -> None:
    rule, problems = checked_rule({**base, **change})

    assert rule is None
    assert any(problem.name == field and sentence in problem.sentence for problem in problems), problems


@pytest.mark.parametrize("values", [None, 5, "rules", [5], [None], {"key": "falls"}])
def test_what_is_no_list_of_rules_is_refused(values: Any) -> None:
    config, problems = checked({"rules": values}, base=DEFAULT)

    assert config is DEFAULT and problems


def test_a_key_stands_for_one_rule() -> None:
    twice = [*DEFAULT.values()["rules"], GOOD, GOOD]

    assert [problem.name for problem in checked({"rules": twice}, base=DEFAULT)[1]] == ["rules.falls.key"]


@pytest.mark.parametrize("key", BUILT_IN)
def test_a_built_in_rule_cannot_be_left_out(key: str) -> None:
    without = [rule.values() for rule in DEFAULT_RULES if rule.key != key]

    assert [problem.name for problem in checked({"rules": without}, base=DEFAULT)[1]] == [f"rules.{key}"]


def test_rules_come_back_from_the_store_as_they_were() -> None:
    rule, _ = checked_rule({**GOOD, "symbols": ["INFY"], "schedule": ["closing", "opening"]})
    assert rule is not None
    config, problems = checked({"rules": [one.values() for one in with_rule(DEFAULT.rules, rule)]}, base=DEFAULT)

    assert not problems
    assert RiskConfig.of(config.values()) == config
    assert config.rule("falls").schedule == ("opening", "closing")


def test_a_version_from_before_there_were_rules_has_the_built_in_ones() -> None:
    older = {name: value for name, value in DEFAULT.values().items() if name != "rules"}

    assert RiskConfig.of(older).rules == BUILT_IN_RULES


def test_the_history_names_each_rule_that_changed() -> None:
    rule, _ = checked_rule(GOOD)
    assert rule is not None
    after = RiskConfig(rules=with_rule(DEFAULT.rules, rule))

    assert changes(DEFAULT, after) == [("rules.falls", None, rule.values())]
    assert changes(after, DEFAULT) == [("rules.falls", rule.values(), None)]
    assert changes(after, after) == []


def test_every_part_of_a_rule_is_said_to_be_one() -> None:
    assert set(NAMES) == set(AlertRule("a", "b").values())


def test_a_scope_is_symbols_an_exchange_or_all() -> None:
    assert AlertRule("a", "b").covers("INFY", "NSE")
    assert AlertRule("a", "b", exchange="BSE").covers("INFY", "BSE")
    assert not AlertRule("a", "b", exchange="BSE").covers("INFY", "NSE")
    assert AlertRule("a", "b", symbols=("INFY",)).covers("INFY", "NSE")
    assert not AlertRule("a", "b", symbols=("INFY",)).covers("TCS", "NSE")
