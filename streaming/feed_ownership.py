"""One feed at a time: who owns the tick log, and how a replay borrows it from the running feed.

Both keys expire by themselves, so a feed that dies never blocks the next one.
"""

import uuid
from dataclasses import dataclass, field
from typing import Final

import redis

OWNER_TTL_MS: Final = 4_000  # a killed feed keeps the next one out for no longer
_EXTEND: Final = (
    "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) else return 0 end"
)
_RELEASE: Final = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end"


class LostOwnership(Exception):
    """Another feed took the tick log while this one could not say that it is alive."""


@dataclass(slots=True)
class FeedOwnership:
    """This process's claim to write the tick log; `token` is its own."""

    redis_client: redis.Redis
    prefix: str
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    has_requested: bool = False

    @property
    def _owner(self) -> str:
        return f"{self.prefix}feed:owner"

    @property
    def _takeover(self) -> str:
        return f"{self.prefix}feed:takeover"

    def claim(self) -> bool:
        """Become the owner; False while another feed is."""
        return bool(self.redis_client.set(self._owner, self.token, nx=True, px=OWNER_TTL_MS)) or self._extend(
            self._owner
        )

    def keep(self) -> None:
        """Say that this feed is alive, and still asks if it asked.  Raises LostOwnership when another owns the log."""
        if self.has_requested:
            self.request()
        if not self.claim():
            raise LostOwnership("another feed owns the tick log")

    def release(self) -> None:
        """Give the ownership back, if it is still ours."""
        self.redis_client.eval(_RELEASE, 1, self._owner, self.token)

    def is_wanted_by_another(self) -> bool:
        """Return whether another feed asks for the tick log."""
        wanted_by = self.redis_client.get(self._takeover)
        return wanted_by is not None and wanted_by != self.token.encode()

    def request(self) -> bool:
        """Ask the owner to stop, or repeat the request so that it lasts; False while another feed asks."""
        asked = self.redis_client.set(self._takeover, self.token, nx=True, px=OWNER_TTL_MS)
        self.has_requested = bool(asked) or self._extend(self._takeover)
        return self.has_requested

    def withdraw(self) -> None:
        """Let the feed that was asked to stop go on."""
        self.has_requested = False
        self.redis_client.eval(_RELEASE, 1, self._takeover, self.token)

    def _extend(self, key: str) -> bool:
        return bool(self.redis_client.eval(_EXTEND, 1, key, self.token, str(OWNER_TTL_MS)))
