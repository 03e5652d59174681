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
