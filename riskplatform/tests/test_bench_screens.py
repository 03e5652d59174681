"""What `bench screens` says of a page that keeps its goals, and of one that does not."""

from dataclasses import replace

import pytest

from riskplatform.benchmarks.screens.market import Market
from riskplatform.benchmarks.screens.report import CASES, rows_of
from riskplatform.benchmarks.screens.watching import HeapSample, Watched, is_its_own

MINUTES = [60.0 * number for number in range(1, 11)]
GOOD = Watched(
    script_kb=180.0, first_row_ms=900.0, busy=0.08, working=0.07, longest_ms=0.0, long_tasks=0, frames_a_second=10.0,
    seconds=MINUTES, heap_mb=[20.0, 20.1, 20.0, 19.9, 20.0, 20.1, 20.0, 19.9, 20.0, 20.0],
)  # fmt: skip


def missed(seen: Watched) -> list[str]:
    """Return what is missed, without the case's name."""
    return [row[0].partition(": ")[2] for row in rows_of(CASES[1], seen) if row[3] == "missed"]


def test_a_page_that_keeps_every_goal_misses_none() -> None:
    assert missed(GOOD) == []


@pytest.mark.parametrize(
    ("worse", "goal"),
    [
        ({"busy": 0.12}, "main thread busy, % of a core"),
        ({"long_tasks": 1, "longest_ms": 51.0}, "tasks over 50 ms"),
        ({"first_row_ms": 2_100.0}, "first row after, ms"),
        ({"script_kb": 251.0}, "scripts of the first load, kB"),
        ({"frames_a_second": 7.0}, "frames/s heard"),
        ({"heap_mb": [20.0 + number for number in range(10)]}, "heap after collections, MB/hour (95 %)"),
    ],
)
def test_each_goal_is_missed_by_itself(worse: dict[str, float], goal: str) -> None:
    assert missed(replace(GOOD, **worse)) == [goal]  # type: ignore[arg-type]  # each value has its field's type


def test_a_short_look_says_nothing_of_the_heap() -> None:
    short = replace(GOOD, seconds=MINUTES[:2], heap_mb=[20.0, 40.0])

    assert list(rows_of(CASES[1], short))[-1][-1] == "needs 5 minutes"


def test_a_collection_that_we_asked_for_is_no_task_of_the_page() -> None:
    samples = [HeapSample(seconds=15.0, heap_mb=20.0, begun_ms=1_000.0, ended_ms=1_200.0)]

    own = [start for start in (400.0, 600.0, 1_100.0, 1_300.0) if is_its_own(start, 500.0, samples)]

    assert own == [600.0, 1_300.0]


def test_a_live_frame_repeats_the_number_of_the_record_before_it() -> None:
    market = Market(["NIFTY", "M&M"])
    stored = market.frame("2026-11-20T05:00:00.000Z", is_live=False)
    live = market.frame("2026-11-20T05:00:00.100Z", is_live=True)

    assert [(row["symbol"], row["id"], row["live"]) for row in [*stored, *live]] == [
        ("NIFTY", 2, False), ("M&M", 3, False), ("NIFTY", 2, True), ("M&M", 3, True),
    ]  # fmt: skip
    assert stored[0]["risk_score"] != live[0]["risk_score"]
