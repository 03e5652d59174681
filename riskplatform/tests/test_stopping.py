"""The end of a whole platform, as a real process with real children: nothing is left, however it comes."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from riskplatform.home import CHECKOUT
from riskplatform.tests.processes import eventually, is_alive, numbers_in

PLATFORM = """
import asyncio, sys
from pathlib import Path
from riskplatform.supervision.log import PlatformLog
from riskplatform.supervision.process import ProcessSpec
from riskplatform.supervision.supervisor import Supervisor

home = Path(sys.argv[1])
family = "sleep 90 & echo $! >> {0}; echo $$ >> {0}; wait".format(home / "numbers")
deaf = "trap '' TERM; echo $$ >> {0}; while :; do sleep 1; done".format(home / "numbers")
supervisor = Supervisor(
    processes=[
        ProcessSpec("store", ["sh", "-c", family]),
        ProcessSpec("deaf", ["sh", "-c", deaf], after=("store",)),
    ],
    log=PlatformLog(home, terminal=sys.stdout),
)
asyncio.run(supervisor.run())
"""


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A supervisor over a shell with a child and a process that ignores SIGTERM; their numbers are in `numbers`."""
    process = subprocess.Popen(
        [sys.executable, "-c", PLATFORM, str(tmp_path)],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert eventually(lambda: len(numbers_in(tmp_path / "numbers")) == 3), "three processes start"
    yield process
    process.kill()
    process.communicate()


def test_nothing_is_left_when_the_supervisor_is_killed(platform: subprocess.Popen[str], tmp_path: Path) -> None:
    numbers = numbers_in(tmp_path / "numbers")

    platform.kill()

    assert eventually(lambda: not any(map(is_alive, numbers)))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_within_ten_seconds(
    number: signal.Signals, platform: subprocess.Popen[str], tmp_path: Path
) -> None:
    numbers = numbers_in(tmp_path / "numbers")
    began = time.monotonic()

    platform.send_signal(number)
    platform.wait(timeout=10)

    assert time.monotonic() - began < 10
    assert not any(map(is_alive, numbers))


def test_a_second_signal_does_not_wait_for_the_grace_period(platform: subprocess.Popen[str], tmp_path: Path) -> None:
    began = time.monotonic()

    platform.send_signal(signal.SIGINT)
    assert platform.stdout is not None
    assert "stopping" in platform.stdout.readline()
    platform.send_signal(signal.SIGINT)
    platform.wait(timeout=10)

    assert time.monotonic() - began < 3
    assert not any(map(is_alive, numbers_in(tmp_path / "numbers")))
