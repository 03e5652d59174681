"""`manage.py import_history FILE`: what recorded minute bars teach, kept for the replays and live data to come."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, get_args

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from risk import history_services as history
from risk import services
from risk.bars import BarFileError, read_bars
from risk.models import Lineage
from risk.quant.calendar import Exchange, ExchangeClock
from risk.quant.feature_fold import taught
from risk.quant.history import fold_history, in_sessions
from risk.quant.model import default_model

LINEAGES = [Lineage.RECORDED.value, Lineage.LIVE.value]


class Command(BaseCommand):
    """Folds the file session after session, from the newest profile before it, and stores the last profile."""

    help = "Learns from a file of minute bars (Parquet or CSV), so that a later run does not begin without a past."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The lineage says whose past it is: that of replays, or of live data."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--lineage", choices=LINEAGES, default=Lineage.RECORDED.value)
        parser.add_argument("--exchange", choices=get_args(Exchange), default="NSE", help="whose sessions they are")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many bars and sessions were used, and how many bars were refused, by reason."""
        call_command("migrate", interactive=False, verbosity=0)
        try:
            for line in import_file(options["file"], lineage=options["lineage"], exchange=options["exchange"]):
                self.stdout.write(line)
        except (BarFileError, LookupError, ValueError) as problem:
            raise CommandError(str(problem)) from problem


def import_file(path: Path, *, lineage: str, exchange: Exchange) -> list[str]:
    """Store the profile after the file's last session and return the account of it, one fact per line."""
    began, clock, universe = time.monotonic(), ExchangeClock(exchange), services.whole_universe()
    ids = {symbol: int(instrument.pk) for symbol, instrument in services.instrument_directory().items()}
    bars, refused = read_bars(path, instruments=ids)
    placed, refused["outside_session_or_repeated"] = in_sessions(bars, clock)
    if not len(placed):
        raise BarFileError(f"{path} holds no bar of a known symbol inside a session of {exchange}")
    before = history.newest_profile_session(lineage=lineage, before=int(placed["session"][0]))
    profile, past = history.load_profile(lineage=lineage, session=before, universe=universe)
    sessions = 0
    for folded in fold_history(placed, clock=clock, profile=profile):
        past = taught(past, folded.bars, before=folded.before, after=folded.after)
        profile, sessions = folded.after, sessions + 1
    history.store_profile(lineage=lineage, session=profile.session, profile=profile, past=past)
    known = (profile.sessions >= default_model().minimum_sessions).sum()
    return [
        f"{path.name}: {len(placed):,} bars of {sessions} sessions in {time.monotonic() - began:.1f} s",
        *(f"  refused as {reason}: {count:,}" for reason, count in refused.items() if count),
        f"past up to session {profile.session} ({lineage}); {known} of {len(universe)} instruments leave PRIOR",
    ]
