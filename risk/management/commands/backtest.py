"""`manage.py backtest`: how good the scores would have been on recorded or simulated sessions."""

import getpass
import json
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TextIO, cast

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from risk import quality_services as quality
from risk.backtest_inputs import ALIASES, Inputs, recorded, simulated
from risk.backtest_report import Material, as_html, as_json
from risk.cases_file import write_cases
from risk.quality_account import account_of
from risk.quant.ablation import Ablation, leave_one_out
from risk.quant.backtest import Verdict, walk_forward
from risk.quant.model import ScoreModel, default_model, write_model
from risk.quant.proof import RESAMPLES, prove
from risk.quant.trials import Rewalk, Trial, TrialResult, run_trials, trial_of
from risk.report_terminal import print_report, progress_bar, report_console

SEED: Final = 20_240_101  # of the bootstrap: the same files give the same report, byte for byte
FEWEST_FIT_SESSIONS: Final = 6
SHORTEST_HORIZON: Final = 15
LONGEST_HORIZON: Final = 360


class Command(BaseCommand):
    """Fits on the first sessions and judges the rest, through the production fold."""

    help = "Judge the risk score on recorded or simulated sessions, walk-forward, and report every figure."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--bars", type=Path, action="append", default=[], help="Parquet or CSV file of minute bars, repeatable")
        add("--ticks", type=Path, action="append", default=[], help="Parquet file of one day's ticks, repeatable")
        add("--simulated", type=int, metavar="SESSIONS", help="judge so many sessions of the simulated market instead")
        add("--symbol", action="append", default=[], dest="symbols", help="symbol to judge, repeatable")
        add("--implied", type=Path, action="append", default=[], help="Parquet file of at-the-money options per minute")
        add("--rolling-barrier", action="store_true", help="let the barrier roll on as in production")
        add("--leave-one-out", action="store_true", help="also judge the score without each of its parts")
        add("--trial", action="append", default=[], dest="trials", help="also judge other settings, NAME or NAME=VALUE")
        add("--alias", action="append", default=list(ALIASES), help="name in the file = our symbol")
        add("--fit-sessions", type=int, default=40, help="sessions to fit on")
        add("--horizon", type=int, default=60, help="minutes ahead")
        add("--json", type=Path, help="write every figure to this file")
        add("--html", type=Path, help="write the report with pictures to this file")
        add("--cases", type=Path, help="write every judged window to this Parquet file")
        add("--save", action="store_true", help="store the account, for the page of the model's quality")
        add("--account", type=Path, help="write the account that --save stores to this JSON file")
        add("--save-model", type=Path, help="write the fitted model to this file")

    def handle(self, *args: object, **options: Any) -> None:
        _check(options)
        try:
            trials = [trial_of(text) for text in dict.fromkeys(options["trials"])]
            inputs = _inputs(options)
            run = partial(
                walk_forward,
                inputs.bars,
                clock=inputs.clock,
                universe=inputs.universe,
                fit_sessions=options["fit_sessions"],
                implied=inputs.implied,
                rolling_barrier=options["rolling_barrier"],
            )
            with progress_bar(Console(file=cast(TextIO, self.stderr), stderr=True)) as advance:
                verdict = run(model=_model(options["horizon"]), progress=advance)
            truth = inputs.truth(verdict.cases) if inputs.truth else None
            proof = prove(verdict, symbols=inputs.symbols, random=np.random.default_rng(SEED), truth=truth)
            parts = leave_one_out(verdict, universe=inputs.universe) if options["leave_one_out"] else []
            tried = _tried(verdict, trials, inputs, rewalk=lambda model: run(model=model))
        except ValueError as error:
            raise CommandError(str(error)) from error
        material = _material(inputs, parts, tried)
        print_report(report_console(cast(TextIO, self.stdout)), proof, material)
        _write(options["json"], lambda path: _put(path, as_json(proof, material)))
        _write(options["html"], lambda path: _put(path, as_html(proof, material)))
        account = account_of(proof, verdict, material, rolling_barrier=options["rolling_barrier"])
        _write(options["account"], lambda path: _put(path, json.dumps(account, indent=1, allow_nan=False) + "\n"))
        if options["save"]:
            stored = quality.store(account, author=getpass.getuser())
            self.stdout.write(f"Stored as result {stored.pk}.")
        _write(options["save_model"], lambda path: _put(path, _model_text(verdict, inputs)))
        _write(options["cases"], lambda path: write_cases(path, verdict.cases, symbols=inputs.symbols, truth=truth))


