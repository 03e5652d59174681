"""`manage.py backtest`: how good the scores would have been on recorded minute bars."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final, TextIO, cast

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from risk.bars import BarFileError, read_bars, read_symbols
from risk.quant.backtest import Verdict, walk_forward
from risk.quant.calendar import ExchangeClock
from risk.quant.evaluation import Judgement
from risk.quant.history import in_sessions
from risk.quant.model import ScoreModel, default_model, write_model
from risk.quant.universe import Universe

ALIASES: Final = ("NIFTY50=NIFTY", "NIFTYBANK=BANKNIFTY")
INDICES: Final = frozenset({"NIFTY", "BANKNIFTY", "FINNIFTY", "MIDCPNIFTY", "NIFTYNXT50", "SENSEX", "BANKEX"})
FIGURES: Final = (
    ("cases", "cases", "{:,}"),
    ("base rate", "base_rate", "{:.3f}"),
    ("mean forecast", "mean_forecast", "{:.3f}"),
    ("Brier score", "brier", "{:.4f}"),
    ("skill against .30", "skill_against_base", "{:.3f}"),
    ("skill against the sample's rate", "skill_against_sample", "{:.3f}"),
    ("log loss", "log_loss", "{:.4f}"),
    ("AUC", "auc", "{:.3f}"),
    ("HIGH share", "high_share", "{:.2%}"),
    ("HIGH precision", "high_precision", "{:.2f}"),
)


class Command(BaseCommand):
    """Fits on the first sessions of a bar file and judges the rest, through the production fold."""

    help = "Judge the risk score on recorded minute bars, walk-forward."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bars", type=Path, required=True, help="Parquet or CSV file of minute bars")
        parser.add_argument("--symbol", action="append", required=True, dest="symbols", help="may be repeated")
        parser.add_argument("--alias", action="append", default=list(ALIASES), help="name in the file = our symbol")
        parser.add_argument("--fit-sessions", type=int, default=40, help="sessions to fit on")
        parser.add_argument("--horizon", type=int, default=60, help="minutes ahead")
        parser.add_argument("--json", type=Path, help="write the figures to this file")
        parser.add_argument("--save-model", type=Path, help="write the fitted model to this file")

    def handle(self, *args: object, **options: Any) -> None:
        symbols = list(dict.fromkeys(options["symbols"]))
        if options["horizon"] < 15 or options["fit_sessions"] < 6:
            raise CommandError("--horizon must be at least 15 and --fit-sessions at least 6")
        model = replace(
            default_model(), horizon_minutes=float(options["horizon"]), shortest_horizon=options["horizon"] / 2
        )
        try:
            verdict, refused = _run(options["bars"], symbols, options["alias"], options["fit_sessions"], model)
        except ValueError as error:
            raise CommandError(str(error)) from error
        _print(Console(file=cast(TextIO, self.stdout)), verdict, refused)
        if options["json"]:
            options["json"].write_text(_as_json(verdict, refused, symbols))
        if options["save_model"]:
            documented = {
                "bars": options["bars"].name,
                "symbols": ", ".join(symbols),
                "cases": str(verdict.fitted_cases),
            }
            options["save_model"].write_text(write_model(verdict.model, version="backtest", fit=documented))


def _run(
    path: Path, symbols: list[str], aliases: Iterable[str], fit_sessions: int, model: ScoreModel
) -> tuple[Verdict, dict[str, int]]:
    """Return the verdict and the count of refused bars by reason; raises ValueError with a sentence for people."""
    names = _aliases(aliases)
    present = {names.get(name, name) for name in read_symbols(path)}
    missing = [symbol for symbol in symbols if symbol not in present]
    if missing:
        raise BarFileError(f"{path} has no bars of {', '.join(missing)}; it holds {', '.join(sorted(present))}")
    instruments = {symbol: number for number, symbol in enumerate(symbols, start=1)}
    bars, refused = read_bars(path, instruments=instruments, aliases=names)
    clock = ExchangeClock()
    inside, strays = in_sessions(bars, clock)
    if strays:
        refused["outside_session_or_duplicate"] = strays
    universe = Universe(
        instruments=np.array(list(instruments.values()), dtype=np.int64),
        asset_class=np.array([0 if symbol in INDICES else 1 for symbol in symbols], dtype=np.int8),
    )
    return walk_forward(inside, clock=clock, universe=universe, model=model, fit_sessions=fit_sessions), refused


def _aliases(pairs: Iterable[str]) -> dict[str, str]:
    names = dict(pair.partition("=")[::2] for pair in pairs)
    if not all(names) or not all(names.values()):
        raise ValueError("an alias is written NAME_IN_FILE=SYMBOL")
    return names


def _print(console: Console, verdict: Verdict, refused: dict[str, int]) -> None:
    title = f"{verdict.sessions} sessions, fitted on {verdict.fitted_cases:,} windows of the first ones"
    table = Table("", "score", "rolling 60-minute variance", title=title)
    for label, field, shape in FIGURES:
        values = [getattr(judged, field) for judged in (verdict.judged, verdict.rolling)]
        table.add_row(label, *("-" if np.isnan(value) else shape.format(value) for value in values))
    console.print(table)
    bins = Table("forecast", "cases", "mean", "observed", "95 % interval", title="Reliability of the score")
    for row in verdict.judged.bins:
        cells = (f"{row.forecast:.3f}", f"{row.observed:.3f}", f"{row.interval[0]:.3f} - {row.interval[1]:.3f}")
        bins.add_row(f"{row.low:.1f} - {row.high:.1f}", f"{row.cases:,}", *(cells if row.cases else ("", "", "")))
    console.print(bins)
    counts = ", ".join(f"{reason} {count:,}" for reason, count in refused.items()) or "none"
    console.print(f"Refused bars: {counts}")


def _as_json(verdict: Verdict, refused: dict[str, int], symbols: list[str]) -> str:
    """Return the figures as JSON; what cannot be known (NaN) is null."""
    report = {
        "symbols": symbols,
        "sessions": verdict.sessions,
        "fitted_cases": verdict.fitted_cases,
        "refused": refused,
        "score": _finite(verdict.judged),
        "rolling_60": _finite(verdict.rolling),
    }
    return json.dumps(report, indent=2, allow_nan=False) + "\n"


def _finite(judgement: Judgement) -> dict[str, object]:
    figures = asdict(judgement)
    rows = [figures, *figures["bins"]]
    for row in rows:
        row.update({name: None for name, value in row.items() if isinstance(value, float) and np.isnan(value)})
    return figures
