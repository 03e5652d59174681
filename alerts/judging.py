"""What is judged, a record instant at a time, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from alerts.models import Alert
from alerts.rules import Step
from risk.configuration import Version
from risk.messages import RiskUpdate


@dataclass(frozen=True)
class Judged:
    """The records of one record instant: rows of dtype SCORE with their messages, judged by `version`."""

    run: int
    instant: int
    rows: NDArray[np.void]
    updates: Sequence[RiskUpdate]
    version: Version


@dataclass(frozen=True)
class Closing:
    """The market's session of a run ended at an instant: no episode outlives it, and nothing stays pending."""

    run: int
    instant: int


@dataclass(frozen=True)
class Happened:
    """One step of one alert, for the audit log, the timeline and the browsers."""

    alert: Alert
    step: Step
    before: str | None
    after: str | None
    score: float | None
    record_id: int | None
    instant: datetime


def in_log_order(batches: Sequence[Judged], closings: Sequence[Closing]) -> list[Judged | Closing]:
    """Return both by run and instant; a session that ends at an instant ends before the records of it are judged."""
    every: list[Judged | Closing] = [*closings, *batches]
    return sorted(every, key=lambda one: (one.run, one.instant, isinstance(one, Judged)))
