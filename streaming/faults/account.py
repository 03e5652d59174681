"""Did every tick that the market made reach the log?  The simulated market is made again from its seed and counted."""

from dataclasses import dataclass

from django.conf import settings

from streaming.feed_process import instrument_ids
from streaming.feeds.simulated import SimulatedFeed
from streaming.models import FeedRun
from streaming.tick_entries import START, Kind
from streaming.tick_log import TickLog

ENTRIES_AT_ONCE = 2_000


@dataclass
class Account:
    """What the simulated runs in a log must hold, by the seed, and what they hold."""

    runs: int = 0
    made: int = 0
    logged: int = 0

    @property
    def lost(self) -> int:
        """Ticks of the market that are not in the log; below zero there are some twice."""
        return self.made - self.logged


def account_of(log: TickLog, partition: int) -> Account:
    """Count each run from its first entry, which opens it, to its last."""
    account, after, last, assigned = Account(), START, 0, {run.pk: run.assigned for run in FeedRun.objects.all()}
    feed = SimulatedFeed(seed=settings.SIMULATOR_SEED, instruments=instrument_ids())
    while entries := log.read(partition, after=after, count=ENTRIES_AT_ONCE):
        for entry in entries:
            if entry.kind == Kind.RUN_START:
                account.runs += 1
            else:
                made = (emission.ticks for emission in feed.emissions(last, entry.log_time))
                account.made += sum(len(assigned[entry.run_id].split(ticks)[partition].ticks) for ticks in made)
            last = entry.log_time
            account.logged += len(entry.ticks)
        after = entries[-1].id
    return account
