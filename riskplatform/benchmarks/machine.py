"""Which machine a figure was measured on, and how long something takes."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy
import scipy


def description() -> str:
    """Return the machine in one line: processor, cores, Python and the numeric libraries."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, numpy {numpy.__version__}, scipy {scipy.__version__}"
    )


def median_seconds(work: Callable[[], object], *, rounds: int) -> float:
    """Return the median duration of `rounds` runs, after one that is not counted."""
    work()
    durations = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        durations.append(time.perf_counter() - began)
    return statistics.median(durations)


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
