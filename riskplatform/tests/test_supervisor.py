"""The supervisor as a real process with real children."""

import asyncio
import io
import sys
from collections.abc import Callable
from pathlib import Path

from riskplatform.supervision.log import PlatformLog
from riskplatform.supervision.process import ProcessSpec, RestartPolicy
from riskplatform.supervision.supervisor import Step, Supervisor, stop_order
from riskplatform.tests.processes import eventually, is_alive, numbers_in

FAST = RestartPolicy(first_wait_seconds=0.01, longest_wait_seconds=0.02, most_quick_failures=3)


def supervised(
    tmp_path: Path,
    *processes: ProcessSpec,
    steps: tuple[Step, ...] = (),
    until: Callable[[Supervisor], bool] | None = None,
) -> tuple[Supervisor, str]:
    """Run a supervisor in this process until it fails or `until` holds; return it and what it showed."""
    shown = io.StringIO()

    async def run() -> Supervisor:
        log = PlatformLog(tmp_path, terminal=shown)
        supervisor = Supervisor(processes=processes, steps=steps, log=log, policy=FAST, restart_requests=tmp_path)
        running = asyncio.create_task(supervisor.run())
        while not running.done() and not (until is not None and until(supervisor)):
            await asyncio.sleep(0.01)
        supervisor.stop()
        await running
        log.close()
        return supervisor

    return asyncio.run(asyncio.wait_for(run(), timeout=20)), shown.getvalue()


def test_a_process_that_dies_is_started_again(tmp_path: Path) -> None:
    note = tmp_path / "numbers"
    script = f"echo $$ >> {note}; [ $(wc -l < {note}) -ge 3 ] && exec sleep 60; exit 4"

    supervisor, shown = supervised(
        tmp_path, ProcessSpec("worker", ["sh", "-c", script]), until=lambda _: len(numbers_in(note)) == 3
    )

    assert supervisor.failure is None
    assert "worker ended with status 4; it starts again in 0.01 s" in shown
    assert not any(map(is_alive, numbers_in(note)))


def test_a_crash_loop_stops_the_platform_with_the_reason_and_the_last_lines(tmp_path: Path) -> None:
    note = tmp_path / "numbers"
    healthy = ProcessSpec("web", ["sh", "-c", f"echo $$ > {note}; exec sleep 60"])
    broken = ProcessSpec("worker", ["sh", "-c", "echo no module named numpy; exit 3"], after=("web",))

    supervisor, _ = supervised(tmp_path, healthy, broken)

    assert isinstance(supervisor.failure, str)
    assert supervisor.failure.startswith("worker ended with status 3 3 times soon after its start")
    assert "no module named numpy" in supervisor.failure
    assert not any(map(is_alive, numbers_in(note)))


def test_a_process_waits_for_what_it_needs(tmp_path: Path) -> None:
    ready: list[str] = []
    store = ProcessSpec("store", ["sleep", "60"], is_ready=lambda: bool(ready))
    worker = ProcessSpec("worker", ["sh", "-c", f"echo $$ > {tmp_path / 'numbers'}; exec sleep 60"], after=("store",))
    early: list[int] = []

    def prepare() -> None:
        early.extend(numbers_in(tmp_path / "numbers"))
        ready.append("store")

    supervised(
        tmp_path, store, worker, steps=(Step("setup", prepare),), until=lambda _: bool(numbers_in(tmp_path / "numbers"))
    )

    assert early == []


def test_a_step_that_fails_stops_the_platform_and_carries_its_error(tmp_path: Path) -> None:
    def fail() -> None:
        raise OSError(28, "No space left on device")

    supervisor, _ = supervised(tmp_path, ProcessSpec("store", ["sleep", "60"]), steps=(Step("setup", fail),))

    assert isinstance(supervisor.failure, OSError)


def test_touching_the_restart_file_restarts_the_worker(tmp_path: Path) -> None:
    note = tmp_path / "numbers"
    worker = ProcessSpec("worker", ["sh", "-c", f"echo $$ >> {note}; exec sleep 60"])
    asked: list[bool] = []

    def restarted(_: Supervisor) -> bool:
        if len(numbers_in(note)) == 1 and not asked and eventually(lambda: True):
            (tmp_path / "restart-worker").touch()
            asked.append(True)
        return len(numbers_in(note)) == 2

    _, shown = supervised(tmp_path, worker, until=restarted)

    assert "worker is restarted: the watchdog asked for it" in shown
    assert "starts again" not in shown


def test_a_process_that_is_still_starting_is_not_restarted_for_its_silence(tmp_path: Path) -> None:
    note, asked = tmp_path / "numbers", tmp_path / "restart-worker"
    worker = ProcessSpec("worker", ["sh", "-c", f"echo $$ >> {note}; exec sleep 60"], start_seconds=60.0)
    other = ProcessSpec("beat", ["sleep", "60"])

    def both_asked(supervisor: Supervisor) -> bool:
        if numbers_in(note) and not asked.exists():
            asked.touch()
            (tmp_path / "restart-beat").touch()
        return bool(supervisor.log.last_lines("up"))

    _, shown = supervised(tmp_path, worker, other, until=both_asked)

    assert "beat is restarted: the watchdog asked for it" in shown
    assert len(numbers_in(note)) == 1


def test_an_endless_line_and_binary_output_do_not_stop_the_log(tmp_path: Path) -> None:
    noise = "import sys; sys.stdout.buffer.write(b'x' * 300000 + b'\\xff\\n' + b'after\\n'); sys.stdout.flush()"
    script = ProcessSpec("feed", [sys.executable, "-c", noise + "; import time; time.sleep(60)"])

    _, shown = supervised(tmp_path, script, until=lambda supervisor: "after" in supervisor.log.last_lines("feed"))

    assert "feed     | after" in shown


def test_what_others_need_stops_last() -> None:
    processes = [
        ProcessSpec("store", [""]),
        ProcessSpec("worker", [""], after=("store", "setup")),
        ProcessSpec("web", [""], after=("store",)),
    ]

    assert stop_order(processes) == [{"worker", "web"}, {"store"}]


def test_what_runs_once_is_ready_when_it_has_ended_well(tmp_path: Path) -> None:
    note = tmp_path / "numbers"
    setup = ProcessSpec("setup", ["true"], runs_once=True)
    worker = ProcessSpec("worker", ["sh", "-c", f"echo $$ > {note}; exec sleep 60"], after=("setup",))

    supervisor, shown = supervised(tmp_path, setup, worker, until=lambda _: bool(numbers_in(note)))

    assert supervisor.failure is None
    assert "starts again" not in shown


def test_what_runs_once_and_fails_stops_the_platform_with_its_last_line(tmp_path: Path) -> None:
    setup = ProcessSpec("setup", ["sh", "-c", "echo preparing; echo The disk is full. >&2; exit 1"], runs_once=True)

    supervisor, _ = supervised(tmp_path, setup, ProcessSpec("worker", ["sleep", "60"], after=("setup",)))

    assert supervisor.failure == "The disk is full."
