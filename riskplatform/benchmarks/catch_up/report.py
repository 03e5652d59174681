"""`bench catch-up`: how fast a worker folds a log that has been waiting for it, with every record written."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict

import orjson

from riskplatform.benchmarks.catch_up.inside import Load, Measured
from riskplatform.benchmarks.running import MeasurementFailed
from riskplatform.home import CHECKOUT
from riskplatform.own_stores import own_stores, stores_in_words

Row = tuple[str, str, str, str]


def rows(*, instruments: int, ticks: int, seconds: int) -> Iterator[Row]:
    """Yield (what, here, the alternative on the same log, ratio), then where the time goes."""
    load = Load(instruments=instruments, ticks=ticks, seconds=seconds)
    with own_stores("catchup") as environment:
        yield from rows_of(_measured_apart(load, environment), load, stores=stores_in_words(environment))


def rows_of(measured: Measured, load: Load, *, stores: str) -> Iterator[Row]:
    """Yield the rows of one measurement."""
    where = f"{load.instruments} symbols × {load.ticks} ticks a log second, {stores}"
    ours, theirs = measured.ticks / measured.seconds, measured.naive_ticks / measured.naive_seconds
    naive = f"{theirs / 1e6:.2f} M ticks/s (a loop per tick, bulk_create)"
    yield f"catching up, {where}", f"{ours / 1e6:.2f} M ticks/s", naive, f"{ours / theirs:.1f}×"
    busy, naive_busy = measured.ticks / measured.cpu_seconds, measured.naive_ticks / measured.naive_cpu_seconds
    yield (
        "the same by this process's processor time, without the database's",
        f"{busy / 1e6:.2f} M ticks/s",
        f"{naive_busy / 1e6:.2f} M ticks/s",
        f"{busy / naive_busy:.1f}×",
    )
    yield (
        "records written meanwhile",
        f"{measured.records:,} ({measured.records / measured.seconds:,.0f} /s)",
        f"{measured.naive_records:,} ({measured.naive_records / measured.naive_seconds:,.0f} /s)",
        "–",
    )
    for stage, (seconds, busy_seconds) in sorted(measured.stages.items(), key=lambda item: -item[1][0]):
        wall, own = (1e9 * each / measured.ticks for each in (seconds, busy_seconds))
        share = f"{seconds / measured.seconds:.0%} of the time"
        yield f"  of it: {stage}", f"{wall:.0f} ns a tick, {own:.0f} ns of processor time", share, "–"


def _measured_apart(load: Load, environment: dict[str, str]) -> Measured:
    done = subprocess.run(
        [sys.executable, "manage.py", "bench", "catch-up", "--inside", orjson.dumps(asdict(load)).decode()],
        cwd=CHECKOUT,
        env={**environment, "DEBUG": "0", "RISK_NO_BOOTSTRAP": "1"},
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        raise MeasurementFailed("catching up failed; what it said stands on standard error")
    return Measured(**orjson.loads(done.stdout))
