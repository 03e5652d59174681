"""`manage.py verify_replay`: fold the kept tick log again and hold the database against it, digest by digest."""

import sys
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from risk.quant.fold_state import StateNotReadable
from risk.services import partitions
from streaming.comparison import Comparison, Difference
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

    def handle(self, *args: Any, **options: Any) -> None:
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
