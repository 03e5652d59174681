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
def test_a_platform_hurt_at_random_loses_and_repeats_nothing() -> None:
    """Each run of the suite hurts what is special about its stores; `manage.py chaos --faults 100` hurts everything."""
    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    stores = ("database stop", "database backend") if on_postgres else ("redis", "feed")
    kinds = [f"--kind={kind}" for kind in ("worker", "web", *stores)]

    done = chaos("--faults", "4", *kinds)

    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-4_000:]
    for line in ("lost 0", "duplicate records 0", "duplicate alerts  0", "fold state equal, bit for bit"):
        assert line in done.stdout
    assert "audit chain       valid" in done.stdout
    assert all(f"\n{kind:<18}" in done.stdout for kind in ("worker", "web")) or "on top of others" in done.stdout


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
