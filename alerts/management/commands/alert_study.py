"""`manage.py alert_study`: how often alerts would have called somebody on recorded sessions, and whether rightly."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from alerts.rules import ScoreRule
from alerts.study import Study, study
from risk.backtest_inputs import ALIASES, recorded
from risk.configuration import RiskConfig, checked
from risk.quant.model import default_model

DESK = 20


class Command(BaseCommand):
    """Reads files and prints; writes nothing."""

    help = "Count the alerts that recorded sessions would have raised at the default settings, or at others."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add = parser.add_argument
        add("--bars", type=Path, action="append", default=[], help="Parquet or CSV file of minute bars, repeatable")
        add("--ticks", type=Path, action="append", default=[], help="Parquet file of one day's ticks, repeatable")
        add("--symbol", action="append", required=True, dest="symbols", help="symbol to judge, repeatable")
        add("--alias", action="append", default=list(ALIASES), help="name in the file = our symbol")
        add("--warm-up", type=int, default=5, help="sessions that only teach, before the judged ones")
        add("--set", action="append", default=[], dest="changes", help="another setting, NAME=VALUE, repeatable")

    def handle(self, *args: object, **options: Any) -> None:
        rule = ScoreRule.of(_config(options["changes"]))
        try:
            symbols = list(dict.fromkeys(options["symbols"]))
            inputs = recorded(
                bar_files=options["bars"], tick_files=options["ticks"], symbols=symbols, aliases=options["alias"]
            )
            found = study(
                inputs.bars, clock=inputs.clock, universe=inputs.universe, model=default_model(), rule=rule,
                warm_up=options["warm_up"],
            )  # fmt: skip
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        if not found.sessions:
            raise CommandError(f"the files hold no session behind the {options['warm_up']} that only teach")
        self.stdout.write("\n".join(_lines(found)))


def _config(pairs: list[str]) -> RiskConfig:
    values = dict(pair.partition("=")[::2] for pair in pairs)
    try:
        numbers = {name: float(value) for name, value in values.items()}
    except ValueError as problem:
        raise CommandError(f"a setting is written NAME=NUMBER, was {', '.join(pairs)}") from problem
    config, problems = checked(numbers, base=RiskConfig())
    if problems:
        raise CommandError(f"{problems[0].name} {problems[0].sentence}")
    return config


def _lines(found: Study) -> list[str]:
    facts = [
        ("sessions judged", f"{found.sessions}"),
        ("symbols", f"{found.symbols}"),
        ("episodes", f"{len(found.episodes)}"),
        ("of them HIGH or above", f"{len(found.high)}"),
        (f"HIGH a day, {DESK} such symbols", f"{found.a_day(symbols=DESK):.2f}"),
        ("most HIGH in one day", f"{found.most_in_a_day}"),
        ("HIGH flap rate", f"{found.flap_rate:.1%}"),
        ("HIGH precision", f"{found.precision:.1%}"),
        ("crossings of HIGH, without any rule", f"{found.crossings}"),
    ]
    return [f"{name:<36}{value:>10}" for name, value in facts]
