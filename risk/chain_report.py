"""Writes what an import of option chains found: a table for the terminal, JSON for machines, HTML for people."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

import numpy as np
from django.template.loader import render_to_string
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from risk.chain_files import ChainFile
from risk.chain_services import Stored
from risk.quant.chain_valuation import ValuedChain
from risk.quant.exchange_convention import published_volatility

FloatArray = NDArray[np.float64]

WHY_OTHER: Final = (
    "The exchange publishes Black-Scholes on the spot, at 10 % a year, over whole calendar days. Ours is Black-76 on "
    "the forward that futures or calls and puts show, at the rate they imply, up to the instant of expiry. Where the "
    "market's forward is not the spot at 10 %, the exchange's calls and puts of one strike get two volatilities and "
    "ours get one. Published volatility also comes from the last trade, ours from the middle of bid and ask."
)


@dataclass(frozen=True)
class Comparison:
    """Volatilities against the published ones, in points: medians of the absolute difference, and how many."""

    contracts: int
    exchange_convention: float | None
    black76_contracts: int
    black76: float | None


@dataclass(frozen=True)
class ChainLine:
    """One expiry on one day as the report shows it; None where a figure was refused."""

    symbol: str
    trading_date: date
    expiry: date
    forward: float | None
    forward_source: str
    forward_error: float | None
    discount: float | None
    atm_volatility: float | None
    skew_25: float | None
    term_slope: float | None
    fit_error: float | None
    quotes: int
    quotes_used: int
    refused: dict[str, int]
    flags: list[str]
    published: Comparison | None


@dataclass(frozen=True)
class FileReport:
    """What one file held and what became of it; `stored` is None where nothing was to be stored."""

    name: str
    rows: int
    refused_rows: dict[str, int]
    lines: list[ChainLine]
    stored: Stored | None

    @property
    def refused_quotes(self) -> dict[str, int]:
        """Return how many quotes of all chains have no volatility, by reason."""
        total: Counter[str] = Counter()
        for line in self.lines:
            total.update(line.refused)
        return dict(total.most_common())

    @property
    def has_published(self) -> bool:
        """Say whether the file brought volatilities of its own."""
        return any(line.published for line in self.lines)


def report_of(file: ChainFile, chains: Sequence[ValuedChain], stored: Stored | None) -> FileReport:
    """Return the account of one file."""
    return FileReport(file.name, file.rows, file.refused, [_line(chain) for chain in chains], stored)


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
    return render_to_string("risk/chain_report.html", {"reports": reports, "why_other": WHY_OTHER})


def _line(valued: ValuedChain) -> ChainLine:
    chain, forward, shape, smile = valued.chain, valued.forward, valued.shape, valued.smile
    return ChainLine(
        symbol=chain.symbol,
        trading_date=chain.trading_date,
        expiry=chain.expiry,
        forward=forward.value if forward else None,
        forward_source=forward.source.value if forward else "",
        forward_error=_known(forward.standard_error) if forward else None,
        discount=forward.discount if forward else None,
        atm_volatility=_known(shape.atm) if shape else None,
        skew_25=_known(shape.skew_25) if shape else None,
        term_slope=_known(valued.term_slope),
        fit_error=smile.error if smile else None,
        quotes=len(chain.quotes),
        quotes_used=int(valued.used.sum()) if smile else 0,
        refused=valued.refused,
        flags=list(valued.flags),
        published=_comparison(valued),
    )


def _comparison(valued: ValuedChain) -> Comparison | None:
    chain = valued.chain
    known = np.isfinite(chain.quotes["published"])
    if not known.any() or not np.isfinite(chain.spot):
        return None
    quotes = chain.quotes[known]
    recomputed = published_volatility(
        quotes["is_call"], price=quotes["close"], spot=chain.spot, strike=quotes["strike"],
        day=chain.trading_date, expiry=chain.expiry,
    )  # fmt: skip
    theirs = _differences(recomputed.volatility, quotes["published"])
    ours = _differences(valued.volatility[known], quotes["published"])
    return Comparison(len(theirs), _median(theirs), len(ours), _median(ours))


def _differences(ours: FloatArray, published: FloatArray) -> FloatArray:
    points: FloatArray = 100.0 * np.abs(ours - published)
    return points[np.isfinite(points)]


def _median(points: FloatArray) -> float | None:
    return float(np.median(points)) if len(points) else None


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


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.2f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.2f} %"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{reason} {count:,}" for reason, count in counts.items()) or "none"
