"""One socket: check who it is, then let the hub write to it.  It forwards; it decides and stores nothing."""

import time
from collections import deque
from typing import Any

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import Error as DatabaseProblem

from accounts import services as accounts
from accounts.capabilities import Capability
from accounts.doors import Door, DoorKind
from accounts.models import User
from riskplatform.lib.errors import Unavailable
from streaming import hub, protocol
from streaming.line import Line
from streaming.protocol import CloseCode, Refused
from streaming.socket_facts import Identity
from streaming.wires import wire_of_connection

logger = structlog.get_logger(__name__)

MOST_SOCKETS_PER_USER = 20


class RiskStream(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """`/ws/risk-stream`, see docs/stream.md."""

    def __init__(self) -> None:
        super().__init__()
        self._line: Line | None = None
        self._is_refused = False
        self._message_times: deque[float] = deque(maxlen=protocol.MOST_MESSAGES)

    async def connect(self) -> None:
        # Accepting first is the only way to tell a browser why: a refused handshake has no close code.
        offered = self.scope["subprotocols"]
        await self.accept(protocol.SUBPROTOCOL if protocol.SUBPROTOCOL in offered else None)
        self._wire = wire_of_connection(self.base_send)
        try:
            holder = await self._holder()
            identity = Identity.of(holder.user, holder.door)
            self._count_sockets(identity)
        except Refused as refusal:
            await self._refuse(refusal)
            return
        self._line = Line(self._wire, identity, self._refuse)
        await hub.current().join(self._line)

    async def disconnect(self, code: int) -> None:
        self._leave()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self._line is None or self._is_refused:  # what a client says on its way out is not heard
            return
        try:
            self._count_message()
            wish = protocol.parse(text_data)
        except Refused as refusal:
            await self._refuse(refusal)
            return
        hub.current().subscribe(self._line, wish)

    async def _holder(self) -> accounts.Holder:
        """Return who this is.  An offered credential alone decides; the cookie counts only without one."""
        credential = protocol.credential_of(self.scope["subprotocols"])
        holder = await self._holder_of(credential) if credential else self._holder_of_cookie()
        if holder is None or not holder.user.is_active:
            raise Refused(CloseCode.NOT_SIGNED_IN, "Sign in first.")
        if not holder.user.can(Capability.READ_RISK):
            raise Refused(CloseCode.FORBIDDEN, "This account may not read risks.")
        return holder

    async def _holder_of(self, credential: protocol.Credential) -> accounts.Holder | None:
        look_up = accounts.holder_of_ticket if credential.kind == "ticket" else accounts.holder_of_bearer
        try:
            found: accounts.Holder | None = await database_sync_to_async(look_up)(credential.value)
        except Unavailable as problem:
            raise Refused(CloseCode.UNAVAILABLE, problem.sentence) from problem
        except DatabaseProblem as problem:
            raise Refused(CloseCode.UNAVAILABLE, "The database does not answer.") from problem
        return found

    def _holder_of_cookie(self) -> accounts.Holder | None:
        user = self.scope.get("user")
        if not isinstance(user, User):
            return None
        return accounts.Holder(user, Door(DoorKind.SESSION, self.scope["session"].session_key or ""))

    def _count_sockets(self, identity: Identity) -> None:
        open_already = sum(line.identity.user_id == identity.user_id for line in hub.current().lines)
        if open_already >= MOST_SOCKETS_PER_USER:
            raise Refused(CloseCode.TOO_MANY_SOCKETS, f"{MOST_SOCKETS_PER_USER} sockets are open already.")

    def _count_message(self) -> None:
        now = time.monotonic()
        times = self._message_times
        if len(times) == times.maxlen and now - times[0] < protocol.MESSAGE_WINDOW_SECONDS:
            raise Refused(CloseCode.TOO_MANY_MESSAGES, "Too many messages.")
        times.append(now)

    async def _refuse(self, refusal: Refused) -> None:
        self._is_refused = True
        self._leave()
        logger.info("socket refused", code=int(refusal.code), reason=refusal.reason)
        await self._wire.close(int(refusal.code), refusal.reason)

    def _leave(self) -> None:
        if self._line is not None:
            hub.current().leave(self._line)


async def unknown_address(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Refuse a socket at any other address, instead of raising for it."""
    await send({"type": "websocket.close", "code": 4404})
