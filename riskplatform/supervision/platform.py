"""The platform's processes: what `up` runs, in which order, on one machine."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from riskplatform import embedded
from riskplatform.home import CHECKOUT
from riskplatform.supervision import readiness
from riskplatform.supervision.process import ProcessSpec

STORE, SETUP, WEB, WATCHDOG = "redis", "setup", "web", "watchdog"
WORKER, SECOND_WORKER = "worker", "second-worker"
CELERY = (sys.executable, "-m", "celery", "-A", "riskplatform")
START_SECONDS = 20.0  # a worker or beat on a machine that is busy with everything else


@dataclass(frozen=True)
class Address:
    """Where the web server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        shown = self.asked_host
        return f"http://[{shown}]:{self.port}/" if ":" in shown else f"http://{shown}:{self.port}/"

    @property
    def asked_host(self) -> str:
        return readiness.reachable_host(self.host)

    def answers(self, path: str) -> bool:
        """Say whether a GET of this path is answered with 200."""
        return readiness.http_ok(self.asked_host, self.port, path)


def store_process(home: Path) -> ProcessSpec:
    """Return the embedded store, ready when it answers."""
    return ProcessSpec(STORE, embedded.server_command(home), is_ready=partial(embedded.answers, home))


def platform_processes(address: Address, *, home: Path, with_feed: bool, is_prepared: bool) -> list[ProcessSpec]:
    """Return everything that runs on the store and the database.

    They start together: each waits by itself for what it needs, and the cores stay busy.  What a first score does not
    need comes after the web server: the watchdog, the second worker, which takes over within seconds when the first
    one dies, and, where the database is known to be prepared, the look at it.
    """
    needs = (STORE,) if is_prepared else (STORE, SETUP)
    processes = [
        ProcessSpec(SETUP, _manage("prepare"), after=(WEB,) if is_prepared else (), runs_once=True),
        *(
            ProcessSpec(name, command, after=needs, start_seconds=START_SECONDS)
            for name, command in _scoring(home).items()
        ),
        ProcessSpec(WEB, _web(address), after=needs, is_ready=partial(address.answers, "/livez")),
        ProcessSpec(WATCHDOG, _manage("watchdog"), after=(STORE, WEB)),
        ProcessSpec(
            SECOND_WORKER,
            _worker(SECOND_WORKER, queues="drain", slots=1),
            after=(STORE, WEB),
            start_seconds=START_SECONDS,
        ),
    ]
    return [spec for spec in processes if with_feed or spec.name != "feed"]


def clear_remains(home: Path) -> None:
    """Remove beat's files of an earlier run: a kill corrupts the schedule, and a stale pid file keeps beat out."""
    for path in (home / "run").glob("beat*"):
        path.unlink(missing_ok=True)


def child_environment(environ: Mapping[str, str], *, address: Address) -> dict[str, str]:
    """Return what the children see: this start's address, no bootstrap of their own, and unbuffered output."""
    kept = {name: value for name, value in environ.items() if name not in {"RISK_STARTED", "RISK_BOOTSTRAPPED"}}
    return {
        **kept,
        "PORT": str(address.port),
        "DJANGO_SETTINGS_MODULE": "riskplatform.settings",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(CHECKOUT),
        "RISK_NO_BOOTSTRAP": "1",
    }


def _scoring(home: Path) -> dict[str, Sequence[str]]:
    """Return what a first score needs, the slowest to start first."""
    beat_files = (f"--schedule={home / 'run' / 'beat-schedule'}", f"--pidfile={home / 'run' / 'beat.pid'}")
    return {
        # Three slots: a drain, another that stands by, and one for the notifier and the housekeeping.
        WORKER: _worker(WORKER, queues="drain,default", slots=3),
        "feed": _manage("run_feed"),
        "beat": (*CELERY, "beat", "-l", "WARNING", *beat_files),
    }


def _worker(name: str, *, queues: str, slots: int) -> Sequence[str]:
    pool = ("-Q", queues, "-c", str(slots), "--pool", "prefork", "--without-gossip", "--without-mingle", "-l", "INFO")
    return (*CELERY, "worker", "-n", f"{name}@%h", *pool)


def _web(address: Address) -> Sequence[str]:
    listen = ("-b", address.host, "-p", str(address.port), "--http-timeout", "60", "-v", "0")
    return (sys.executable, "-m", "daphne", *listen, "riskplatform.asgi:application")


def _manage(command: str) -> Sequence[str]:
    return (sys.executable, str(CHECKOUT / "manage.py"), command)
