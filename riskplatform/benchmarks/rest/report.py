"""`bench rest`: run the measurement apart for each number of instruments, and say in rows what it found."""

from collections.abc import Iterator, Sequence

import numpy as np

from riskplatform.benchmarks.apart import measured_apart
from riskplatform.benchmarks.rest.clients import Answer
from riskplatform.benchmarks.rest.inside import Load, Measured
from riskplatform.own_stores import own_stores, stores_in_words
from riskplatform.supervision.platform import Address, child_environment
from riskplatform.supervision.readiness import free_port

Row = tuple[str, str, str, str]


def rows(*, instruments: Sequence[int], clients: int, seconds: float) -> Iterator[Row]:
    """Yield (what, while scoring runs, the same reads with the market stopped, ratio) for each size."""
    for number in instruments:
        with own_stores("rest") as environment:
            load = Load(instruments=number, clients=clients, seconds=seconds, port=free_port())
            measured = _measured_apart(load, environment)
            yield from rows_of(measured, load, stores=stores_in_words(environment))


def rows_of(measured: Measured, load: Load, *, stores: str) -> Iterator[Row]:
    """Yield the rows of one measurement."""
    where = f"{load.instruments} instruments, {load.clients} clients, {stores}"
    here, idle = (len(answers) / load.seconds for answers in (measured.scoring, measured.idle))
    yield f"REST reads, {where}", f"{here:.0f} requests/s", f"{idle:.0f} requests/s (scoring idle)", _times(here, idle)
    for name, quantile in (("p50", 0.50), ("p95", 0.95)):
        yield _waits(f"{name} of {len(measured.scoring)} reads", measured.scoring, measured.idle, quantile)
    for route in measured.routes:
        ours, theirs = (
            [answer for answer in all_ if answer.route == route] for all_ in (measured.scoring, measured.idle)
        )
        if ours and theirs:
            yield _waits(f"p95 of {len(ours)} × {route}", ours, theirs, 0.95)
    yield "errors (not 2xx)", str(_errors(measured.scoring)), str(_errors(measured.idle)), "–"
    before, during = measured.records_before, measured.records_during
    yield (
        "records committed under the load",
        f"{during:.1f} /s",
        f"{before:.1f} /s (before the load)",
        _times(during, before),
    )
    yield _lag_row(measured)


def _waits(what: str, here: Sequence[Answer], idle: Sequence[Answer], quantile: float) -> Row:
    ours, theirs = (float(np.quantile([answer.seconds for answer in answers], quantile)) for answers in (here, idle))
    return what, f"{1e3 * ours:.0f} ms", f"{1e3 * theirs:.0f} ms", _times(ours, theirs)


def _errors(answers: Sequence[Answer]) -> int:
    return sum(not 200 <= answer.status < 300 for answer in answers)


def _lag_row(measured: Measured) -> Row:
    during, before = (float(np.quantile(waits, 0.95)) for waits in (measured.lags_during, measured.lags_before))
    what = f"record instant → its commit seen, p95 of {len(measured.lags_during)} instants under the load"
    return what, f"{1e3 * during:.0f} ms", f"{1e3 * before:.0f} ms (before the load)", _times(during, before)


def _times(here: float, other: float) -> str:
    return f"{here / other:.2f}×" if other else "–"


def _measured_apart(load: Load, environment: dict[str, str]) -> Measured:
    inside = child_environment(environment, address=Address("127.0.0.1", load.port))
    what = f"the measurement with {load.instruments} instruments"
    found = measured_apart("bench", "rest", load=load, environment=inside, what=what)
    for name in ("scoring", "idle"):
        found[name] = [Answer(**row) for row in found[name]]
    return Measured(**found)
