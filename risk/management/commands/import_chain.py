"""`manage.py import_chain FILE...`: option chains from the exchange's files, valued, stored and reported."""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TextIO, cast, get_args

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import Progress

from risk.chain_files import ChainFile, read_chains
from risk.chain_output import as_html, as_json, print_report
from risk.chain_report import FileReport, report_of
from risk.chain_rows import ChainFileError, clock_of
from risk.chain_services import store_chains
from risk.quant.calendar import Exchange
from risk.quant.chain_valuation import Assumptions, ValuedChain, value_chains
from risk.quant.option_quotes import ChainQuotes

RATE: Final = 0.065
WIDTH_OF_A_FILE: Final = 160  # columns; a report that is not shown on a terminal keeps its tables whole


class Command(BaseCommand):
    """Reads each file, builds forwards, volatilities and smiles, and stores the chains; twice is once."""

    help = "Imports option chains: UDiFF F&O bhavcopies (CSV, gz, zip, Parquet) and NSE option-chain JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The rate only matters where option prices themselves do not tell a discount."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--exchange", choices=get_args(Exchange), default="NSE", help="where the file is silent")
        parser.add_argument("--rate", type=float, default=RATE, help="money-market rate per year, within 2 points")
        parser.add_argument("--report-only", action="store_true", help="store nothing")
        parser.add_argument("--html", type=Path, help="write the report to this file, for people")
        parser.add_argument("--json", type=Path, help="write the report to this file, for machines")

    def handle(self, *args: object, **options: Any) -> None:
        """Import file after file; one that cannot be read is named at the end, the others are stored and reported."""
        if not -0.2 <= options["rate"] <= 0.5:
            raise CommandError(f"--rate is a decimal per year, such as 0.065; it was {options['rate']}")
        if not options["report_only"]:
            call_command("migrate", interactive=False, verbosity=0)
        console = _console(cast(TextIO, self.stdout))
        reports, problems = [], []
        for path in options["files"]:
            try:
                report = _import(path, options["exchange"], options["rate"], not options["report_only"], console)
            except (ChainFileError, ValueError) as problem:
                problems.append(f"{path.name}: {problem}")
                continue
            print_report(console, report)
            reports.append(report)
        if options["html"]:
            options["html"].write_text(as_html(reports))
        if options["json"]:
            options["json"].write_text(as_json(reports))
        if problems:
            raise CommandError("not imported: " + "; ".join(problems))


def _console(stream: TextIO) -> Console:
    console = Console(file=stream)
    return console if console.is_terminal else Console(file=stream, width=WIDTH_OF_A_FILE)


def _import(path: Path, exchange: Exchange, rate: float, keep: bool, console: Console) -> FileReport:
    file = read_chains(path, exchange=exchange)
    chains = _valued(file, Assumptions(rate=rate), console)
    stored = store_chains(chains, source_file=file.name) if keep else None
    return report_of(file, chains, stored)


def _valued(file: ChainFile, assumptions: Assumptions, console: Console) -> list[ValuedChain]:
    valued: list[ValuedChain] = []
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(file.name, total=len(file.chains))
        for chains in _by_underlying(file.chains):
            valued += value_chains(chains, clock=clock_of(_exchange(chains)), assumptions=assumptions)
            progress.advance(task, len(chains))
    return valued


def _by_underlying(chains: Sequence[ChainQuotes]) -> list[list[ChainQuotes]]:
    together: dict[tuple[str, str, int], list[ChainQuotes]] = defaultdict(list)
    for chain in chains:
        together[chain.exchange, chain.symbol, chain.observed_us].append(chain)
    return list(together.values())


def _exchange(chains: Sequence[ChainQuotes]) -> Exchange:
    return "BSE" if chains[0].exchange == "BSE" else "NSE"