def _check(options: dict[str, Any]) -> None:
    horizon, fit_sessions = options["horizon"], options["fit_sessions"]
    if horizon < SHORTEST_HORIZON or fit_sessions < FEWEST_FIT_SESSIONS:
        raise CommandError(
            f"--horizon must be at least {SHORTEST_HORIZON} and --fit-sessions at least {FEWEST_FIT_SESSIONS}, "
            f"got {horizon} and {fit_sessions}"
        )
    if horizon > LONGEST_HORIZON:
        raise CommandError(f"--horizon must be at most {LONGEST_HORIZON} minutes of a session's 375, got {horizon}")
    for path in (options["json"], options["html"], options["save_model"], options["cases"], options["account"]):
        if path is not None and not path.parent.is_dir():
            raise CommandError(f"cannot write {path}: there is no folder {path.parent}")
    _check_inputs(options)


def _check_inputs(options: dict[str, Any]) -> None:
    files = [*options["bars"], *options["ticks"], *options["implied"]]
    if options["simulated"] is not None and (files or options["symbols"]):
        raise CommandError("--simulated brings its own symbols: give it without --bars, --ticks and --symbol")
    if options["simulated"] is None and not files:
        raise CommandError("give --bars FILE, --ticks FILE or --simulated SESSIONS")
    if files and not options["symbols"]:
        raise CommandError("name what to judge with --symbol NAME, at least once")


def _inputs(options: dict[str, Any]) -> Inputs:
    if options["simulated"] is not None:
        if options["simulated"] <= options["fit_sessions"]:
            raise CommandError(
                f"--simulated must exceed --fit-sessions, got {options['simulated']} and {options['fit_sessions']}"
            )
        return simulated(options["simulated"])
    return recorded(
        bar_files=options["bars"],
        tick_files=options["ticks"],
        symbols=list(dict.fromkeys(options["symbols"])),
        aliases=options["alias"],
        implied_files=options["implied"],
    )


def _model(horizon: int) -> ScoreModel:
    return replace(default_model(), horizon_minutes=float(horizon), shortest_horizon=horizon / 2)


def _tried(verdict: Verdict, trials: list[Trial], inputs: Inputs, *, rewalk: Rewalk) -> list[TrialResult]:
    if not trials:
        return []
    return run_trials(
        verdict,
        trials,
        universe=inputs.universe,
        rewalk=rewalk,
        random=np.random.default_rng(SEED),
        resamples=RESAMPLES,
    )


def _material(inputs: Inputs, parts: list[Ablation], trials: list[TrialResult]) -> Material:
    sessions = inputs.bars["session"]
    ends = (int(sessions.min()), int(sessions.max()))
    return Material(
        inputs.origins, inputs.symbols, len(inputs.bars), *ends, inputs.refused, tuple(parts), tuple(trials)
    )


def _model_text(verdict: Verdict, inputs: Inputs) -> str:
    documented = {
        "bars": ", ".join(inputs.origins),
        "symbols": ", ".join(inputs.symbols.values()),
        "cases": str(verdict.fitted_cases),
    }
    return write_model(verdict.model, version="backtest", fit=documented)


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _write(path: Path | None, writer: Callable[[Path], None]) -> None:
    if path is None:
        return
    try:
        writer(path)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror}") from error
