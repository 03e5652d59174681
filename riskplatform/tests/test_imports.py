"""What every server process imports at its start: nothing that only a command or a rare request needs."""

import os
import subprocess
import sys

from django.conf import settings

HEAVY = ("pyarrow", "scipy.stats", "scipy.optimize", "streaming.replaying", "risk.quant.backtest")
SCRIPT = f"""
import django
django.setup()
import riskplatform.urls, sys
print([name for name in {HEAVY!r} if name in sys.modules])
"""


def test_the_addresses_import_neither_statistics_nor_what_reads_files() -> None:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "riskplatform.settings", "SECRET_KEY": settings.SECRET_KEY}

    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=settings.BASE_DIR, env=environ, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"
