"""`load slow`: what clients that take little or nothing cost the server and the others."""

import time
from dataclasses import dataclass

from riskplatform.benchmarks.sockets.clients import Crowd, Seen, quantile
from riskplatform.benchmarks.sockets.fanout import OURS
from riskplatform.benchmarks.sockets.processes import CrowdProcess, Server, Stores, daphne, prepared_stores, publish
from riskplatform.benchmarks.sockets.watch import Watch

RELUCTANT = {"slow": 30, "deaf": 5, "shouting": 5}
SETTLING_SECONDS = 2.0


@dataclass(frozen=True)
class SlowLoad:
    """`sockets` in all, of which RELUCTANT are reluctant in the second half of the measurement."""

    sockets: int
    rate: float
    seconds: float


@dataclass(frozen=True)
class SlowOutcome:
    """Delays in microseconds of those who read: without and with the others; memory in bytes."""

    alone: Seen
    beside: Seen
    memory_before: int
    memory_most: int
    expected: int

    def p95_ms(self, seen: Seen) -> float:
        return quantile(seen.delays, 0.95) / 1e3

    def closed_after(self, behaviour: str) -> list[float | None]:
        """Return the seconds after which those of a behaviour were closed, None for those that were not."""
        found = [each["closed_after"] for each in self.beside.reluctant if each["behaviour"] == behaviour]
        return [None if value is None else float(value) for value in found]


def outcome(load: SlowLoad) -> SlowOutcome:
    """Measure the same server twice: with everybody reading, then with some who do not."""
    readers = load.sockets - sum(RELUCTANT.values())
    with (
        prepared_stores(sockets=load.sockets + 100) as stores,
        daphne(stores, "riskplatform.asgi:application") as server,
    ):
        alone, _, expected = _phase(load, stores, server, readers, {})
        before = server.memory_bytes()
        beside, most, _ = _phase(load, stores, server, readers, RELUCTANT)
    return SlowOutcome(alone, beside, before, most, expected)


def _phase(
    load: SlowLoad, stores: Stores, server: Server, readers: int, reluctant: dict[str, int]
) -> tuple[Seen, int, int]:
    """Return what the clients saw, the most memory the server had, and how many messages were due to the readers."""
    tokens = stores.tokens
    crowd = CrowdProcess(Crowd(server.port, "/ws/risk-stream", readers, tokens[:-5], True, tokens[-5:], reluctant))
    try:
        time.sleep(SETTLING_SECONDS)
        crowd.count_from_now()
        with Watch(server) as watch:
            messages = publish(
                stores, group=OURS[0], kind=OURS[1], settings=OURS[2], rate=load.rate, seconds=load.seconds
            )
            time.sleep(SETTLING_SECONDS)
        return crowd.seen(), watch.most, messages * readers
    finally:
        crowd.end()
