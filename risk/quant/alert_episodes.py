"""How often an operator would be called: alerts per day on the minute track of the scores, and flapping.

An alert opens when the score reaches the threshold and closes when it falls below the release threshold, or at the
session's end.  A crossing without hysteresis closes at the threshold itself.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import chances

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

HIGH: Final = 0.80
RELEASE: Final = 0.72
FLAP_MINUTES: Final = 5


@dataclass(frozen=True)
class AlertCount:
    """Alerts of one instrument, or of all together (`instrument` None), over the judged sessions.

    `flap_rate` is the share of alerts that close again within five minutes, NaN without alerts; `crossings` and
    `crossing_flap_rate` are the same without hysteresis.
    """

    instrument: int | None
    sessions: int
    alerts: int
    alerts_per_day: float
    flap_rate: float
    median_minutes: float
    crossings: int
    crossing_flap_rate: float


def count_alerts(
    *,
    instrument: IntArray,
    session: IntArray,
    minute: IntArray,
    score: FloatArray,
    threshold: float = HIGH,
    release: float = RELEASE,
) -> list[AlertCount]:
    """Return the counts of each instrument, ascending, and of all together last; arrays [N], one row per bar.

    A score of NaN, before one is known, neither opens nor closes.  A day is a session that any instrument has.
    Raises ValueError for an empty track, arrays of different length, a release above the threshold, and a score or
    threshold outside [0, 1].
    """
    if not len(score) or len({len(instrument), len(session), len(minute), len(score)}) > 1:
        lengths = [len(column) for column in (instrument, session, minute, score)]
        raise ValueError(f"need a track of equally long columns, got {lengths}")
    chances("score", score[~np.isnan(score)])
    chances("threshold", threshold)
    chances("release", release)
    if release > threshold:
        raise ValueError(f"release must not lie above the threshold {threshold}, was {release}")
    order = np.lexsort((minute, session, instrument))
    owner, day, at = (column[order].astype(np.int64) for column in (instrument, session, minute))
    first = np.concatenate(([True], (owner[1:] != owner[:-1]) | (day[1:] != day[:-1])))
    runs = [_open_runs(score[order], at, first, threshold=threshold, release=level) for level in (release, threshold)]
    sessions = len(np.unique(day))
    rows = [
        _count(int(one), sessions, *(length[owner[start] == one] for start, length in runs)) for one in np.unique(owner)
    ]
    return [*rows, _count(None, sessions, *(length for _, length in runs))]


def _open_runs(
    score: FloatArray, minute: IntArray, first: BoolArray, *, threshold: float, release: float
) -> tuple[IntArray, FloatArray]:
    """Return where each alert opens (row) and after how many minutes it closes, infinite at the session's end."""
    event = np.where(score >= threshold, 1, np.where(score < release, -1, 0))
    event[first & (event == 0)] = -1  # nothing is carried over from another session or instrument
    told = np.maximum.accumulate(np.where(event != 0, np.arange(len(event)), 0))
    is_open = event[told] > 0
    before = np.concatenate(([False], is_open[:-1])) & ~first
    opens = np.flatnonzero(is_open & ~before)
    ends = np.flatnonzero(np.append(~is_open | first, True))  # the next row that is closed or of another session
    closes = ends[np.searchsorted(ends, opens, side="right")]
    inside = closes < len(score)
    stop = np.minimum(closes, len(score) - 1)
    closed = inside & ~first[stop]
    return opens, np.where(closed, minute[stop] - minute[opens], np.inf)


def _count(instrument: int | None, sessions: int, alerts: FloatArray, crossings: FloatArray) -> AlertCount:
    return AlertCount(
        instrument=instrument,
        sessions=sessions,
        alerts=len(alerts),
        alerts_per_day=len(alerts) / sessions,
        flap_rate=_flap_rate(alerts),
        median_minutes=_median(alerts),
        crossings=len(crossings),
        crossing_flap_rate=_flap_rate(crossings),
    )


def _flap_rate(lengths: FloatArray) -> float:
    return float(np.mean(lengths <= FLAP_MINUTES)) if len(lengths) else float("nan")


def _median(lengths: FloatArray) -> float:
    """Return the median of the alerts that closed within their session, NaN without any."""
    closed = lengths[np.isfinite(lengths)]
    return float(np.median(closed)) if len(closed) else float("nan")
