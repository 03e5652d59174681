import pytest
from django.core.management import CommandError, call_command

from riskplatform.benchmarks.soak.growth import Slope, Verdict, slope
from riskplatform.benchmarks.soak.inside import Soaked
from riskplatform.benchmarks.soak.report import rows_of
from riskplatform.benchmarks.soak.sampling import Sample

TIMES = [5.0 * number for number in range(240)]  # twenty minutes


def test_a_straight_line_has_its_slope_without_doubt() -> None:
    found = slope(TIMES, [100.0 + 2.0 * second / 3600.0 for second in TIMES])

    assert (found.per_hour, found.low, found.high) == pytest.approx((2.0, 2.0, 2.0))


def test_the_bounds_are_those_of_ordinary_least_squares() -> None:
    """By hand over minute means 1, 3, 2, 4 at minutes 0 to 3: slope .8, residual sum 1.8, t of 2 degrees 4.302653."""
    seconds = [30.0, 90.0, 150.0, 210.0]

    found = slope(seconds, [1.0, 3.0, 2.0, 4.0])

    reach = 4.302653 * (1.8 / 2 / 5.0) ** 0.5
    expected = [60.0 * each for each in (0.8, 0.8 - reach, 0.8 + reach)]
    assert [found.per_hour, found.low, found.high] == pytest.approx(expected)


def test_too_few_minutes_have_no_slope() -> None:
    with pytest.raises(ValueError, match="samples of 4 minutes, had 3"):
        slope([0.0, 60.0, 120.0], [1.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("low", "high", "verdict"), [(-1.0, 1.0, Verdict.MET), (1.1, 2.0, Verdict.MISSED), (0.9, 1.1, Verdict.OPEN)]
)
def test_a_goal_is_met_or_missed_where_the_bounds_say_so(low: float, high: float, verdict: Verdict) -> None:
    assert Slope(per_hour=(low + high) / 2, low=low, high=high).against(1.0) is verdict


def soaked(*, web_grows: float = 0.0, leaks_every: float = 1e9, restarted: bool = False) -> Soaked:
    samples = [
        Sample(
            seconds=second,
            resident_mb={"web": 80.0 + web_grows * second / 3600.0, "server of the store": second},
            pids={"web": 2 if restarted and second > 800.0 else 1, "server of the store": 3},
            database_connections=0,
            store_connections=10 + int(second // leaks_every) + int(590.0 < second < 620.0),  # a request comes and goes
            log_mb=second / 10.0,
            rest_mb=1.0,
            log_entries=0,
        )
        for second in TIMES
    ]
    return Soaked(samples, records=5, entries=10, unfolded=0)


def verdicts(soak: Soaked) -> dict[str, str]:
    return {row[0]: row[-1] for row in rows_of(soak)}


def test_what_stays_as_it_is_meets_its_goals() -> None:
    found = verdicts(soaked())

    assert found["web, resident"] == "≤ 1 MB/h: met"
    assert found["connections to the store"] == "constant: met"
    assert found["server of the store, resident"] == ""
    assert found["store, the tick log"] == "360 MB × 24 h kept = 8.6 GB"


def test_a_process_that_grows_misses_its_goal() -> None:
    assert verdicts(soaked(web_grows=1.5))["web, resident"] == "≤ 1 MB/h: missed"


def test_a_restart_is_no_flat_memory() -> None:
    assert verdicts(soaked(restarted=True))["web, resident"] == "no restart: missed"


def test_connections_that_become_more_miss_their_goal() -> None:
    assert verdicts(soaked(leaks_every=240.0))["connections to the store"] == "constant: missed"


def test_a_soak_too_short_for_a_slope_is_refused() -> None:
    with pytest.raises(CommandError, match="6 to 1,440 minutes"):
        call_command("load", "soak", "--minutes", "2")
