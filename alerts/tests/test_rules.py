"""The score rule, against a plain reading of what people are told about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import Judgement, Step, judge
from risk.configuration import LEVELS, RiskConfig

DEFAULT = RiskConfig()
SCORES = st.floats(0, 1)
CONFIGS = st.sampled_from([DEFAULT, RiskConfig(alert_from="LOW"), RiskConfig(alert_from="HIGH")])


@pytest.mark.parametrize(
    ("score", "level", "expected"),
    [
        (0.4999, None, None),
        (0.5, None, Judgement(Step.OPENED, 1)),
        (0.95, None, Judgement(Step.OPENED, 3)),
        (0.8, 1, Judgement(Step.ROSE, 2)),
        (0.42, 1, None),
        (0.4199, 1, Judgement(Step.ENDED, None)),
        (0.72, 2, None),
        (0.7199, 2, Judgement(Step.FELL, 1)),
        (0.41, 2, Judgement(Step.ENDED, None)),
        (0.8399, 3, Judgement(Step.FELL, 2)),
        (0.45, 3, Judgement(Step.FELL, 1)),
        (1.0, 3, None),
        (0.0, None, None),
    ],
)
def test_thresholds_open_and_raise_exits_lower_and_end(
    score: float, level: int | None, expected: Judgement | None
) -> None:
    # Read off the defaults: thresholds .30 .50 .80 .90, exits .25 .42 .72 .84, alerts from MEDIUM on.
    assert judge(score, level=level, config=DEFAULT) == expected


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -0.01, 1.01])
def test_what_is_no_probability_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\]"):
        judge(score, level=None, config=DEFAULT)


def levels_of(path: list[float], config: RiskConfig) -> list[int | None]:
    level: int | None = None
    levels = []
    for score in path:
        verdict = judge(score, level=level, config=config)
        level = level if verdict is None else verdict.level
        levels.append(level)
    return levels


@given(st.lists(SCORES, max_size=30), CONFIGS)
def test_an_alert_stands_exactly_while_its_level_is_held(path: list[float], config: RiskConfig) -> None:
    lowest = LEVELS.index(config.alert_from)
    for score, level in zip(path, levels_of(path, config), strict=True):
        if level is None:
            assert score < config.thresholds[lowest]
        else:
            assert level >= lowest
            assert score >= config.exits[level]
            assert level == len(LEVELS) - 1 or score < config.thresholds[level + 1]


@given(st.lists(st.floats(0.42, 0.499), min_size=1, max_size=30), st.booleans())
def test_inside_the_band_nothing_opens_and_nothing_ends(path: list[float], is_open: bool) -> None:
    begin = [0.5] if is_open else []

    assert set(levels_of(begin + path, DEFAULT)[len(begin) :]) == {1 if is_open else None}


@given(SCORES, st.sampled_from([None, 0, 1, 2, 3]), CONFIGS)
def test_a_step_always_changes_the_level(score: float, level: int | None, config: RiskConfig) -> None:
    verdict = judge(score, level=level, config=config)

    assert verdict is None or verdict.level != level


@given(SCORES, st.sampled_from([None, 1, 2, 3]))
def test_the_same_score_again_does_nothing(score: float, level: int | None) -> None:
    verdict = judge(score, level=level, config=DEFAULT)
    after = level if verdict is None else verdict.level

    assert judge(score, level=after, config=DEFAULT) is None


def test_an_alert_below_a_raised_alert_level_ends_or_rises() -> None:
    raised = RiskConfig(alert_from="HIGH")

    assert judge(0.6, level=1, config=raised) == Judgement(Step.ENDED, None)
    assert judge(0.85, level=1, config=raised) == Judgement(Step.ROSE, 2)
