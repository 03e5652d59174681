"""How long a piece of work takes, run by run."""

import statistics
import time
from collections.abc import Callable, Mapping

import numpy as np

Prepare = Callable[[], Callable[[], object]]


def durations_ms(work: Callable[[], object], *, rounds: int) -> list[float]:
    """Return how long each of `rounds` runs took, after one that is not counted; a single one counts itself."""
    if rounds > 1:
        work()
    durations = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        durations.append(1e3 * (time.perf_counter() - began))
    return durations


def interleaved_ms(works: Mapping[str, Prepare], *, rounds: int) -> dict[str, list[float]]:
    """Return how long each run of each work took, one of each in turn, after a turn that is not counted.

    A work is prepared anew for every run, outside the time that counts.
    """
    durations: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(rounds + 1):
        for name, prepare in works.items():
            work = prepare()
            began = time.perf_counter()
            work()
            if turn:
                durations[name].append(1e3 * (time.perf_counter() - began))
    return durations


def processor_ms(work: Callable[[], object], *, rounds: int) -> list[float]:
    """Return how much processor time each of `rounds` runs took: other processes do not count."""
    durations = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        durations.append(1e3 * (time.process_time() - began))
    return durations


def shown(durations: list[float]) -> str:
    return f"{statistics.median(durations):.2f} ms (p95 {np.quantile(durations, 0.95):.2f})"
