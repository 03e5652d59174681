"""Writes what an import of option chains found: tables for the terminal, JSON for machines, a page for people."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from django.template.loader import render_to_string
from rich.console import Console
from rich.table import Table

from risk.chain_report import ChainLine, FileReport, words

WHY_OTHER: Final = (
    "The exchange publishes Black-Scholes on the spot, at 10 % a year, over whole calendar days. Ours is Black-76 on "
    "the forward that futures or calls and puts show, at the rate they imply, up to the instant of expiry. Where the "
    "market's forward is not the spot at 10 %, the exchange's calls and puts of one strike get two volatilities and "
    "ours get one. Published volatility also comes from the last trade, ours from the middle of bid and ask."
)


def print_report(console: Console, report: FileReport) -> None:
    """Print one file's account as tables."""
    title = f"{report.name}: {report.rows:,} rows, {len(report.lines)} expiries"
    table = Table(
        "underlying", "day", "expiry", "forward", "from", "ATM", "skew 25", "slope", "fit", "used", "flags", title=title
    )
    for line in report.lines:
        table.add_row(
            line.symbol, str(line.trading_date), str(line.expiry), _number(line.forward), line.forward_source or "-",
            *(_percent(value) for value in (line.atm_volatility, line.skew_25, line.term_slope, line.fit_error)),
            f"{line.quotes_used}/{line.quotes}", ", ".join(line.flags) or "-",
        )  # fmt: skip
    console.print(table)
    console.print(f"Rows refused: {_counts(report.refused_rows)}")
    console.print(f"Quotes without a volatility: {_counts(report.refused_quotes)}")
    if report.has_published:
        console.print(_published_table(report))
        console.print(WHY_OTHER)
    if report.stored:
        kept = report.stored
        console.print(
            f"Stored: {kept.written} chains; {kept.unchanged} unchanged, {kept.older} older than what is here"
        )


def as_json(reports: Sequence[FileReport]) -> str:
    """Return the accounts as JSON; figures that were refused are null."""
    files = [{**asdict(report), "refused_quotes": report.refused_quotes} for report in reports]
    return json.dumps({"schema": 1, "files": files}, indent=2, allow_nan=False, default=str) + "\n"


def as_html(reports: Sequence[FileReport]) -> str:
    """Return the accounts as one self-contained page."""
    pages = [(report, [_cells(line) for line in report.lines]) for report in reports]
    return render_to_string("risk/chain_report.html", {"pages": pages, "why_other": WHY_OTHER})


def _cells(line: ChainLine) -> tuple[list[str], str]:
    """Return an expiry's figures as texts, and what there is to say of it in words."""
    shape = (line.atm_volatility, line.skew_25, line.term_slope, line.fit_error)
    figures = [
        line.symbol, str(line.trading_date), str(line.expiry), _number(line.forward), line.forward_source or "–",
        _number(line.forward_error), "–" if line.discount is None else f"{line.discount:.4f}",
        *(_percent(value) for value in shape), f"{line.quotes_used:,} of {line.quotes:,}",
    ]  # fmt: skip
    remarks = [f"{count:,} {words(reason)}" for reason, count in line.refused.items()]
    return figures, "; ".join([*map(words, line.flags), *remarks]) or "–"


def _published_table(report: FileReport) -> Table:
    title = "Against the published volatility (median difference in volatility points)"
    table = Table("underlying", "expiry", "contracts", "its own convention", "contracts", "Black-76", title=title)
    for line in report.lines:
        if (compared := line.published) is not None:
            table.add_row(
                line.symbol, str(line.expiry), str(compared.contracts), _number(compared.exchange_convention),
                str(compared.black76_contracts), _number(compared.black76),
            )  # fmt: skip
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.2f}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.2f} %"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{words(reason)} {count:,}" for reason, count in counts.items()) or "none"
