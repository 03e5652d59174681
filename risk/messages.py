"""The one shape in which a scored instant leaves the product, over REST and over sockets."""

from datetime import UTC, datetime
from typing import TypedDict

import numpy as np

from risk.quant.scoring import FAMILIES
from risk.storage import microseconds


class RiskUpdate(TypedDict):
    """One symbol at one instant. Moves and costs are in percent; `live` says newer than the stored record `id`.

    `run` is the run of the feed that it belongs to.
    """

    id: int | None
    run: int
    symbol: str
    risk_score: float
    severity: str
    state: str
    timestamp: str
    tick_time: str
    price: float
    change_percent: float | None
    expected_move: float
    protection_cost: float
    horizon_minutes: float
    source: str
    live: bool


def decomposition(row: np.void) -> dict[str, float]:
    """Return why a scored row (dtype SCORE) says what it says: the base, then points by family that add up to it."""
    points = dict(zip(FAMILIES, row["points"].tolist(), strict=True))
    return {"base": float(row["base"]), **points}


def rfc3339(instant_us: int) -> str:
    """Return the instant as RFC 3339 in UTC with milliseconds."""
    moment = datetime.fromtimestamp(instant_us / 1e6, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp(moment: datetime) -> str:
    """Return an aware datetime as RFC 3339 in UTC with milliseconds."""
    return rfc3339(microseconds(moment))


def change_percent(price: float, previous_close: float | None) -> float | None:
    """Return the change against the previous session's close; None where that close is not known."""
    if previous_close is None or not previous_close > 0.0:
        return None
    return round(100.0 * (price / previous_close - 1.0), 4)
