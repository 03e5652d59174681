"""What the measurements compare with: the consumer of the tutorials, a group per stream and JSON per client."""

from typing import Any

import django

django.setup()

from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.core.asgi import get_asgi_application  # noqa: E402
from django.urls import re_path  # noqa: E402

GROUP = "textbook"


class Textbook(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    async def connect(self) -> None:
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(GROUP, self.channel_name)

    async def risk_update(self, event: dict[str, Any]) -> None:
        await self.send_json({"type": "risk_batch", "data": event["data"]})


application = ProtocolTypeRouter(
    {"http": get_asgi_application(), "websocket": URLRouter([re_path(r"", Textbook.as_asgi())])}
)
