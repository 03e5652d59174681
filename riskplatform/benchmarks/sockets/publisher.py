"""`python -m riskplatform.benchmarks.sockets.publisher GROUP TYPE RATE SECONDS`: a publisher like the worker's.

Each message holds sixteen records, about 5.3 kB, as the pipeline sends them.  A record's id is the microsecond in which
it was sent.  It answers with the number of messages sent.
"""

import asyncio
import sys
import time
from typing import Any

import django

RECORDS = 16


def records(now_us: int) -> list[dict[str, Any]]:
    """Return the records of one message."""
    return [
        {
            "id": now_us + number,
            "symbol": f"SIM{number:03d}",
            "risk_score": 0.8125,
            "severity": "HIGH",
            "state": "OK",
            "timestamp": "2026-11-20T05:00:00.000Z",
            "tick_time": "2026-11-20T04:59:59.700Z",
            "price": 2450.5 + number,
            "change_percent": 2.1042,
            "expected_move": 0.52,
            "protection_cost": 0.171,
            "horizon_minutes": 60.0,
            "source": "simulated",
            "live": False,
        }
        for number in range(RECORDS)
    ]


async def publish(group: str, kind: str, *, rate: float, seconds: float) -> int:
    """Send `rate` messages a second on the second's grid, whatever one takes; return how many."""
    from channels.layers import get_channel_layer

    layer, total, began = get_channel_layer(), round(rate * seconds), time.monotonic()
    for number in range(1, total + 1):
        await asyncio.sleep(max(0.0, began + (number - 1) / rate - time.monotonic()))
        data = records(time.time_ns() // 1000)
        await layer.group_send(group, {"type": kind, "kind": "risk_update", "data": data, "pub": "load", "n": number})
    return total


def main(group: str, kind: str, rate: str, seconds: str) -> None:
    django.setup()
    print(asyncio.run(publish(group, kind, rate=float(rate), seconds=float(seconds))))  # noqa: T201  its answer


if __name__ == "__main__":
    main(*sys.argv[1:])
