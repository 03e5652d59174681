"""`manage.py fit_model`: weights and calibration of the score fitted anew to recorded bars, as a documented file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from risk.backtest_inputs import ALIASES, Inputs, recorded
from risk.quant.backtest import WARM_UP_SESSIONS, fit_rolling, sample_of
from risk.quant.cases import Cases
from risk.quant.fit import mean_log_likelihood
from risk.quant.model import CLASSES, ScoreModel, default_model, read_model, write_model


class Command(BaseCommand):
    """Fits the classes of the symbols that are named; the other class keeps the base model's numbers."""

    help = "Fit the risk score to recorded minute bars and write the model with an account of the fit."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("out", type=Path, help="model file to write")
        add("--bars", type=Path, action="append", required=True, help="Parquet or CSV file of minute bars, repeatable")
        add("--symbol", action="append", required=True, dest="symbols", help="symbol to fit on, repeatable")
        add("--implied", type=Path, action="append", default=[], help="Parquet file of at-the-money options per minute")
        add("--alias", action="append", default=list(ALIASES), help="name in the file = our symbol")
        add("--base", type=Path, help="model file whose priors and other class are kept; without, the shipped model")
        add("--model-version", required=True, help="version that records of this model will carry")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            base = read_model(options["base"].read_text()) if options["base"] else default_model()
            inputs = recorded(
                bar_files=options["bars"],
                tick_files=[],
                symbols=list(dict.fromkeys(options["symbols"])),
                aliases=options["alias"],
                implied_files=options["implied"],
            )
            model, cases = fit_rolling(
                inputs.bars, clock=inputs.clock, universe=inputs.universe, model=base, implied=inputs.implied
            )
            accounts = _accounts(model, cases, inputs)
            text = write_model(model, version=options["model_version"], fit=base.fitted | accounts)
            options["out"].write_text(text)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"no model was written: {error}") from error
        for name, account in accounts.items():
            self.stdout.write(f"{name}: {account}")


def _accounts(model: ScoreModel, cases: Cases, inputs: Inputs) -> dict[str, str]:
    """Return where the numbers of each fitted class come from, and when."""
    accounts = {"date": timezone.localdate().isoformat()}
    of_case = inputs.universe.asset_class[np.searchsorted(inputs.universe.instruments, cases.instrument)]
    for asset_class in np.unique(of_case).tolist():
        own = cases.where(of_case == asset_class)
        symbols = [inputs.symbols[pk] for pk in np.unique(own.instrument).tolist()]
        keys = np.unique(inputs.bars["session"])
        likelihood = mean_log_likelihood(
            sample_of(own),
            weights=model.weights[asset_class],
            betas=model.betas[asset_class],
            terms=model.terms[asset_class],
        )
        accounts[CLASSES[asset_class]] = (
            f"{', '.join(symbols)}; {len(keys)} sessions {keys[0]} to {keys[-1]} ({', '.join(inputs.origins)}), first "
            f"{WARM_UP_SESSIONS} as warm-up; {len(own)} windows, {own.touched.mean():.3f} touched, "
            f"{own.implied_known.mean():.2f} with fresh options; mean log likelihood {likelihood:.4f}"
        )
    return accounts
