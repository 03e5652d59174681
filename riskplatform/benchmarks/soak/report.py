"""`load soak`: the whole platform under steady load for minutes, and whether anything in it grows."""

from collections.abc import Iterator
from statistics import median
from typing import Final

from django.conf import settings
from rich.table import Table

from riskplatform.benchmarks.apart import measured_apart
from riskplatform.benchmarks.soak.growth import Verdict, slope
from riskplatform.benchmarks.soak.inside import Load, Soaked
from riskplatform.benchmarks.soak.sampling import Sample
from riskplatform.own_stores import own_stores, stores_in_words
from riskplatform.supervision.platform import Address, child_environment
from riskplatform.supervision.readiness import free_port

Row = tuple[str, str, str, str, str]
GOAL_MB_PER_HOUR: Final = 1.0
WARM_UP_SHARE: Final = 1 / 3
SERVER: Final = "server of the store"


def fill(table: Table, *, minutes: float, instruments: int, clients: int) -> bool:
    """Soak, fill the table and return whether no goal was missed."""
    load = Load(
        instruments=instruments, ticks=1_000, entries=50, clients=clients, seconds=60.0 * minutes, port=free_port()
    )
    with own_stores("soak") as environment:
        soaked = _soaked_apart(load, environment)
        table.title = f"{table.title}\n{stores_in_words(environment)}, {instruments} instruments, {clients} clients"
    for heading in ("what", "after warm-up", "at the end", "per hour (95 %)", "goal"):
        table.add_column(heading)
    rows = list(rows_of(soaked))
    for row in rows:
        table.add_row(*row)
    return not any(row[-1].endswith(Verdict.MISSED) for row in rows)


def rows_of(soaked: Soaked) -> Iterator[Row]:
    """Yield the rows of what was sampled after the warm-up, a third of the time."""
    samples = soaked.samples[round(len(soaked.samples) * WARM_UP_SHARE) :]
    for name in samples[-1].resident_mb:
        yield _memory_row(name, samples)
    yield _count_row("connections to the database", [sample.database_connections for sample in samples])
    yield _count_row("connections to the store", [sample.store_connections for sample in samples])
    yield _growth_row("store, but for the log", samples, [sample.rest_mb for sample in samples])
    yield _log_row(samples)
    yield "entries appended and not committed", "", str(soaked.unfolded), "", ""
    yield "records", "", f"{soaked.records:,}", "", ""


def _memory_row(name: str, samples: list[Sample]) -> Row:
    pids = {sample.pids.get(name) for sample in samples}
    if len(pids) > 1:
        return f"{name}, resident", "", "", f"{len(pids) - 1} restarts", f"no restart: {Verdict.MISSED}"
    return _growth_row(f"{name}, resident", samples, [sample.resident_mb[name] for sample in samples])


def _growth_row(what: str, samples: list[Sample], sizes: list[float]) -> Row:
    found = slope([sample.seconds for sample in samples], sizes)
    shown = f"{found.per_hour:+.2f} MB ({found.low:+.2f} to {found.high:+.2f})"
    goal = f"≤ {GOAL_MB_PER_HOUR:.0f} MB/h: {found.against(GOAL_MB_PER_HOUR)}"
    # The log is kept in the server's memory: the rows of its keys say what of that grows.
    return what, f"{sizes[0]:.1f} MB", f"{sizes[-1]:.1f} MB", shown, "" if what.startswith(f"{SERVER}, ") else goal


def _count_row(what: str, counts: list[int]) -> Row:
    """Connections come and go with a drain and a request, so the top of either half is chance; what stays is not."""
    half = len(counts) // 2
    before, after = counts[:half], counts[half:]
    verdict = Verdict.MET if median(after) <= median(before) else Verdict.MISSED
    return what, _usual(before), _usual(after), "", f"constant: {verdict}"


def _usual(counts: list[int]) -> str:
    return f"usually {median(counts):.0f}, at most {max(counts)}"


def _log_row(samples: list[Sample]) -> Row:
    """The log grows until its retention; what that bounds it to follows from what an hour of it holds."""
    first, last = samples[0], samples[-1]
    per_hour = 3600.0 * (last.log_mb - first.log_mb) / (last.seconds - first.seconds)
    hours = settings.TICK_LOG_RETENTION_HOURS
    bound = f"{per_hour:.0f} MB × {hours} h kept = {per_hour * hours / 1e3:.1f} GB"
    return "store, the tick log", f"{first.log_mb:.1f} MB", f"{last.log_mb:.1f} MB", f"{per_hour:+.0f} MB", bound


def _soaked_apart(load: Load, environment: dict[str, str]) -> Soaked:
    inside = child_environment(environment, address=Address("127.0.0.1", load.port))
    found = measured_apart("load", "soak", load=load, environment=inside, what="the soak")
    return Soaked(**{**found, "samples": [Sample(**row) for row in found["samples"]]})
