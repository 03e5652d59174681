"""`bench latency`: from a tick's append to the log to a browser's place, while a platform of its own stores records."""

from collections.abc import Iterator, Sequence

import numpy as np

from riskplatform.benchmarks.apart import measured_apart
from riskplatform.benchmarks.latency.inside import Load, Measured
from riskplatform.own_stores import own_stores, stores_in_words
from riskplatform.supervision.platform import Address, child_environment
from riskplatform.supervision.readiness import free_port

Row = tuple[str, str, str, str]
TICKS_A_SECOND = 1_000
ENTRIES_A_SECOND = 50
GOAL_MS = {"median": 8.0, "99th percentile": 30.0}


def rows(*, instruments: Sequence[int], clients: int, seconds: float) -> Iterator[Row]:
    """Yield (what, measured, goal, measured to goal) for each number of instruments."""
    for number in instruments:
        with own_stores("latency") as environment:
            load = Load(
                instruments=number,
                ticks=TICKS_A_SECOND,
                entries=ENTRIES_A_SECOND,
                clients=clients,
                seconds=seconds,
                port=free_port(),
            )
            yield from rows_of(_measured_apart(load, environment), load, stores=stores_in_words(environment))


def rows_of(measured: Measured, load: Load, *, stores: str) -> Iterator[Row]:
    """Yield the rows of one measurement."""
    where = f"{load.instruments} instruments, {load.ticks:,} ticks/s, {load.clients} clients, {stores}"
    for name, quantile in (("median", 0.50), ("99th percentile", 0.99), ("worst", 1.0)):
        found, goal = float(np.quantile(measured.delays_ms, quantile)), GOAL_MS.get(name)
        what = f"tick appended → client, {name}: {where}"
        yield what, f"{found:.1f} ms", f"{goal:.0f} ms (goal)" if goal else "–", f"{found / goal:.2f}×" if goal else "–"
    yield (
        f"entries × clients of which nothing came, of {len(measured.delays_ms) + measured.lost:,}",
        str(measured.lost),
        "0 (goal)",
        "–",
    )
    yield "records committed meanwhile", f"{measured.records_a_second:.1f} /s", f"{load.instruments} /s (goal)", "–"


def _measured_apart(load: Load, environment: dict[str, str]) -> Measured:
    inside = child_environment(environment, address=Address("127.0.0.1", load.port))
    what = f"the measurement with {load.instruments} instruments"
    return Measured(**measured_apart("bench", "latency", load=load, environment=inside, what=what))
