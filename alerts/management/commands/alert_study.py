"""`manage.py alert_study`: how often alerts would have called somebody on recorded sessions, and whether rightly."""

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict

from django.core.management.base import BaseCommand, CommandError

from alerts.rule_study import RuleStudy, study_rules
from alerts.rules import ScoreRule
from alerts.study import Study, study
from risk.backtest_inputs import ALIASES, recorded
from risk.configuration import RiskConfig, checked
from risk.quant.calendar import TradingClock
from risk.quant.model import ScoreModel, default_model
from risk.quant.universe import Universe

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
        add("--rules", action="store_true", help="judge the shipped rules with levels instead of the score's")
        add("--set", action="append", default=[], dest="changes", help="another setting, NAME=VALUE, repeatable")

    def handle(self, *args: object, **options: Any) -> None:
        config = _config(options["changes"])
        try:
            symbols = list(dict.fromkeys(options["symbols"]))
            inputs = recorded(
                bar_files=options["bars"], tick_files=options["ticks"], symbols=symbols, aliases=options["alias"]
            )
            how: _How = {
                "clock": inputs.clock, "universe": inputs.universe, "model": default_model(),
                "warm_up": options["warm_up"],
            }  # fmt: skip
            found: Study | RuleStudy
            if options["rules"]:
                found = study_rules(inputs.bars, config=every_rule(config), **how)
            else:
                found = study(inputs.bars, rule=ScoreRule.of(config), **how)
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        if not found.sessions:
            raise CommandError(f"the files hold no session behind the {options['warm_up']} that only teach")
        self.stdout.write("\n".join(_lines(found) if isinstance(found, Study) else _rule_lines(found)))


class _How(TypedDict):
    clock: TradingClock
    universe: Universe
    model: ScoreModel
    warm_up: int


def every_rule(config: RiskConfig) -> RiskConfig:
    """Return the configuration with every rule enabled, so that those that are not can be looked at too."""
    return replace(config, rules=tuple(rule.switched(enabled=True) for rule in config.rules))


def _rule_lines(found: RuleStudy) -> list[str]:
    facts = [("sessions judged", f"{found.sessions}"), ("symbols", f"{found.symbols}")]
    for rule in RiskConfig().rules:
        if not rule.is_built_in:
            facts.append((f"{rule.severity} {rule.key}", f"{found.alerts[rule.key]}"))
            facts.append((f"  a day, {DESK} such symbols", f"{found.a_day(rule.key, symbols=DESK):.2f}"))
            facts.append(("  most in one day", f"{found.most[rule.key]}"))
    return [f"{name:<36}{value:>10}" for name, value in facts]


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
