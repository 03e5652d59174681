import time
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command

from riskplatform.benchmarks.catch_up import stages
from riskplatform.benchmarks.catch_up.inside import Load, Measured
from riskplatform.benchmarks.catch_up.report import rows_of
from riskplatform.benchmarks.catch_up.stages import REST, Stopwatch, watched_stages


def test_a_stage_is_without_the_stages_that_it_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(stages, "_now", lambda: (clock.now, clock.now / 2))
    watch = Stopwatch()

    def pass_(seconds: float) -> None:
        clock.now += seconds

    def fold() -> None:
        pass_(2.0)
        score()
        score()
        pass_(1.0)

    score = watch.timed("score", lambda: pass_(3.0))
    watch.timed("fold", fold)()

    assert (watch.seconds["fold"], watch.seconds["score"]) == (3.0, 6.0)
    assert (watch.busy["fold"], watch.busy["score"]) == (1.5, 3.0)


def test_the_stages_and_the_rest_are_the_whole_and_the_product_is_itself_again() -> None:
    before = [getattr(owner, name) for _, owner, name in stages.STAGES]

    began = time.perf_counter()
    with watched_stages() as watch:
        assert [getattr(owner, name) for _, owner, name in stages.STAGES] != before
    took = time.perf_counter() - began

    assert [getattr(owner, name) for _, owner, name in stages.STAGES] == before
    assert 0.0 <= watch.seconds[REST] == sum(watch.seconds.values()) <= took


def test_figures_stand_beside_those_of_the_alternative() -> None:
    measured = Measured(
        ticks=2_000_000, seconds=1.0, cpu_seconds=0.5, records=20_000, stages={"fold": (0.4, 0.2), "read": (0.6, 0.3)},
        naive_ticks=100_000, naive_seconds=1.0, naive_cpu_seconds=0.5, naive_records=1_000,
    )  # fmt: skip

    rows = list(rows_of(measured, Load(instruments=500, ticks=100, seconds=44), stores="SQLite"))

    assert rows[0][1:] == ("2.00 M ticks/s", "0.10 M ticks/s (a loop per tick, bulk_create)", "20.0×")
    assert rows[2][1] == "20,000 (20,000 /s)"
    assert rows[3][:2] == ("  of it: read", "300 ns a tick, 150 ns of processor time")


def test_a_log_too_short_to_measure_is_refused() -> None:
    with pytest.raises(CommandError, match="6 to 600 log seconds"):
        call_command("bench", "catch-up", "--log-seconds", "3")
