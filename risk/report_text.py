"""How a report writes figures: numbers, intervals, sessions, and tables of texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from risk.quant.bootstrap import Interval

UNKNOWN: Final = "-"
RIVAL_NAMES: Final = {
    "constant_base": "always .30",
    "constant_sample": "the sample's own rate",
    "rolling_60": "rolling 60 minutes",
    "riskmetrics": "RiskMetrics .94",
}


@dataclass(frozen=True)
class Table:
    """A table: its name in the page, caption, heads, and rows of texts; the first column names the row."""

    name: str
    caption: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def number(value: float, shape: str = "{:.3f}") -> str:
    """Return a figure as text, "-" where it is not known."""
    return shape.format(value) if isfinite(value) else UNKNOWN


def interval(ends: Interval) -> str:
    """Return an interval as text, "-" where it is not known."""
    return f"{ends[0]:.3f} to {ends[1]:.3f}" if isfinite(ends[0]) else UNKNOWN


def day(key: int) -> str:
    """Return a session's key as a date where it is one (yyyymmdd), else as the session's number."""
    return f"{key // 10_000}-{key // 100 % 100:02}-{key % 100:02}" if 19_000_101 < key < 99_991_231 else str(key)
