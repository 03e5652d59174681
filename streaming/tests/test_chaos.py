import os
import subprocess
import sys

import pytest
from django.conf import settings


def chaos(*arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "riskplatform.settings", "RISK_NO_BOOTSTRAP": "1"}
    environment.pop("REDIS_KEY_PREFIX", None)
    return subprocess.run(
        [sys.executable, "manage.py", "chaos", *arguments],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.kill
@pytest.mark.timeout(900)
def test_processes_killed_at_random_lose_and_repeat_nothing() -> None:
    kinds = [f"--kind={kind}" for kind in ("pool child", "worker", "second worker", "beat", "feed")]

    done = chaos("--faults", "10", *kinds)

    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-4_000:]
    assert "fold state equal, bit for bit" in done.stdout


@pytest.mark.kill
@pytest.mark.timeout(900)
def test_real_workers_that_die_in_a_commit_lose_and_repeat_nothing() -> None:
    done = chaos("--steps", "1", "--only", "before records", "--only", "after COMMIT")

    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-4_000:]
    assert "deaths            2 at 2 steps" in done.stdout
    assert "fold state equal, bit for bit" in done.stdout


@pytest.mark.kill
@pytest.mark.timeout(900)
def test_a_real_worker_that_commits_its_cursor_first_turns_the_run_red() -> None:
    done = chaos("--steps", "1", "--only", "before records", "--sabotage", "cursor-first")

    assert done.returncode == 1, done.stdout[-2_000:] + done.stderr[-4_000:]
    assert "differs from a fault-free fold" in done.stderr
