"""The study's own counting; the rule it runs on is `test_rules`' business."""

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from numpy.typing import NDArray

from alerts.rules import ScoreRule, blank
from alerts.study import Called, Day, Study
from risk.configuration import RiskConfig
from risk.quant.calendar import MINUTE_US
from risk.quant.scoring import SCORE
from risk.quant.windows import BAR

EPISODES = [
    Called(session=1, instrument=7, opened_at=10, ended_at=60, high_at=12, touched=True),
    Called(session=1, instrument=7, opened_at=64, ended_at=90, high_at=64),  # four minutes after the one before
    Called(session=1, instrument=8, opened_at=20, ended_at=25, high_at=20, touched=True),  # five minutes long
    Called(session=2, instrument=7, opened_at=20, ended_at=80, high_at=30, touched=True),
    Called(session=3, instrument=7, opened_at=20, ended_at=80),  # never HIGH
]


def test_figures_are_those_of_the_high_episodes() -> None:
    found = Study(symbols=2, sessions=4, episodes=EPISODES)

    # Four HIGH episodes on 2 x 4 days of a symbol, three of them touched, two of them short or repeated.
    assert (found.a_day(symbols=20), found.most_in_a_day, found.precision, found.flap_rate) == (10.0, 3, 0.75, 0.5)


def test_without_episodes_there_are_no_rates() -> None:
    found = Study(symbols=2, sessions=4)

    assert (found.a_day(symbols=20), found.most_in_a_day) == (0.0, 0)
    assert str(found.precision) == str(found.flap_rate) == "nan"


def scored(score: float) -> NDArray[np.void]:
    rows = np.zeros(1, dtype=SCORE)
    rows["instrument"], rows["score"], rows["price"], rows["barrier"], rows["horizon_minutes"] = 7, score, 100, 0.01, 60
    return rows


@pytest.mark.parametrize(("minute", "touched"), [(1, False), (2, True), (61, True), (62, False)])
def test_an_episode_was_right_when_the_price_touched_the_barrier_within_the_horizon(minute: int, touched: bool) -> None:
    day = Day(0, ScoreRule.of(RiskConfig()), blank(np.array([7])))
    for passed, score in enumerate([0.85, 0.85, 0.3, 0.3, 0.3], start=1):
        day.take(passed, scored(score), instant=1_764_000_000_000_000 + passed * MINUTE_US)
    bars = np.zeros(1, dtype=BAR)
    bars["instrument"], bars["minute"], bars["low"], bars["high"] = 7, minute, 10_000, 10_102  # log 1.0102 is .01015

    # HIGH after the pending time, at the second minute; below the exit at the third, over two minutes later.
    assert day.over(bars, at=375) == [Called(0, 7, opened_at=2, ended_at=5, high_at=2, touched=touched)]
    assert day.crossings == 1


def test_what_goes_on_at_the_close_ends_there() -> None:
    day = Day(0, ScoreRule.of(RiskConfig()), blank(np.array([7])))
    for passed in (373, 374):
        day.take(passed, scored(0.6), instant=1_764_000_000_000_000 + passed * MINUTE_US)

    assert day.over(np.zeros(0, dtype=BAR), at=375) == [Called(0, 7, opened_at=374, ended_at=375)]


@pytest.mark.parametrize("change", ["medium_threshold", "medium_threshold=high", "medium_threshold=0.95"])
def test_settings_that_make_no_sense_are_refused(change: str) -> None:
    with pytest.raises(CommandError, match=r"NAME=NUMBER|must be above medium_threshold"):
        call_command("alert_study", symbols=["NIFTY"], changes=[change])
