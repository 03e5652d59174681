"""What a proposed configuration would have done to the stored records: a dry run that stores nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.configuration import LEVELS, RULES, Change, RiskConfig, changes
from risk.models import RiskRecord
from risk.quant.alert_episodes import count_alerts
from risk.quant.scoring import severity

# These change the scores or the records themselves, which stored scores cannot show.
NOT_COVERED: Final = ("horizon_minutes", "fast_half_life_minutes", "medium_half_life_minutes", "record_interval_ms")
MOST_RECORDS: Final = 200_000
NAMES: Final = ("NORMAL", *LEVELS)

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Count:
    """How many there were, how many there would have been."""

    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Effect:
    """The judgement of the last `records` records under both sets of values, between the instants `since` and `until`.

    `severities` counts records by severity; `alerts` the episodes that would have opened from `alert_from` on, with
    the exits; `not_covered` names changed values whose effect stored scores cannot show.
    """

    records: int
    since: datetime | None
    until: datetime | None
    changes: list[Change]
    severities: dict[str, Count]
    alerts: Count
    not_covered: list[str]

    @property
    def sentence(self) -> str:
        """What differs, most severe first: `HIGH +14, MEDIUM −3`."""
        if not self.records:
            return "no stored records to try it on"
        moved = [(name, count.difference) for name, count in reversed(self.severities.items()) if count.difference]
        if self.alerts.difference:
            moved.append(("alerts", self.alerts.difference))
        return ", ".join(f"{name} {number:+,}".replace("-", "−") for name, number in moved) or "no difference"


def effect(before: RiskConfig, after: RiskConfig, *, records: int) -> Effect:
    """Judge the newest `records` stored records with both sets of values."""
    rows = list(RiskRecord.objects.order_by("-id").values_list("run", "instrument_id", "instant", "score")[:records])
    scores = np.array([row[3] for row in rows], dtype=np.float64)
    counted = [np.bincount(severity(scores, values.thresholds), minlength=len(NAMES)) for values in (before, after)]
    changed = changes(before, after)
    return Effect(
        records=len(rows),
        since=min((row[2] for row in rows), default=None),
        until=max((row[2] for row in rows), default=None),
        changes=changed,
        severities={name: Count(*map(int, pair)) for name, *pair in zip(NAMES, *counted, strict=True)},
        alerts=Count(_alerts(rows, scores, before), _alerts(rows, scores, after)),
        # A rule is tried by itself, with `alerts/rules/dry-run`.
        not_covered=[one.name for one in changed if one.name in NOT_COVERED or one.name.startswith(f"{RULES}.")],
    )


def _alerts(rows: list[tuple[int, int, datetime, float]], scores: FloatArray, config: RiskConfig) -> int:
    """Return how many alerts the records would have opened: from `alert_from` on, held to that level's exit."""
    if not rows:
        return 0
    level = LEVELS.index(config.alert_from)
    counts = count_alerts(
        instrument=np.array([row[1] for row in rows], dtype=np.int64),
        session=np.array([row[0] for row in rows], dtype=np.int64),
        minute=np.array([round(row[2].timestamp() * 1000) for row in rows], dtype=np.int64),
        score=scores,
        threshold=config.thresholds[level],
        release=config.exits[level],
    )
    return counts[-1].alerts
