"""`manage.py chaos`: prove on a platform of its own that faults lose and repeat nothing."""

import os
import signal
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from riskplatform.own_stores import own_stores, stores_in_words
from streaming.faults import random_faults, staging
from streaming.faults.environment import ENVIRONMENT
from streaming.faults.sabotage import KINDS
from streaming.faults.stage import GOALS
from streaming.faults.steps import STEPS
from streaming.faults.sweep import Swept, sweep
from streaming.management.commands.verify_replay import report


class Command(BaseCommand):
    help = (
        "Hurt real processes of a platform on stores of its own, then compare the database with a fault-free fold of "
        "its log. Exit code 1 when something was lost, repeated or differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--faults",
            type=int,
            metavar="N",
            help="hurt what `up` runs, and the stores below it, N times",
        )
        parser.add_argument("--kind", action="append", choices=tuple(GOALS), help="with --faults: these only")
        parser.add_argument("--steps", type=int, metavar="N", help="let the worker die N times at each step of a drain")
        parser.add_argument("--only", action="append", choices=STEPS, help="with --steps: these steps only")
        parser.add_argument("--sabotage", choices=KINDS, help="with --steps: break the promise, which must turn red")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--inside", action="store_true", help="used by the command itself, on its own platform")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["steps"] is None) == (options["faults"] is None):
            raise CommandError("say how to hurt it: --faults N or --steps N")
        if not options["inside"]:
            sys.exit(self._run_apart(options))
        if options["faults"] is not None:
            self._suffer(options)
            return
        call_command("migrate", verbosity=0)
        swept = sweep(
            steps=options["only"] or STEPS,
            repetitions=options["steps"],
            seed=options["seed"],
            sabotage=options["sabotage"],
        )
        self._report(swept)
        self._require(swept.is_equal)

    def _suffer(self, options: dict[str, Any]) -> None:
        with staging.stage(os.environ, seed=options["seed"]) as stage:
            kinds = [kind for kind in options["kind"] or GOALS if kind in stage.kinds]
            if not kinds:
                raise CommandError(f"none of these faults can be done here, only {', '.join(stage.kinds)}")
            suffered = random_faults.suffer(stage, faults=options["faults"], kinds=kinds)
        self._report_suffered(suffered)
        self._require(suffered.is_equal)

    def _require(self, is_equal: bool) -> None:
        if not is_equal:
            raise CommandError("the database differs from a fault-free fold of its log")

    def _run_apart(self, options: dict[str, Any]) -> int:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that everything is cleared away
        given = [f"--seed={options['seed']}"]
        given += [f"--{name}={options[name]}" for name in ("steps", "faults") if options[name] is not None]
        given += [f"--kind={kind}" for kind in options["kind"] or ()]
        given += [f"--only={step}" for step in options["only"] or ()]
        given += [f"--sabotage={options['sabotage']}"] if options["sabotage"] else []
        own = own_stores("chaos") if options["faults"] is None else staging.own_servers()
        with own as environment:
            self.stdout.write(f"stores            {stores_in_words(environment)}")
            if options["faults"] is not None and (absent := staging.absent_in_words(environment)):
                self.stdout.write(f"not in the mix    {absent}")
            self.stdout.flush()
            command = [sys.executable, "manage.py", "chaos", "--inside", *given]
            return subprocess.run(
                command, cwd=settings.BASE_DIR, env={**environment, **ENVIRONMENT}, check=False
            ).returncode

    def _report(self, swept: Swept) -> None:
        waits = sorted(death.seconds for death in swept.deaths)
        steps = len({death.step for death in swept.deaths})
        self.stdout.write(f"deaths            {len(waits)} at {steps} steps")
        self.stdout.write(f"recovery seconds  median {waits[len(waits) // 2]:.1f}, worst {waits[-1]:.1f}")
        self.stdout.write(f"ticks appended    {swept.ticks}")
        self.stdout.write("\n".join(line for found in swept.comparisons for line in report(found)))

    def _report_suffered(self, suffered: random_faults.Suffered) -> None:
        said = suffered.chain
        assert said is not None
        state = "valid" if said.broken is None else f"BROKEN at entry {said.broken}: {said.reason}"
        made, logged = (sum(getattr(one, name) for one in suffered.accounts) for name in ("made", "logged"))
        self.stdout.write("\n".join(random_faults.table(suffered)))
        self.stdout.write(f"feed runs         {sum(account.runs for account in suffered.accounts)}")
        self.stdout.write(f"ticks             {made} made, {logged} in the log, lost {suffered.lost}")
        for kind in ("records", "alerts"):
            self.stdout.write(f"duplicate {kind:<8}{sum(one.repeated(kind) for one in suffered.comparisons)}")
        self.stdout.write(f"audit chain       {state}, {said.entries} entries")
        self.stdout.write(f"restarts asked    {suffered.restarts}, by the watchdog, of what was alive but silent")
        self.stdout.write("\n".join(line for found in suffered.comparisons for line in report(found)))
