"""What the score rule remembers between two commits, as rows of `alerts.rules.MEMORY` and as JSON."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alerts.models import Alert, Phase
from alerts.rules import FIRING, MEMORY, RECOVERING, blank
from risk.configuration import LEVELS
from risk.storage import microseconds

Entry = Sequence[Any]  # the fields of MEMORY in their order, `since` as a list


def packed(memory: NDArray[np.void]) -> list[Entry]:
    """Return the memory as JSON holds it; `unpacked` gives it back bit for bit."""
    return [[value.tolist() if isinstance(value, np.ndarray) else value for value in row] for row in memory.tolist()]


def unpacked(entries: Iterable[Entry]) -> NDArray[np.void]:
    """Return the memory that `packed` made JSON of."""
    return np.array([tuple(entry) for entry in entries], dtype=MEMORY)


def of_alerts(alerts: Iterable[Alert]) -> NDArray[np.void]:
    """Return the memory of score alerts that go on where none was kept: their hold counts from their opening, and a
    recovery from the newest instant that is known of them."""
    going = sorted(alerts, key=lambda alert: alert.instrument_id or 0)
    memory = blank(np.array([alert.instrument_id for alert in going], dtype=np.int64))
    for row, alert in zip(memory, going, strict=True):
        row["level"] = LEVELS.index(alert.severity)
        row["phase"] = RECOVERING if alert.phase == Phase.RECOVERING else FIRING
        row["moved"], row["peak"] = microseconds(alert.opened_at), alert.peak_score
        row["left"] = microseconds(alert.peak_at) if alert.phase == Phase.RECOVERING else 0
    return memory
