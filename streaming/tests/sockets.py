"""Opening sockets in tests, through the same stack as the server's."""

import json
from typing import Any

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from accounts.models import User
from riskplatform.asgi import application
from streaming.listening import GROUP

ADDRESS = "/ws/risk-stream"
OWN_PAGE = f"http://localhost:{settings.PORT}"


async def session_cookie(user: User) -> str:
    client = Client()
    await sync_to_async(client.force_login)(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def socket(
    *, cookie: str = "", origin: str | None = OWN_PAGE, subprotocols: list[str] | None = None
) -> WebsocketCommunicator:
    headers = [(b"host", f"localhost:{settings.PORT}".encode())]
    headers += [(b"cookie", cookie.encode())] if cookie else []
    headers += [(b"origin", origin.encode())] if origin is not None else []
    return WebsocketCommunicator(application, ADDRESS, headers=headers, subprotocols=subprotocols or [])


async def connected(user: User) -> WebsocketCommunicator:
    """Return an open socket of the user with its first heartbeat read."""
    opened = socket(cookie=await session_cookie(user))
    accepted, _ = await opened.connect()
    assert accepted
    assert (await frame(opened))["type"] == "heartbeat"
    return opened


async def bearer_socket(token: str) -> WebsocketCommunicator:
    """Return an open socket of a token's holder with its first heartbeat read."""
    opened = socket(origin=None, subprotocols=["risk-stream", f"bearer.{token}"])
    await opened.connect()
    assert (await frame(opened))["type"] == "heartbeat"
    return opened


async def frame(opened: WebsocketCommunicator) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(await opened.receive_from(timeout=5))
    return message


async def close_code(opened: WebsocketCommunicator) -> int:
    output = await opened.receive_output(timeout=5)
    assert output["type"] == "websocket.close", output
    return int(output["code"])


def record(symbol: str, *, number: int = 1, **changes: Any) -> dict[str, Any]:
    facts = {
        "id": number,
        "run": 1,
        "symbol": symbol,
        "risk_score": 0.8125,
        "severity": "HIGH",
        "state": "OK",
        "timestamp": "2026-11-20T05:00:00.000Z",
        "tick_time": "2026-11-20T04:59:59.700Z",
        "price": 2450.5,
        "change_percent": 2.1042,
        "expected_move": 0.52,
        "protection_cost": 0.171,
        "horizon_minutes": 60.0,
        "source": "simulated",
        "live": False,
    }
    return {**facts, **changes}


async def publish(kind: str, facts: list[dict[str, Any]], *, n: int, pub: str = "worker") -> None:
    message = {"type": "risk.frame", "kind": kind, "data": facts, "pub": pub, "n": n}
    await get_channel_layer().group_send(GROUP, message)
