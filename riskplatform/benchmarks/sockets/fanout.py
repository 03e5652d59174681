"""`load sockets`: one process, many sockets, a few frames a second: ours, the textbook's, and the bare library."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from riskplatform.benchmarks.apart import MeasurementFailed
from riskplatform.benchmarks.sockets.clients import Crowd, Seen, quantile
from riskplatform.benchmarks.sockets.processes import (
    CrowdProcess,
    Server,
    Stores,
    bare_server,
    daphne,
    prepared_stores,
    publish,
)

OURS = ("risk.stream", "risk.frame", "riskplatform.settings")
TEXTBOOK = ("textbook", "risk.update", "riskplatform.benchmarks.sockets.textbook_settings")
SETTLING_SECONDS = 2.0  # after the last message, for those that are late


@dataclass(frozen=True)
class Load:
    """How many sockets, how many messages a second, for how long."""

    sockets: int
    rate: float
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """Of one server: `expected` messages were due to `seen.delays`; CPU is the server process's alone."""

    name: str
    expected: int
    seen: Seen
    cpu_seconds: float

    @property
    def delivered(self) -> float:
        return len(self.seen.delays) / self.expected

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor time for a message that arrived."""
        return 1e6 * self.cpu_seconds / max(1, len(self.seen.delays))

    def milliseconds(self, share: float) -> float:
        return quantile(self.seen.delays, share) / 1e3 if self.seen.delays else float("nan")


def outcomes(load: Load) -> Iterator[Outcome]:
    """Measure one server after the other, on the same stores and machine."""
    with prepared_stores(sockets=load.sockets) as stores:
        ours = daphne(stores, "riskplatform.asgi:application")
        yield _measured("this platform (Daphne, hub, direct writes)", load, stores, ours, OURS, is_ours=True)
        theirs = daphne(stores, "riskplatform.benchmarks.sockets.textbook:application", settings=TEXTBOOK[2])
        yield _measured("textbook consumer (Daphne, group_send, send_json)", load, stores, theirs, TEXTBOOK)
        yield _bare(load, stores)


def _measured(
    name: str,
    load: Load,
    stores: Stores,
    running: AbstractContextManager[Server],
    way: tuple[str, str, str],
    *,
    is_ours: bool = False,
) -> Outcome:
    group, kind, settings = way

    def work() -> int:
        return publish(stores, group=group, kind=kind, settings=settings, rate=load.rate, seconds=load.seconds)

    with running as server, _crowd(server, load, stores.tokens if is_ours else []) as crowd:
        return _outcome(name, load, server, crowd, work)


def _bare(load: Load, stores: Stores) -> Outcome:
    def work() -> int:
        time.sleep(load.seconds)
        return round(load.rate * (load.seconds + SETTLING_SECONDS))  # it does not stop for us

    with bare_server(stores, rate=load.rate) as server, _crowd(server, load, []) as crowd:
        return _outcome("`websockets` broadcast alone, no application", load, server, crowd, work)


def _outcome(name: str, load: Load, server: Server, crowd: CrowdProcess, work: Callable[[], int]) -> Outcome:
    time.sleep(SETTLING_SECONDS)
    crowd.count_from_now()
    before = server.cpu_seconds()
    messages = work()
    time.sleep(SETTLING_SECONDS)
    cpu_seconds = server.cpu_seconds() - before
    seen = crowd.seen()
    if seen.closed and name.startswith("this"):
        said = server.log.read_text()[-2_000:]
        raise MeasurementFailed(f"{seen.closed} of {load.sockets} sockets were closed: {said}")
    return Outcome(name, messages * load.sockets, seen, cpu_seconds)


@contextmanager
def _crowd(server: Server, load: Load, tokens: list[str]) -> Iterator[CrowdProcess]:
    path = "/ws/risk-stream" if tokens else "/"
    crowd = CrowdProcess(Crowd(server.port, path, load.sockets, tokens, batch=bool(tokens)))
    try:
        yield crowd
    finally:
        crowd.end()
