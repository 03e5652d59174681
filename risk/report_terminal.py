"""A backtest's progress and report in the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table as RichTable

from risk.backtest_report import Material
from risk.quant.proof import Proof
from risk.report_tables import (
    alert_table,
    group_table,
    headline_table,
    loss_table,
    part_table,
    reliability_table,
    rival_table,
    trial_table,
)
from risk.report_text import Table
from risk.report_words import trust_sentences

PLAIN_WIDTH: Final = 140


@contextmanager
def progress_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Show the sessions done, and yield what tells of them; nothing is shown where no one watches."""
    columns = (TextColumn("sessions"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task("sessions", total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def report_console(stream: TextIO) -> Console:
    """Return a console as wide as its terminal, and wide enough for the tables where there is none."""
    return Console(file=stream) if stream.isatty() else Console(file=stream, width=PLAIN_WIDTH)


def print_report(console: Console, proof: Proof, material: Material) -> None:
    """Print the tables of a proof, what they say in words, and the rows that were refused."""
    console.print(f"{proof.sessions} sessions, fitted on {proof.fitted_cases:,} windows of the first ones")
    for table in (
        headline_table(proof),
        reliability_table(proof),
        rival_table(proof),
        alert_table(proof, material.symbols),
        loss_table(proof, material.symbols),
        group_table(proof),
        *([part_table(material.parts)] if material.parts else []),
        *([trial_table(material.trials)] if material.trials else []),
    ):
        console.print(_rich(table))
    for sentence in trust_sentences(proof):
        console.print(f"* {sentence}")
    counts = ", ".join(f"{reason} {count:,}" for reason, count in material.refused.items()) or "none"
    console.print(f"Refused rows: {counts}")


def _rich(table: Table) -> RichTable:
    shown = RichTable(*table.head, title=table.caption)
    for row in table.rows:
        shown.add_row(*row)
    return shown
