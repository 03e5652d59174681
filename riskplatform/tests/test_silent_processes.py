"""A worker and a beat that are alive but silent, under the real supervisor: told, restarted, and told to be well again.

The whole platform runs as a person starts it, in a home of its own; SIGSTOP makes real processes silent.
"""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from riskplatform.home import CHECKOUT
from riskplatform.tests.processes import eventually

pytestmark = [pytest.mark.kill, pytest.mark.timeout(900)]
PATIENCE_SECONDS = 180.0
STALLED_AFTER = "5"


@dataclass(frozen=True)
class Platform:
    """A running `up`: its process, home and address."""

    process: "subprocess.Popen[str]"
    home: Path
    port: int

    def health(self) -> tuple[int, str]:
        """Return the answer's status and what the pipeline's probe said; (0, "") without an answer."""
        time.sleep(0.2)  # asked again and again: each answer costs the platform something
        with contextlib.suppress(OSError):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=10) as answer:
                    return answer.status, json.load(answer)["components"]["pipeline"]["detail"]
            except urllib.error.HTTPError as refusal:
                return refusal.code, json.load(refusal)["components"]["pipeline"]["detail"]
        return 0, ""

    def is_well(self) -> bool:
        return self.health()[0] == 200

    def processes(self, word: str) -> list[int]:
        """Return the numbers of all our processes, at any depth, whose command holds the word."""
        table = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 2) for line in table.splitlines()]
        ours = {self.process.pid}
        for _ in range(6):  # up, its wardens, their commands, the pool
            ours |= {int(pid) for pid, parent, _ in rows if int(parent) in ours}
        named = [int(pid) for pid, _, args in rows if word in args.split() and "warden.py" not in args]
        return [pid for pid in named if pid in ours]

    def alerts(self) -> list[tuple[str, str, str]]:
        """Return rule, phase and reason of every stored alert of a stalled pipeline, oldest first."""
        time.sleep(0.2)
        with contextlib.closing(sqlite3.connect(self.home / "db.sqlite3", timeout=30)) as store:
            return store.execute(
                "SELECT rule, phase, end_reason FROM alerts_alert WHERE rule = 'pipeline_stalled' ORDER BY id"
            ).fetchall()

    def log(self) -> str:
        return (self.home / "logs" / "up.log").read_text()


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    kept = {
        name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "REDIS_HOST", "DATABASE_URL"}
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys, manage; manage.run_django(sys.argv)", "up", "--port", str(port)],
        cwd=CHECKOUT,
        env={**kept, "RISK_HOME": str(home), "PIPELINE_STALLED_AFTER_SECONDS": STALLED_AFTER, "SECRET_KEY": "of-a-test",
             "DJANGO_SETTINGS_MODULE": "riskplatform.settings"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    running = Platform(process, home, port)
    try:
        assert eventually(running.is_well, seconds=PATIENCE_SECONDS), "the platform comes up"
        assert eventually(lambda: bool(running.processes("watchdog")), seconds=PATIENCE_SECONDS)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_a_silent_process_is_told_restarted_and_well_again(platform: Platform, name: str) -> None:
    assert eventually(platform.is_well, seconds=PATIENCE_SECONDS)
    told = len(platform.alerts())
    silent = platform.processes(name)
    assert silent, f"a {name} runs"
    for number in silent:
        os.kill(number, signal.SIGSTOP)

    assert eventually(lambda: "PIPELINE_STALLED" in platform.health()[1], seconds=PATIENCE_SECONDS), "health says so"
    assert eventually(lambda: len(platform.alerts()) == told + 1, seconds=PATIENCE_SECONDS), "an alert is raised"
    assert platform.alerts()[-1][0] == "pipeline_stalled"

    ended = ("pipeline_stalled", "ended", "recovered")
    assert eventually(lambda: platform.alerts()[-1] == ended, seconds=PATIENCE_SECONDS), "it ends when commits come"
    assert f"{name} is restarted: the watchdog asked for it" in platform.log()
    assert set(platform.processes(name)).isdisjoint(silent)
