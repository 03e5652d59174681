"""`manage.py test`: the whole suite, pytest underneath; arguments go to pytest as they are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from riskplatform.home import CHECKOUT

# The whole suite uses every core; a part of it starts faster in one process.
EVERYTHING = ["-n", "auto"]


class Command(BaseCommand):
    help = "Runs the test suite with pytest (all arguments are pytest's) and, without arguments, the front end's tests."
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        """Bypass Django's parser, which would refuse pytest's options."""
        sys.exit(run_suite(argv[2:]))

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(run_suite(list(args)))


def run_suite(arguments: list[str], *, checkout: Path = CHECKOUT) -> int:
    """Run both suites and return the first status that is not zero."""
    status = _run([sys.executable, "-m", "pytest", *(arguments or EVERYTHING)], checkout)
    npm = shutil.which("npm")
    frontend = checkout / "frontend"
    if arguments or npm is None or shutil.which("node") is None or not (frontend / "package.json").is_file():
        return status
    return _run_frontend(npm, frontend) or status


def _run_frontend(npm: str, frontend: Path) -> int:
    if not (frontend / "node_modules").is_dir():
        installed = _run([npm, "install", "--no-audit", "--no-fund"], frontend)
        if installed:
            return installed
    return _run([npm, "test"], frontend)


def _run(command: list[str], directory: Path) -> int:
    """Wait through Ctrl-C, which the terminal sends to the suite as well, so that it can report and clean up."""
    # Settings read RISK_HOME and DEBUG from here; the suite's own conftest chooses them.
    with subprocess.Popen(command, cwd=directory, env={**os.environ, "RISK_NO_BOOTSTRAP": "1"}) as process:
        while True:
            try:
                status = process.wait()
                return status if status >= 0 else 128 - status
            except KeyboardInterrupt:
                continue
