"""The warden with real processes: whatever happens to the supervisor, nothing is left."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from riskplatform.supervision.warded import WARDEN
from riskplatform.tests.processes import eventually, is_alive, numbers_in

IGNORES_SIGTERM = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)


class Warden:
    """A warden and the supervisor's end of its lifeline."""

    def __init__(self, *command: str, grace_seconds: float = 0.3) -> None:
        self.lifeline, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(WARDEN), str(theirs.fileno()), "--", *command],
                pass_fds=(theirs.fileno(),),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                env={**os.environ, "RISK_WARDEN_GRACE": str(grace_seconds)},
            )
        self.group = int(self.lifeline.recv(32) or 0)

    def output(self) -> str:
        return self.process.communicate(timeout=10)[0]

    def close(self) -> None:
        self.lifeline.close()
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def wardens() -> Iterator[list[Warden]]:
    made: list[Warden] = []
    yield made
    for warden in made:
        warden.close()


def test_the_status_of_the_command_is_mirrored(wardens: list[Warden]) -> None:
    wardens.append(Warden("sh", "-c", "exit 7"))

    assert wardens[0].process.wait(timeout=10) == 7


def test_a_death_by_signal_becomes_the_shells_status(wardens: list[Warden]) -> None:
    wardens.append(Warden("sh", "-c", "kill -SEGV $$"))

    assert wardens[0].process.wait(timeout=10) == 128 + signal.SIGSEGV


def test_a_command_that_does_not_exist_is_named() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        result = subprocess.run(
            [sys.executable, "-I", "-S", str(WARDEN), str(theirs.fileno()), "--", "no-such-command"],
            pass_fds=(theirs.fileno(),),
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )

    assert result.returncode == 127
    assert result.stderr == "no-such-command cannot be started: No such file or directory\n"


def test_the_end_of_the_lifeline_ends_the_command(wardens: list[Warden]) -> None:
    wardens.append(Warden("sleep", "60"))

    wardens[0].lifeline.close()

    assert wardens[0].process.wait(timeout=10) == 128 + signal.SIGTERM
    assert not is_alive(wardens[0].group)


def test_a_command_deaf_to_sigterm_is_killed_after_the_grace_period(wardens: list[Warden]) -> None:
    wardens.append(Warden(sys.executable, "-c", IGNORES_SIGTERM))
    assert wardens[0].process.stdout is not None
    assert wardens[0].process.stdout.readline() == "deaf\n"

    wardens[0].lifeline.close()

    assert wardens[0].process.wait(timeout=10) == 128 + signal.SIGKILL


def test_grandchildren_go_when_the_command_ends(wardens: list[Warden], tmp_path: Path) -> None:
    note = tmp_path / "numbers"
    wardens.append(Warden("sh", "-c", f"sleep 60 & echo $! > {note}; exit 0"))

    wardens[0].process.wait(timeout=10)

    assert eventually(lambda: not any(map(is_alive, numbers_in(note))))


def test_grandchildren_go_when_the_lifeline_ends(wardens: list[Warden], tmp_path: Path) -> None:
    note = tmp_path / "numbers"
    wardens.append(Warden("sh", "-c", f"sleep 60 & echo $! > {note}; wait"))
    assert eventually(lambda: len(numbers_in(note)) == 1)

    wardens[0].lifeline.close()
    wardens[0].process.wait(timeout=10)

    assert eventually(lambda: not any(map(is_alive, numbers_in(note))))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_the_command_ends_when_its_warden_is_killed(wardens: list[Warden]) -> None:
    wardens.append(Warden("sleep", "60"))

    wardens[0].process.kill()

    assert eventually(lambda: not is_alive(wardens[0].group))


def test_the_grace_period_is_not_in_the_commands_environment(wardens: list[Warden]) -> None:
    wardens.append(Warden("sh", "-c", "echo grace=$RISK_WARDEN_GRACE"))

    assert wardens[0].output() == "grace=\n"
