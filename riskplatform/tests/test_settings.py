import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def start_with(**changes: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SECRET_KEY": "x" * 40, "DJANGO_SETTINGS_MODULE": "riskplatform.settings", **changes}
    return subprocess.run(
        [sys.executable, "-c", "import riskplatform.settings"],
        cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_defaults_start() -> None:
    assert start_with().returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DEBUG", "perhaps"),
        ("RISK_HIGH_THRESHOLD", "1.2"),
        ("RISK_HIGH_THRESHOLD", "nan"),
        ("RISK_MEDIUM_THRESHOLD", "0.85"),  # above HIGH
        ("RECORD_INTERVAL_MS", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("DATABASE_URL", "mysql://root@localhost/risk"),
        ("REDIS_PORT", "none"),
        ("REGISTRATION_MODE", "everyone"),
        ("SIGN_IN_ATTEMPTS_PER_NAME", "0"),
        ("TRUSTED_PROXIES", "10.0.0.0/8,somewhere"),
    ],
)
def test_a_bad_setting_stops_the_start_and_names_itself(name: str, value: str) -> None:
    changes = {name: value, **({"REDIS_HOST": "localhost", "REDIS_URL": ""} if name == "REDIS_PORT" else {})}

    done = start_with(**changes)

    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_without_debug_a_secret_key_is_demanded(tmp_path: Path) -> None:
    done = start_with(SECRET_KEY="", DEBUG="off", RISK_HOME=str(tmp_path))

    assert "SECRET_KEY must be set" in done.stderr


@pytest.mark.parametrize(("debug", "mode"), [("on", "open"), ("off", "approval")])
def test_registration_is_open_only_where_one_develops(debug: str, mode: str) -> None:
    environment = {**os.environ, "SECRET_KEY": "x" * 40, "DEBUG": debug}

    said = subprocess.run(
        [sys.executable, "-c", "from riskplatform import settings; print(settings.REGISTRATION_MODE)"],
        cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert said.stdout.strip() == mode
