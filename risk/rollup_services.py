"""The only writer of rollups. They change in the transaction that stores their records, so each record counts once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction

from risk.rollup_models import MarketRollup, MinuteRollup
from risk.storage import Merge, merge_rows, moment

MINUTE_US: Final = 60_000_000
MARKET_MINUTES: Final = 5
SEVERITY_COLUMNS: Final = ("records_normal", "records_low", "records_medium", "records_high", "records_critical")
SEVERITIES: Final = ("NORMAL", "LOW", "MEDIUM", "HIGH", "CRITICAL")
_COUNTS: Final[Mapping[str, Merge]] = dict.fromkeys(("records", *SEVERITY_COLUMNS), "add")
_SUMS: Final[Mapping[str, Merge]] = {"high": "most", "total": "add", **_COUNTS}
_MINUTE_KEY: Final = ("run", "start", "instrument_id")
_MINUTE: Final[Mapping[str, Merge]] = {"open": "first", "low": "least", "close": "last", **_SUMS}
_MARKET_KEY: Final = ("run", "start", "partition")
_MARKET: Final[Mapping[str, Merge]] = {"first_id": "least", "last_id": "most", **_SUMS}


class Scored(NamedTuple):
    """One stored record, as far as rollups count it."""

    record_id: int
    instrument_id: int
    score: float
    severity: str


@transaction.atomic
def add_scores(*, run: int, partition: int, instant: int, scored: Sequence[Scored]) -> None:
    """Count the records of one instant (in microseconds) in their minute and in the market's five minutes.

    Instants of a run and partition come in ascending order, so a minute's first score is the one that came first.
    """
    if not scored:
        return
    start = moment(instant - instant % MINUTE_US)
    minutes = [(run, start, row.instrument_id, *[row.score] * 3, *_sums([row])) for row in scored]
    merge_rows(MinuteRollup, key=_MINUTE_KEY, merges=_MINUTE, rows=minutes)
    start = moment(instant - instant % (MARKET_MINUTES * MINUTE_US))
    ids = [row.record_id for row in scored]
    market = [(run, start, partition, min(ids), max(ids), *_sums(scored))]
    merge_rows(MarketRollup, key=_MARKET_KEY, merges=_MARKET, rows=market)


@transaction.atomic
def drop_rollups(*, run: int, partition: int) -> None:
    """Forget what a run's partition added, in the transaction that forgets its records."""
    MinuteRollup.objects.filter(run=run, instrument__partition=partition).delete()
    MarketRollup.objects.filter(run=run, partition=partition).delete()


@transaction.atomic
def delete_old_rollups(*, before: datetime, keep_runs: Collection[int]) -> int:
    """Delete rollups that began before `before`, except those of `keep_runs`; return how many went.

    Records that are still kept need theirs: `before` must not be later than the limit of the records.
    """
    minutes, _ = MinuteRollup.objects.filter(start__lt=before).exclude(run__in=keep_runs).delete()
    markets, _ = MarketRollup.objects.filter(start__lt=before).exclude(run__in=keep_runs).delete()
    return minutes + markets


def _sums(scored: Sequence[Scored]) -> tuple[float | int, ...]:
    scores = [row.score for row in scored]
    severities = [row.severity for row in scored]
    return max(scores), sum(scores), len(scored), *map(severities.count, SEVERITIES)
