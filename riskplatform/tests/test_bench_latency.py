import numpy as np
import pytest
from django.core.management import CommandError, call_command

from riskplatform.benchmarks.latency.inside import Load, Measured, delays
from riskplatform.benchmarks.latency.report import rows_of


def test_an_entry_waits_for_the_first_frame_that_is_not_older_even_if_newer_ticks_overtook_its_own() -> None:
    appended = np.array([1_000, 21_500, 41_000])
    seen = [(1_000, 5_000), (41_000, 60_000)]  # the frame of the middle entry never came: the next one holds its ticks

    assert delays(appended, [seen]) == ([4.0, 38.5, 19.0], 0)


def test_a_frame_shows_milliseconds_only() -> None:
    assert delays(np.array([21_999]), [[(21_000, 25_999)]]) == ([4.0], 0)


def test_what_never_comes_is_counted_for_every_client() -> None:
    appended = np.array([1_000, 21_000])

    assert delays(appended, [[(1_000, 2_000)], []]) == ([1.0], 3)


def test_a_frame_with_older_values_than_the_one_before_counts_for_nothing() -> None:
    seen = [(21_000, 22_000), (1_000, 23_000), (41_000, 43_000)]

    assert delays(np.array([21_000, 41_000]), [seen]) == ([1.0, 2.0], 0)


def test_the_goals_stand_beside_the_figures() -> None:
    measured = Measured(delays_ms=[4.0] * 98 + [60.0] * 2, lost=0, records_a_second=20.0)
    load = Load(instruments=20, ticks=1_000, entries=50, clients=100, seconds=20.0, port=1)

    median, tail, *_ = rows_of(measured, load, stores="SQLite")

    assert median[1:] == ("4.0 ms", "8 ms (goal)", "0.50×")
    assert tail[1:] == ("60.0 ms", "30 ms (goal)", "2.00×")


def test_a_crowd_beyond_the_limit_is_refused() -> None:
    with pytest.raises(CommandError, match="latency takes 1 to 2000 clients"):
        call_command("bench", "latency", "--clients", "3000")
