"""When a process is started again, and how its end is told."""

import signal

import pytest

from riskplatform.supervision.process import DeathCount, RestartPolicy, describe


def test_who_was_steady_starts_at_once_and_waits_double_up_to_the_longest() -> None:
    policy = RestartPolicy(first_wait_seconds=0.5, longest_wait_seconds=5.0)

    assert [policy.wait_seconds(deaths) for deaths in range(7)] == [0.0, 0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_a_kill_from_outside_is_never_a_crash_loop_and_a_long_life_forgets() -> None:
    deaths = DeathCount(RestartPolicy(most_quick_failures=2, steady_after_seconds=15))

    for _ in range(20):
        deaths.add(128 + signal.SIGKILL, lived_seconds=1)
    deaths.add(1, lived_seconds=1)
    killed = deaths.is_crash_loop
    deaths.add(1, lived_seconds=60)

    assert not killed
    assert deaths.quick_deaths == 0


@pytest.mark.parametrize(
    ("status", "sentence"), [(0, "ended with status 0"), (137, "was ended by SIGKILL"), (255, "ended with status 255")]
)
def test_an_end_is_described(status: int, sentence: str) -> None:
    assert describe(status) == sentence
