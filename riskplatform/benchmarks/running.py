"""The platform's processes on the stores of this process, for a measurement: as `up` runs them, without its feed."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from django.conf import settings

from risk.models import Instrument
from riskplatform.benchmarks.apart import MeasurementFailed
from riskplatform.supervision.platform import Address, platform_processes
from riskplatform.supervision.warded import WardedProcess

PATIENCE_SECONDS: Final = 90.0
PROCESSES: Final = ("worker", "beat", "web")


def add_instruments(wanted: int) -> None:
    """Add synthetic shares until there are `wanted` instruments."""
    known = Instrument.objects.count()
    Instrument.objects.bulk_create(
        [
            Instrument(symbol=f"SIM{number:03d}", name=f"Synthetic share {number}", exchange="SIM", kind="share")
            for number in range(known + 1, wanted + 1)
        ]
    )


@contextmanager
def running_platform(port: int, *, names: Sequence[str] = PROCESSES) -> Iterator[dict[str, WardedProcess]]:
    """Run the named processes by name; their wardens end them even when this process is killed."""
    address, home = Address("127.0.0.1", port), settings.RISK_HOME
    specs = platform_processes(address, home=home, with_feed=False, is_prepared=True)
    running: dict[str, WardedProcess] = {}
    try:
        for spec in (spec for spec in specs if spec.name in names):
            running[spec.name] = WardedProcess(spec.command, log=home / "logs" / f"{spec.name}.log")
        until(lambda: address.answers("/livez"), what="the web server", alive=lambda: require_alive(running))
        yield running
        require_alive(running)
    finally:
        for process in running.values():
            process.stop()


def require_alive(running: dict[str, WardedProcess]) -> None:
    """Raise MeasurementFailed when a process ended by itself."""
    ended = [name for name, process in running.items() if process.has_ended]
    if ended:
        raise MeasurementFailed(f"{', '.join(ended)} ended by itself")


def until(holds: Callable[[], bool], *, what: str, alive: Callable[[], None]) -> None:
    """Wait until `holds`.  Raises MeasurementFailed after PATIENCE_SECONDS, and whatever `alive` raises."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        alive()
        if time.monotonic() > deadline:
            raise MeasurementFailed(f"waited {PATIENCE_SECONDS:.0f} s for {what}")
        time.sleep(0.05)
