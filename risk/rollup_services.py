"""The only writer of rollups, in the transaction that stores their records, so each record counts once.

The market's five minutes grow with every commit.  An instrument's minutes and hours are summed in the database, once,
when they have passed: from records to minutes, from minutes to hours.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from risk import rollup_sums
from risk.quant.scoring import FAMILIES
from risk.rollup_models import HourRollup, MarketRollup, MinuteRollup
from risk.storage import Merge, Row, merge_rows, moment

MINUTE_US: Final = 60_000_000
HOUR_US: Final = 60 * MINUTE_US
MARKET_MINUTES: Final = 5
SEVERITY_COLUMNS: Final = ("records_normal", "records_low", "records_medium", "records_high", "records_critical")
_COUNTS: Final[Mapping[str, Merge]] = dict.fromkeys(("total_millionths", "records", *SEVERITY_COLUMNS), "add")
_MARKET_KEY: Final = ("run", "start", "partition")
_POINTS: Final[Mapping[str, Merge]] = dict.fromkeys(("raised_millionths", "market_millionths"), "add")
_MARKET: Final[Mapping[str, Merge]] = {"first_id": "least", "last_id": "most", "high": "most", **_COUNTS, **_POINTS}
_MARKET_WIDE: Final = FAMILIES.index("market_wide")


class Counted(NamedTuple):
    """The stored records of one record instant (microseconds UTC), at least one, as far as rollups count them.

    `levels` are indices into the severities in ascending order, `points` [n, families] as in `scoring`; None where they
    are not known, which leaves the sums of their five minutes unknown.
    """

    run: int
    instant: int
    first_id: int
    last_id: int
    scores: NDArray[np.float64]
    levels: NDArray[np.intp]
    points: NDArray[np.float64] | None = None


@transaction.atomic(savepoint=False)
def count_instants(counted: Sequence[Counted], *, partition: int) -> None:
    """Count records, in log order, in the market's five minutes."""
    rows = [
        _market_row(run, start, partition, list(together))
        for (run, start), together in groupby(counted, key=_market_key)
    ]
    merge_rows(MarketRollup, key=_MARKET_KEY, merges=_MARKET, rows=rows)


@transaction.atomic(savepoint=False)
def sum_up(*, run: int, partition: int, instruments: Sequence[int], since: int, until: int | None) -> None:
    """Sum what a partition, of these instruments, has between the minutes of two instants (microseconds UTC).

    The minute of `until` is excluded.  Without `until` all from `since` on: the run is over.
    Doing it again gives the same.
    """
    for model, size_us in ((MinuteRollup, MINUTE_US), (HourRollup, HOUR_US)):
        begin, end = since // size_us, None if until is None else until // size_us
        if end is None or end > begin:
            rollup_sums.sum_into(
                model,
                run=run,
                partition=partition,
                instruments=instruments,
                begin=moment(begin * size_us),
                end=None if end is None else moment(end * size_us),
            )


@transaction.atomic
def drop_rollups(*, run: int, partition: int, instruments: Sequence[int]) -> None:
    """Forget what a run's partition added, in the transaction that forgets its records."""
    MinuteRollup.objects.filter(run=run, instrument__in=instruments).delete()
    HourRollup.objects.filter(run=run, instrument__in=instruments).delete()
    MarketRollup.objects.filter(run=run, partition=partition).delete()


@transaction.atomic
def delete_old_rollups(*, before: datetime, keep_runs: Collection[int]) -> int:
    """Delete rollups that ended before `before`, except those of `keep_runs`; return how many went.

    Records that are still kept need theirs: `before` must not be later than the limit of the records.
    """
    minutes, _ = MinuteRollup.objects.filter(start__lt=before).exclude(run__in=keep_runs).delete()
    markets, _ = MarketRollup.objects.filter(start__lt=before).exclude(run__in=keep_runs).delete()
    hours, _ = HourRollup.objects.filter(start__lt=before - timedelta(hours=1)).exclude(run__in=keep_runs).delete()
    return minutes + markets + hours


def _market_key(counted: Counted) -> tuple[int, int]:
    return counted.run, counted.instant // (MARKET_MINUTES * MINUTE_US)


def _market_row(run: int, start: int, partition: int, together: Sequence[Counted]) -> Row:
    scores = np.concatenate([one.scores for one in together])
    levels = np.concatenate([one.levels for one in together])
    counts = np.bincount(levels, minlength=len(SEVERITY_COLUMNS)).tolist()
    ids = min(one.first_id for one in together), max(one.last_id for one in together)
    total = int(np.rint(scores * 1e6).astype(np.int64).sum())
    key = (run, moment(start * MARKET_MINUTES * MINUTE_US), partition)
    return (*key, *ids, float(scores.max()), total, len(scores), *counts, *_points([one.points for one in together]))


def _points(together: Sequence[NDArray[np.float64] | None]) -> tuple[int | None, int | None]:
    """Return the raising points of records, and the market-wide ones among them, in millionths."""
    known = [points for points in together if points is not None]
    if len(known) < len(together):
        return None, None
    # Each is rounded before it is added: a sum of whole numbers does not depend on the order of commits.
    raising = np.rint(np.maximum(np.nan_to_num(np.concatenate(known)), 0.0) * 1e6).astype(np.int64)
    return int(raising.sum()), int(raising[:, _MARKET_WIDE].sum())
