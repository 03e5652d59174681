"""The judgement of rules with levels: laws over random paths, and a plain twin that knows nothing of arrays."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rule_judge import SECOND_US, Cells, Steps, Terms, forget, judge
from risk.alert_kinds import BAND, DRAWDOWN
from risk.alert_rules import AlertRule

RISES = AlertRule("falls_far", DRAWDOWN, enter=5.0, exit=4.0, pending_seconds=3, keep_seconds=5, window="session")
FALLS = AlertRule("band", BAND, enter=2.0, exit=3.0, pending_seconds=0, keep_seconds=4, window="10")
NAN = float("nan")
# Around the levels of both rules, the levels themselves, and what is not known.
VALUES = st.sampled_from([0.0, 1.9, 2.0, 2.5, 3.0, 3.1, 3.9, 4.0, 4.5, 5.0, 5.1, 9.0, NAN])
LOOKS = st.lists(st.tuples(st.integers(1, 4), st.booleans(), VALUES), max_size=40)


@dataclass
class Twin:
    """One rule and one symbol, with an `if` for each sentence of the documentation; seconds, None for never."""

    rule: AlertRule
    since: int | None = None
    left: int | None = None
    is_on: bool = False

    def look(self, second: int, value: float, *, is_judged: bool) -> str:
        assert self.rule.enter is not None and self.rule.exit is not None
        if not is_judged:
            return ""
        if value != value:
            self.since = None
            return ""
        has_reached = value >= self.rule.enter if self.rule.kind == DRAWDOWN else value <= self.rule.enter
        is_back = value < self.rule.exit if self.rule.kind == DRAWDOWN else value > self.rule.exit
        if self.is_on:
            self.left = (second if self.left is None else self.left) if is_back else None
            if self.left is not None and second - self.left >= self.rule.keep_seconds:
                self.is_on, self.left = False, None
                return "ended"
            return ""
        self.since = (second if self.since is None else self.since) if has_reached else None
        if self.since is not None and second - self.since >= self.rule.pending_seconds:
            self.is_on, self.since = True, None
            return "opened"
        return ""


def told(steps: Steps, place: tuple[int, int]) -> str:
    return "opened" if steps.opened[place] else "ended" if steps.ended[place] else ""


def look(cells: Cells, second: int, value: float, rule: AlertRule = RISES, *, is_judged: bool = True) -> str:
    steps = judge(
        cells, np.array([[value]]), np.array([[is_judged]]), instant=second * SECOND_US, terms=Terms.of([rule])
    )
    return told(steps, (0, 0))


@given(st.lists(LOOKS, min_size=3, max_size=3))
def test_many_cells_at_once_are_judged_as_each_by_itself(paths: list[list[tuple[int, bool, float]]]) -> None:
    rules = [RISES, FALLS]
    cells, terms = Cells.blank(2, 3), Terms.of(rules)
    twins = [[Twin(rule) for _ in paths] for rule in rules]
    second = 1
    for row in zip(*paths, strict=False):
        second += row[0][0]
        values = np.array([[value for _, _, value in row]] * 2)
        is_judged = np.array([[judged for _, judged, _ in row]] * 2)

        steps = judge(cells, values, is_judged, instant=second * SECOND_US, terms=terms)

        for place, rule in enumerate(rules):
            for column, (_, judged, value) in enumerate(row):
                expected = twins[place][column].look(second, value, is_judged=judged)
                assert told(steps, (place, column)) == expected, (rule.key, column, second)


@given(LOOKS)
def test_openings_and_endings_take_turns(path: list[tuple[int, bool, float]]) -> None:
    cells, second, found = Cells.blank(1, 1), 1, list[str]()
    for pause, is_judged, value in path:
        second += pause
        found += [step for step in [look(cells, second, value, is_judged=is_judged)] if step]

    assert found == (["opened", "ended"] * len(found))[: len(found)]
    assert bool(cells.is_on[0, 0]) == (len(found) % 2 == 1)


@given(st.lists(st.floats(4.0, 5.0, exclude_max=True), max_size=40), st.booleans())
def test_between_the_levels_nothing_ever_happens(path: list[float], is_on: bool) -> None:
    cells = Cells.blank(1, 1)
    cells.is_on[:] = is_on

    assert [look(cells, second, value) for second, value in enumerate(path, start=1)] == [""] * len(path)


@given(LOOKS)
def test_nothing_opens_before_its_time_is_over(path: list[tuple[int, bool, float]]) -> None:
    cells, second, below = Cells.blank(1, 1), 1, 1
    for pause, _, value in path:
        second += pause
        if not value >= 5.0:
            below = second
        if look(cells, second, value) == "opened":
            assert second - below >= RISES.pending_seconds


@given(LOOKS, st.integers(0, 39))
def test_what_is_remembered_is_all_that_counts(path: list[tuple[int, bool, float]], cut: int) -> None:
    whole, second, found, again = Cells.blank(1, 1), 1, list[str](), list[str]()
    resumed = Cells.blank(1, 1)
    for number, (pause, is_judged, value) in enumerate(path):
        second += pause
        found.append(look(whole, second, value, is_judged=is_judged))
        again.append(look(resumed, second, value, is_judged=is_judged))
        if number == cut:
            resumed = Cells(resumed.since.copy(), resumed.left.copy(), resumed.is_on.copy())

    assert again == found


def test_a_measure_that_is_not_known_begins_pending_anew() -> None:
    cells = Cells.blank(1, 1)

    assert [look(cells, at, value) for at, value in [(1, 6.0), (3, NAN), (4, 6.0), (6, 6.0), (7, 6.0)]] == [
        "", "", "", "", "opened"
    ]  # fmt: skip


def test_a_measure_that_is_not_known_ends_nothing() -> None:
    cells = Cells.blank(1, 1)
    cells.is_on[:] = True

    assert [look(cells, at, NAN) for at in range(1, 60)] == [""] * 59


def test_what_is_forgotten_had_an_alert_or_not() -> None:
    cells = Cells.blank(1, 2)
    cells.is_on[0, 0], cells.since[0, 1] = True, 5

    assert forget(cells, np.array([[True, True]])).tolist() == [[True, False]]
    assert not cells.is_on.any() and not cells.since.any()


def test_a_rule_without_levels_cannot_be_judged() -> None:
    with pytest.raises(ValueError, match="must have both levels"):
        Terms.of([AlertRule("score", "score")])
