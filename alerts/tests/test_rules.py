"""The score rule against a plain reading of what people are told about it (`oracle.py`)."""

from collections import defaultdict
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import STEPS, ScoreRule, Step, blank, judge
from alerts.tests.oracle import Oracle
from risk.configuration import LEVELS, RiskConfig

DEFAULT = RiskConfig()
AT_ONCE = RiskConfig(alert_pending_seconds=0, alert_hold_seconds=0, alert_keep_firing_seconds=0)
SECOND = 1_000_000
BEGAN = 1_764_000_000 * SECOND
CONFIGS = st.sampled_from(
    [DEFAULT, AT_ONCE, RiskConfig(alert_from="LOW"), RiskConfig(alert_from="HIGH"), RiskConfig(medium_threshold=0.6),
     RiskConfig(critical_pending_seconds=30, alert_hold_seconds=20)]
)  # fmt: skip
# Scores on and beside every threshold and exit, and others.
EDGES = [bound + by for bound in (*DEFAULT.thresholds, *DEFAULT.exits) for by in (-1e-9, 0.0, 1e-9)]
SCORES = st.one_of(st.sampled_from(EDGES), st.floats(0, 1))
GAPS = st.sampled_from([1, 1, 2, 5, 15, 59, 60, 61, 119, 120, 121])


def told(path: Iterable[tuple[float, float]], config: RiskConfig = DEFAULT) -> list[tuple[float, str, str | None]]:
    """Judge (second, score) of one symbol; return the steps: second, step, level after it."""
    memory, rule, steps = blank(np.array([7])), ScoreRule.of(config), []
    for second, score in path:
        code = judge(memory, np.array([score]), instant=BEGAN + round(second * SECOND), rule=rule).steps[0]
        if code:
            steps.append((second, str(STEPS[code]), LEVELS[memory["level"][0]] if memory["level"][0] >= 0 else None))
    return steps


def steady(score: float, *, since: int, until: int) -> list[tuple[float, float]]:
    return [(second, score) for second in range(since, until)]


def test_an_alert_opens_once_its_level_has_stood_for_the_pending_time() -> None:
    assert told(steady(0.5, since=0, until=15)) == []
    assert told(steady(0.5, since=0, until=17)) == [(15, "opened", "MEDIUM")]


def test_a_score_that_dips_below_the_threshold_begins_to_pend_anew() -> None:
    path = [*steady(0.5, since=0, until=10), (10, 0.4999), *steady(0.5, since=11, until=30)]

    assert told(path) == [(26, "opened", "MEDIUM")]


def test_critical_waits_for_nothing() -> None:
    assert told([(0, 0.9)]) == [(0, "opened", "CRITICAL")]


def test_the_level_that_opens_is_the_highest_that_has_stood() -> None:
    assert told(steady(0.8, since=0, until=20)) == [(15, "opened", "HIGH")]
    assert told(steady(0.6, since=0, until=10) + steady(0.8, since=10, until=40)) == [
        (15, "opened", "MEDIUM"), (25, "rose", "HIGH")
    ]  # fmt: skip


def test_a_level_is_left_through_its_exit_and_after_the_hold() -> None:
    # HIGH at 15 s; at its exit of .72 it stays HIGH, below it it eases 60 s after the opening.
    path = steady(0.8, since=0, until=20) + steady(0.72, since=20, until=90) + steady(0.7199, since=90, until=100)
    early = steady(0.8, since=0, until=20) + steady(0.7199, since=20, until=100)

    assert told(path) == [(15, "opened", "HIGH"), (90, "fell", "MEDIUM")]
    assert told(early) == [(15, "opened", "HIGH"), (75, "fell", "MEDIUM")]


def test_an_alert_recovers_below_its_exit_and_ends_after_the_keep_firing_time() -> None:
    path = steady(0.5, since=0, until=100) + steady(0.4199, since=100, until=230)

    assert told(path) == [(15, "opened", "MEDIUM"), (100, "recovering", "MEDIUM"), (220, "ended", None)]


def test_a_score_that_comes_back_up_to_the_threshold_takes_the_alert_up_again() -> None:
    back = steady(0.5, since=0, until=100) + steady(0.3, since=100, until=150)

    assert told(back + steady(0.4999, since=150, until=230))[-1] == (220, "ended", None)  # the band is not enough
    assert told([*back, (150, 0.5)])[-1] == (150, "returned", "MEDIUM")


def test_a_score_that_trembles_over_the_whole_band_moves_the_alert_once_a_hold_at_most() -> None:
    path = [(second, 0.5 if second % 2 else 0.41) for second in range(601)]
    steps = told([*steady(0.5, since=-16, until=0), *path])

    assert len([step for _, step, _ in steps if step == "recovering"]) <= 600 / 60
    assert not [step for _, step, _ in steps if step in ("opened", "ended")][1:]


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -0.01, 1.01])
def test_what_is_no_probability_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\]"):
        judge(blank(np.array([1, 2])), np.array([0.5, score]), instant=BEGAN, rule=ScoreRule.of(DEFAULT))


PATHS = st.lists(st.tuples(GAPS, st.dictionaries(st.integers(0, 2), SCORES, min_size=1), CONFIGS), max_size=40)


@given(PATHS)
def test_many_symbols_at_once_are_each_as_the_oracle_says(path: list[tuple[int, dict[int, float], RiskConfig]]) -> None:
    memory, oracles, second = blank(np.arange(3)), defaultdict[int, Oracle](Oracle), 0
    steps: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for gap, scores, config in path:
        second += gap
        at, rows = np.array(list(scores)), memory[list(scores)]
        codes = judge(rows, np.array([*scores.values()]), instant=BEGAN + second * SECOND, rule=ScoreRule.of(config))
        memory[at] = rows
        for symbol, code in zip(scores, codes.steps.tolist(), strict=True):
            oracles[symbol].see(second, scores[symbol], config)
            steps[symbol] += [(second, str(STEPS[code]))] if code else []

    for symbol, oracle in oracles.items():
        assert steps[symbol] == [(at, what) for one in oracle.episodes for at, what, _, _ in one.steps]


@given(st.lists(st.tuples(GAPS, st.floats(0.42, 0.4999)), min_size=1, max_size=30), st.booleans())
def test_inside_the_band_nothing_opens_and_nothing_eases(path: list[tuple[int, float]], is_open: bool) -> None:
    begin = steady(0.5, since=0, until=16) if is_open else []
    second, inside = 20, []
    for gap, score in path:
        second += gap
        inside.append((float(second), score))

    assert told(begin + inside) == ([(15, "opened", "MEDIUM")] if is_open else [])


@given(st.lists(st.tuples(GAPS, SCORES), max_size=60), CONFIGS)
def test_levels_never_move_without_a_step(path: list[tuple[int, float]], config: RiskConfig) -> None:
    memory, rule, second = blank(np.array([7])), ScoreRule.of(config), 0
    for gap, score in path:
        second += gap
        before = int(memory["level"][0])
        code = judge(memory, np.array([score]), instant=BEGAN + second * SECOND, rule=rule).steps[0]
        after, step = int(memory["level"][0]), STEPS[code]
        assert (after > before) == (step in (Step.OPENED, Step.ROSE))
        assert (after < before) == (step in (Step.FELL, Step.ENDED))
