"""The measurement itself, in a process whose stores are its own: a log is filled, then drained as a worker does."""

import sys
import time
from dataclasses import asdict, dataclass

import numpy as np
import orjson
from django.core.management import call_command
from numpy.typing import NDArray

from risk.models import Instrument, RiskRecord
from risk.quant.calendar import SimulatedClock
from risk.quant.ticks import blank_ticks
from riskplatform.benchmarks.apart import MeasurementFailed
from riskplatform.benchmarks.catch_up.naive import naive_seconds
from riskplatform.benchmarks.catch_up.stages import watched_stages
from riskplatform.benchmarks.running import add_instruments
from streaming import pipeline, services
from streaming.models import FoldCursor
from streaming.tick_entries import START, Kind
from streaming.tick_log import TickLog, platform_log

SECOND_US = 1_000_000
PARTITION = 0
ENTRIES_A_SECOND = 50  # of log time
WARM_SECONDS = 4  # of log time, folded before the time counts: the run's begin, and every cache
NAIVE_SECONDS = 4


@dataclass(frozen=True)
class Load:
    """A log of `seconds` of log time with `ticks` per instrument and second."""

    instruments: int
    ticks: int
    seconds: int


@dataclass(frozen=True)
class Measured:
    """Of the drain and of the alternative: ticks, seconds, records; of the drain also where the time went."""

    ticks: int
    seconds: float
    cpu_seconds: float
    records: int
    stages: dict[str, tuple[float, float]]  # wall clock and processor time
    naive_ticks: int
    naive_seconds: float
    naive_cpu_seconds: float
    naive_records: int


def measure(load: Load) -> Measured:
    """Migrate the private stores, fill the log and drain it.  Raises MeasurementFailed when a record is missing."""
    call_command("migrate", verbosity=0)
    add_instruments(load.instruments)
    ids = np.array(Instrument.objects.order_by("id").values_list("id", flat=True), dtype=np.uint32)
    log = platform_log()
    _fill(log, load, ids)
    _drain(log, entries=1 + WARM_SECONDS * ENTRIES_A_SECOND)
    before, left = _records(), load.seconds - WARM_SECONDS
    with watched_stages() as watch:
        _drain(log, entries=left * ENTRIES_A_SECOND + 1)
    records = _records() - before
    if (stored := RiskRecord.objects.count()) != load.seconds * len(ids) or _records() != stored:
        raise MeasurementFailed(f"{load.seconds * len(ids)} records were due, {stored} are stored")
    entries = log.read(PARTITION, after=START, count=1 + NAIVE_SECONDS * ENTRIES_A_SECOND)
    naive_wall, naive_cpu = naive_seconds(entries)
    return Measured(
        ticks=left * load.ticks * len(ids),
        seconds=sum(watch.seconds.values()),
        cpu_seconds=sum(watch.busy.values()),
        records=records,
        stages={name: (watch.seconds[name], watch.busy[name]) for name in watch.seconds},
        naive_ticks=NAIVE_SECONDS * load.ticks * len(ids),
        naive_seconds=naive_wall,
        naive_cpu_seconds=naive_cpu,
        naive_records=NAIVE_SECONDS * len(ids),
    )


def main(arguments: str) -> None:
    """Measure what `arguments` (a Load as JSON) says and write the Measured as JSON to standard output."""
    sys.stdout.buffer.write(orjson.dumps(asdict(measure(Load(**orjson.loads(arguments))))))


def _fill(log: TickLog, load: Load, ids: NDArray[np.uint32]) -> None:
    clock = SimulatedClock()
    begin = clock.session_at(time.time_ns() // 1_000).open_us + 600 * SECOND_US
    run = services.open_run(source="simulated", description="to catch up with", session=clock.session_at(begin).key)
    random, number = np.random.default_rng(1), 1
    log.append(PARTITION, run_id=run.pk, number=1, kind=Kind.RUN_START, log_time=begin, wall_time=begin)
    each = load.ticks * len(ids) // ENTRIES_A_SECOND
    for step in range(load.seconds * ENTRIES_A_SECOND):
        number += 1
        at = begin + (step + 1) * SECOND_US // ENTRIES_A_SECOND - 1
        ticks = blank_ticks(each)
        ticks["instrument"] = ids[(step * each + np.arange(each)) % len(ids)]
        ticks["exchange_time"] = ticks["receive_time"] = at - 1_000
        ticks["last_price"] = np.round(1_000.0 * np.exp(random.normal(0.0, 2e-4, each)), 2)
        ticks["volume"] = 100.0 * step
        log.append(PARTITION, run_id=run.pk, number=number, kind=Kind.TICKS, log_time=at, wall_time=at, ticks=ticks)
    end = begin + load.seconds * SECOND_US
    log.append(PARTITION, run_id=run.pk, number=number + 1, kind=Kind.RUN_END, log_time=end, wall_time=end)


def _drain(log: TickLog, *, entries: int) -> None:
    """Drain so many entries, as a worker does that is behind: each read is as large as it may be, and committed."""
    usual, left = pipeline.ENTRIES_AT_ONCE, entries
    try:
        while left:
            pipeline.ENTRIES_AT_ONCE = min(left, usual)
            left -= pipeline.drain(lambda: {PARTITION}, log=log, is_over=iter((False, True)).__next__)
    finally:
        pipeline.ENTRIES_AT_ONCE = usual


def _records() -> int:
    return FoldCursor.objects.get(pk=PARTITION).records_written
