"""The features of a symbol at its last closed minute, each beside what was normal for it lately."""

from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from risk.messages import stamp
from risk.models import MinuteBar
from risk.quant.features import FEATURES
from risk.serializers import MINUTE, Reading, readings

NORMAL_MINUTES: Final = 375  # of the run before the minute that is shown: one session at most
FEWEST_MINUTES: Final = 30  # below, no range is called normal


class Normal(TypedDict):
    """Median and the range of the middle four fifths of `minutes` earlier minutes that knew the feature."""

    median: float
    low: float
    high: float
    minutes: int


class FeatureNow(Reading):
    """A feature now; `normal` is null where fewer than thirty earlier minutes knew it.

    `place` is the share of those minutes whose value was lower, a tie counting half.
    """

    name: str
    normal: Normal | None
    place: float | None


def features_now(run: int, instrument: int) -> tuple[str, list[FeatureNow]] | None:
    """Return the end of the newest closed minute and its features; None where no minute of the run has any."""
    own = MinuteBar.objects.filter(run=run, instrument=instrument, is_warm_up=False, features__isnull=False)
    rows = list(own.order_by("-start").values_list("start", "features")[: NORMAL_MINUTES + 1])
    if not rows or not (newest := readings(bytes(rows[0][1] or b""))):
        return None
    past = _values([bytes(cells or b"") for _, cells in rows[1:]])
    shown = [_feature(name, reading, past[:, place]) for place, (name, reading) in enumerate(newest.items())]
    return stamp(rows[0][0] + MINUTE), shown


def _values(minutes: list[bytes]) -> NDArray[np.float32]:
    """Return the values [M, F] of minutes of this catalogue of features."""
    size = 4 * len(FEATURES)
    tables = [np.frombuffer(cells, dtype=np.float32) for cells in minutes]
    kept = [table.reshape(4, len(FEATURES))[0] for table in tables if table.size == size]
    return np.array(kept, dtype=np.float32).reshape(len(kept), len(FEATURES))


def _feature(name: str, reading: Reading, past: NDArray[np.float32]) -> FeatureNow:
    known = past[np.isfinite(past)]
    value = reading["value"]
    if len(known) < FEWEST_MINUTES:
        return FeatureNow(name=name, **reading, normal=None, place=None)
    low, median, high = np.quantile(known.astype(np.float64), (0.1, 0.5, 0.9)).tolist()
    normal = Normal(median=median, low=low, high=high, minutes=len(known))
    place = None if value is None else float(((known < value).sum() + 0.5 * (known == value).sum()) / len(known))
    return FeatureNow(name=name, **reading, normal=normal, place=place)
