"""A measurement in a process of its own, whose stores are its own: the command calls itself with `--inside`."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from riskplatform.home import CHECKOUT

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class MeasurementFailed(Exception):
    """What was to be measured did not happen."""


def measured_apart(*command: str, load: "DataclassInstance", environment: Mapping[str, str], what: str) -> Any:
    """Run `manage.py COMMAND --inside LOAD`, with DEBUG off as where people are served, and return what it wrote.

    Raises MeasurementFailed, naming `what`; the reason stands on standard error.
    """
    done = subprocess.run(
        [sys.executable, "manage.py", *command, "--inside", orjson.dumps(asdict(load)).decode()],
        cwd=CHECKOUT,
        env={**environment, "DEBUG": "0"},
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise MeasurementFailed(f"{what} failed; the reason stands on standard error")
    return orjson.loads(done.stdout)
