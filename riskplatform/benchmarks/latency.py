"""From the feed's stamp on a tick to the message in a browser's place, on the running platform."""

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import numpy as np
import orjson
from websockets.sync.client import connect
from websockets.typing import Subprotocol

Row = tuple[str, str, str, str]


class PlatformNotRunning(Exception):
    """There is no platform to measure."""


def rows(*, home: Path, port: int, api: str, seconds: float) -> Iterator[Row]:
    """Yield (what, live values, stored records, ratio): both arrive on one socket, at the same time."""
    heard = _listen(_ticket(home, port, api), port, seconds)
    for name, quantile in (("median", 0.50), ("99th percentile", 0.99)):
        appended, live, stored = (float(np.quantile(waits, quantile)) for waits in heard)
        what = f"{name} of {len(heard[0])} live values"
        yield f"tick appended to the log → WebSocket client, {what}", f"{1e3 * appended:.1f} ms", "–", "–"
        yield (
            f"tick's exchange time → WebSocket client, {what}",
            f"{1e3 * live:.1f} ms",
            f"{1e3 * stored:.1f} ms (its stored record; {len(heard[2])} of them)",
            f"{stored / live:.1f}×",
        )


def _ticket(home: Path, port: int, api: str) -> str:
    base = f"http://127.0.0.1:{port}/api/{api}"
    try:
        user = next(row for row in orjson.loads((home / "demo-users.json").read_bytes()) if row["role"] == "viewer")
        login = httpx.post(f"{base}/auth/login", json={"username": user["username"], "password": user["password"]})
        bearer = {"Authorization": f"Bearer {login.raise_for_status().json()['access_token']}"}
        return str(httpx.post(f"{base}/auth/ws-ticket", headers=bearer).raise_for_status().json()["ticket"])
    except (OSError, httpx.HTTPError) as problem:
        raise PlatformNotRunning(
            f"`manage.py up` must run on port {port} with RISK_HOME {home}: {problem}"
        ) from problem


def _listen(ticket: str, port: int, seconds: float) -> tuple[list[float], list[float], list[float]]:
    """Return seconds waited: live values since their append, live values and stored records since their tick's time."""
    appended: list[float] = []
    live: list[float] = []
    stored: list[float] = []
    protocols = [Subprotocol("risk-stream"), Subprotocol(f"ticket.{ticket}")]
    with connect(f"ws://127.0.0.1:{port}/ws/risk-stream", subprotocols=protocols) as socket:
        socket.send(orjson.dumps({"type": "subscribe", "batch": True, "live": True}).decode())
        begin = time.time() + 1.0
        while (now := time.time()) < begin + seconds:
            frame = orjson.loads(socket.recv(timeout=10))
            arrived = time.time()
            if frame["type"] != "risk_batch" or now < begin:
                continue
            for update in frame["data"]:
                (live if update["live"] else stored).append(arrived - _instant(update["tick_time"]))
                if update["live"]:
                    appended.append(arrived - _instant(update["timestamp"]))
    return appended, live, stored


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
