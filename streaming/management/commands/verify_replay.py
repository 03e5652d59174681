"""`manage.py verify_replay`: fold the kept tick log again and hold the database against it, digest by digest."""

import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from risk.quant.fold_state import StateNotReadable
from risk.services import partitions
from streaming.comparison import KINDS, Comparison, Difference
from streaming.models import FeedRun
from streaming.run_digests import digests_of
from streaming.tick_log import platform_log
from streaming.verification import compare_with_log

SHOWN_DIFFERENCES: Final = 5
SHOWN_CONTENT: Final = 600


class Command(BaseCommand):
    help = (
        "Folds the kept tick log of every partition again, in memory, and compares records, minute bars, alerts and "
        "the pipeline's audit entries with the database. Changes nothing; exit code 1 when something differs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", type=int, help="compare one run only; without it, all that the log keeps")

        parser.add_argument(
            "--same", nargs=2, type=int, metavar="RUN", help="compare what two runs of the same ticks left, instead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["same"]:
            self._compare_runs(*options["same"])
            return
        log = platform_log()
        try:
            found = [compare_with_log(log, partition=one, run=options["run"]) for one in partitions()]
        except StateNotReadable as problem:
            raise CommandError(f"the log begins at a checkpoint that this engine cannot read: {problem}") from problem
        self.stdout.write("\n".join(line for one in found for line in report(one)))
        if not any(one.was_possible for one in found):
            raise CommandError("nothing could be compared: see above")
        if not all(one.is_equal for one in found if one.was_possible):
            self.stdout.write("The database is NOT what its log says.")
            sys.exit(1)
        self.stdout.write("The database is what its log says.")

    def _compare_runs(self, first: int, second: int) -> None:
        known = FeedRun.objects.in_bulk((first, second))
        for run in (first, second):
            if run not in known:
                raise CommandError(f"there is no run {run}")
        sides = [digests_of(run) for run in (first, second)]
        for kind in KINDS:
            one, other = (side[kind] for side in sides)
            digests = f"{one.digest.hexdigest()} / {other.digest.hexdigest()}"
            self.stdout.write(f"  {kind:<8} {one.count:>9} {other.count:>9}  SHA-256 {digests}")
        if any(sides[0][kind].digest.digest() != sides[1][kind].digest.digest() for kind in KINDS):
            self.stdout.write(f"Runs {first} and {second} did NOT leave the same.")
            sys.exit(1)
        self.stdout.write(f"Runs {first} and {second} left the same.")


def report(found: Comparison) -> list[str]:
    """Return the table of one partition, and the first differences with both their contents."""
    lines = [f"partition {found.partition}: {found.entries} entries, {found.ticks} ticks folded again"]
    lines += [f"  note: {note}" for note in found.notes]
    if not found.was_possible:
        return lines
    lines.append(f"  {'':<8} {'folded':>9} {'stored':>9} {'differ':>7}  SHA-256 folded / stored")
    for kind, tally in found.tallies.items():
        counts = f"{tally.folded.count:>9} {tally.stored.count:>9} {tally.differing:>7}"
        digests = f"{tally.folded.digest.hexdigest()} / {tally.stored.digest.hexdigest()}"
        lines.append(f"  {kind:<8} {counts}  {digests}")
    said = {True: "equal, bit for bit", False: "DIFFERENT", None: "not compared: the cursor stands elsewhere"}
    lines.append(f"  fold state {said[found.is_state_equal]}")
    for kind, tally in found.tallies.items():
        for difference in tally.differences[:SHOWN_DIFFERENCES]:
            lines += _shown(kind, difference)
    return lines


def _shown(kind: str, difference: Difference) -> list[str]:
    key = difference.key
    sides = (("folded", difference.folded), ("stored", difference.stored))
    words = [f"    {name}: {'nothing' if content is None else content[:SHOWN_CONTENT]}" for name, content in sides]
    return [f"  {kind}: run {key.run}, instant {key.instant}, {key.symbol} {key.what}".rstrip(), *words]
