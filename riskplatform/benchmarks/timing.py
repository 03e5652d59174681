"""How long a piece of work takes, run by run."""

import statistics
import time
from collections.abc import Callable

import numpy as np


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


def shown(durations: list[float]) -> str:
    return f"{statistics.median(durations):.2f} ms (p95 {np.quantile(durations, 0.95):.2f})"
