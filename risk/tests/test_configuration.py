"""The runtime configuration's limits and order, without a database."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.configuration import CHOICES, LIMITS, NAMES, RiskConfig, Version, changes, checked
from risk.quant.model import default_model

DEFAULT = RiskConfig()


def test_the_defaults_are_a_configuration() -> None:
    assert checked(DEFAULT.values(), base=DEFAULT) == (DEFAULT, [])


def test_every_value_has_limits_or_choices() -> None:
    assert set(NAMES) == set(LIMITS) | set(CHOICES) | {"rules"}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("high_threshold", float("nan"), "must be a finite number, was nan"),
        ("high_threshold", float("inf"), "must be a finite number, was inf"),
        ("high_threshold", "0.8", "must be a finite number, was '0.8'"),
        ("high_threshold", True, "must be a finite number, was True"),
        ("high_threshold", None, "must be a finite number, was None"),
        ("high_threshold", 1.0, "must lie in [0.01, 0.99] probability, was 1.0"),
        ("high_threshold", 0.5, "must be above medium_threshold (0.5), was 0.5"),
        ("medium_threshold", 0.2, "must be above low_threshold (0.3), was 0.2"),
        ("high_exit", 0.85, "must be above high_exit (0.85), was 0.84"),
        ("medium_exit", 0.5, "must be below medium_threshold (0.5), was 0.5"),
        ("horizon_minutes", 14, "must lie in [15, 120] trading minutes, was 14"),
        ("horizon_minutes", 60.5, "must be a whole number, was 60.5"),
        ("fast_half_life_minutes", 60, None),
        ("alert_from", "NORMAL", "must be one of LOW, MEDIUM, HIGH, was 'NORMAL'"),
        ("alert_from", "CRITICAL", "must be one of LOW, MEDIUM, HIGH, was 'CRITICAL'"),
        ("alert_from", ["HIGH"], "must be one of LOW, MEDIUM, HIGH, was ['HIGH']"),
        ("colour", 1, "is not a setting"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(name: str, value: Any, sentence: str | None) -> None:
    config, problems = checked({name: value}, base=DEFAULT)

    if sentence is None:
        assert not problems
        return
    assert config is DEFAULT
    assert any(sentence in problem.sentence for problem in problems)


def test_all_that_is_wrong_is_said_at_once() -> None:
    _, problems = checked({"high_threshold": 2, "horizon_minutes": "x", "colour": 1}, base=DEFAULT)

    assert [problem.name for problem in problems] == ["high_threshold", "horizon_minutes", "colour"]


def test_a_fast_window_must_be_shorter_than_the_medium_one() -> None:
    _, problems = checked({"fast_half_life_minutes": 50, "medium_half_life_minutes": 40}, base=DEFAULT)

    assert [problem.name for problem in problems] == ["medium_half_life_minutes"]


@given(st.lists(st.floats(0.01, 0.99), min_size=4, max_size=4))
def test_thresholds_are_taken_exactly_when_they_rise_above_their_exits(values: list[float]) -> None:
    names = ("low_threshold", "medium_threshold", "high_threshold", "critical_threshold")

    _, problems = checked(dict(zip(names, values, strict=True)), base=DEFAULT)

    rises = all(below < above for below, above in itertools.pairwise(values))
    clears = all(leave < enter for leave, enter in zip(DEFAULT.exits, values, strict=True))
    assert (not problems) == (rises and clears)


def test_changes_name_what_differs() -> None:
    after, _ = checked({"high_threshold": 0.78}, base=DEFAULT)

    assert changes(DEFAULT, after) == [("high_threshold", 0.8, 0.78)]
    assert changes(after, after) == []


def test_the_model_of_default_values_is_the_fitted_one() -> None:
    assert Version(1, DEFAULT).model is default_model()


def test_another_horizon_is_named_in_the_models_version_and_not_as_fitted() -> None:
    config, _ = checked({"horizon_minutes": 30}, base=DEFAULT)
    model = Version(2, config).model

    assert model is Version(3, config).model  # the fold compares models by identity
    assert (model.horizon, model.is_as_fitted) == (30.0, False)
    assert model.version == f"{default_model().version}+h30-w15-90"
