import os
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.mark.kill
@pytest.mark.timeout(900)
def test_workers_killed_at_random_lose_and_repeat_nothing() -> None:
    """Twenty SIGKILLs of real workers and pool children while the simulated market runs."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "riskplatform.settings", "RISK_NO_BOOTSTRAP": "1"}
    environment.pop("REDIS_KEY_PREFIX", None)

    done = subprocess.run(
        [sys.executable, "manage.py", "chaos", "--kills", "20"],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-2_000:] + done.stderr[-4_000:]
    assert "different         0" in done.stdout
