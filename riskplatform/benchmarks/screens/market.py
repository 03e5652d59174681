"""`python -m riskplatform.benchmarks.screens.market RATE`: frames of every instrument, as the worker publishes them.

Of RATE frames a second one holds stored records and the others live values.  It ends when it is killed.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import django
import numpy as np

SEED = 7
LIVELY = 0.004  # what a score moves in a frame: rows change places all the time


class Market:
    """Prices and scores that wander, the same for the same seed."""

    def __init__(self, symbols: Sequence[str]) -> None:
        self._symbols = symbols
        self._random = np.random.default_rng(SEED)
        self._scores = self._random.uniform(0.05, 0.95, len(symbols))
        self._prices = self._random.uniform(100.0, 4_000.0, len(symbols))
        self._number = 0

    def frame(self, now: str, *, is_live: bool) -> list[dict[str, Any]]:
        """Return a value of every symbol, a step further."""
        size = len(self._symbols)
        self._scores = np.clip(self._scores + self._random.normal(0.0, LIVELY, size), 0.001, 0.999)
        self._prices *= 1.0 + self._random.normal(0.0, 0.0002, size)
        self._number += 0 if is_live else size
        return [self._record(place, now, is_live=is_live) for place in range(size)]

    def _record(self, place: int, now: str, *, is_live: bool) -> dict[str, Any]:
        from risk.configuration import RiskConfig
        from risk.record_services import severity_of

        score = round(float(self._scores[place]), 4)
        return {
            "id": self._number + place, "run": 1, "symbol": self._symbols[place], "risk_score": score,
            "severity": str(severity_of(score, RiskConfig())), "state": "OK", "timestamp": now, "tick_time": now,
            "price": round(float(self._prices[place]), 2), "change_percent": round(100.0 * (score - 0.5) / 20.0, 4),
            "expected_move": 0.52, "protection_cost": 0.171, "horizon_minutes": 60.0, "source": "simulated",
            "live": is_live,
        }  # fmt: skip


async def publish(rate: int) -> None:
    """Send `rate` frames a second on the second's grid, whatever one takes."""
    from channels.layers import get_channel_layer

    from risk.models import Instrument

    layer = get_channel_layer()
    market = Market([symbol async for symbol in Instrument.objects.order_by("id").values_list("symbol", flat=True)])
    began, number = time.monotonic(), 0
    while True:
        number += 1
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        is_live = bool(number % rate)
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        frame = {"type": "risk.frame", "kind": "live" if is_live else "risk_update", "pub": "bench", "n": number}
        await layer.group_send("risk.stream", {**frame, "data": market.frame(now, is_live=is_live)})


def main(rate: str) -> None:
    django.setup()
    asyncio.run(publish(int(rate)))


if __name__ == "__main__":
    main(*sys.argv[1:])
