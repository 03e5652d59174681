"""Which pages may open a socket.  Origins are compared with scheme, host and port."""

from typing import Any

from channels.security.websocket import OriginValidator
from django.conf import settings

from streaming.protocol import credential_of


class SocketOrigin(OriginValidator):  # type: ignore[misc]  # channels has no types
    """Refuses a foreign page; a program without an Origin may come with a ticket or token, never with a cookie."""

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        if not _has_origin(scope) and credential_of(scope.get("subprotocols", [])):
            return await self.application(scope, receive, send)
        return await super().__call__(scope, receive, send)


def guarded(application: Any) -> SocketOrigin:
    """Let only the product's own pages through to `application`."""
    return SocketOrigin(application, settings.SOCKET_ORIGINS)


def _has_origin(scope: dict[str, Any]) -> bool:
    return any(name == b"origin" for name, _ in scope.get("headers", []))
