"""`bench catch-up`: how fast a worker folds a log that has been waiting for it, with every record written."""

from collections.abc import Iterator

from riskplatform.benchmarks.apart import measured_apart
from riskplatform.benchmarks.catch_up.inside import Load, Measured
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
    inside = {**environment, "RISK_NO_BOOTSTRAP": "1"}
    return Measured(**measured_apart("bench", "catch-up", load=load, environment=inside, what="catching up"))
