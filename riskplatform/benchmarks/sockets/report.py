"""What `load` found, as rows of a table."""

from collections.abc import Sequence

from rich.table import Table

from riskplatform.benchmarks.sockets import fanout, slow


def fill_fanout(table: Table, load: fanout.Load) -> None:
    """Measure, and add a row per server."""
    for column in ("server", "delivered", "p50", "p99", "processor per message", "of the first"):
        table.add_column(column)
    table.caption = (
        f"{load.sockets:,} sockets × {load.rate:g} messages/s of 5.3 kB, {load.seconds:g} s, one process each"
    )
    first: fanout.Outcome | None = None
    for found in fanout.outcomes(load):
        first = first or found
        table.add_row(*fanout_row(found, first))


def fanout_row(found: fanout.Outcome, first: fanout.Outcome) -> Sequence[str]:
    return (
        found.name,
        f"{100 * found.delivered:.1f} %",
        f"{found.milliseconds(0.50):.0f} ms",
        f"{found.milliseconds(0.99):.0f} ms",
        f"{found.cpu_us:.1f} µs",
        f"{found.cpu_us / first.cpu_us:.2f}×",
    )


def fill_slow(table: Table, load: slow.SlowLoad) -> None:
    """Measure, and add what was found row by row."""
    for column in ("what", "with everybody reading", "beside those who do not"):
        table.add_column(column)
    counts = ", ".join(f"{count} {name}" for name, count in slow.RELUCTANT.items())
    table.caption = f"{load.sockets} sockets × {load.rate:g} messages/s of 5.3 kB, {load.seconds:g} s; {counts}"
    for row in slow_rows(slow.outcome(load)):
        table.add_row(*row)


def slow_rows(found: slow.SlowOutcome) -> list[Sequence[str]]:
    alone, beside = found.p95_ms(found.alone), found.p95_ms(found.beside)
    delivered = [f"{100 * len(seen.delays) / found.expected:.1f} %" for seen in (found.alone, found.beside)]
    growth = (found.memory_most - found.memory_before) / 1e6
    rows: list[Sequence[str]] = [
        ("p95 of the others", f"{alone:.1f} ms", f"{beside:.1f} ms ({100 * (beside / alone - 1):+.0f} %)"),
        ("delivered to the others", *delivered),
        ("memory of the server", f"{found.memory_before / 1e6:.1f} MB", f"{growth:+.1f} MB at most"),
    ]
    return rows + [(f"{name} clients closed", "–", _closings(found.closed_after(name))) for name in slow.RELUCTANT]


def _closings(after: Sequence[float | None]) -> str:
    done = [seconds for seconds in after if seconds is not None]
    if not done:
        return f"0 of {len(after)}"
    return f"{len(done)} of {len(after)}, after {min(done):.1f} to {max(done):.1f} s"
