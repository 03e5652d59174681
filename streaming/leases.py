"""Who drains which partition: leases that only avoid wasted work; the cursor row is what keeps two workers apart.

Every process that drains says so in a register, and takes no more than its share: the partitions divided by the
processes.  So a worker that is added anywhere gets its part, and the part of one that died is free after two seconds.
"""

import time
import uuid
from collections.abc import Sequence
from typing import Final, cast

import redis
from django.conf import settings

from riskplatform.lib.redis_client import connect

LEASE_MS: Final = 2_000
LOOK_EVERY_SECONDS: Final = 0.02
# Registers us, drops who has not spoken for a lease, gives back what is more than our share, renews the rest, and takes
# what is free up to it.  The server's clock decides, so machines need not agree on the time.
_SHARE: Final = """
local now = redis.call('time')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local token, lease_ms = ARGV[1], tonumber(ARGV[2])
redis.call('zadd', KEYS[1], now + lease_ms, token)
redis.call('zremrangebyscore', KEYS[1], '-inf', now)
redis.call('pexpire', KEYS[1], lease_ms)
local share = math.ceil((#KEYS - 1) / redis.call('zcard', KEYS[1]))
local held = {}
for i = 2, #KEYS do
    if redis.call('get', KEYS[i]) == token then
        if #held < share then
            redis.call('pexpire', KEYS[i], lease_ms)
            held[#held + 1] = i - 1
        else
            redis.call('del', KEYS[i])
        end
    end
end
for i = 2, #KEYS do
    if #held < share and redis.call('set', KEYS[i], token, 'nx', 'px', lease_ms) then
        held[#held + 1] = i - 1
    end
end
return held
"""
_RELEASE: Final = """
redis.call('zrem', KEYS[1], ARGV[1])
for i = 2, #KEYS do
    if redis.call('get', KEYS[i]) == ARGV[1] then redis.call('del', KEYS[i]) end
end
"""


class Leases:
    """This drain's claims on partitions."""

    def __init__(self, partitions: Sequence[int], *, client: redis.Redis | None = None) -> None:
        self._redis = client or connect()
        self._partitions = list(partitions)
        prefix = settings.REDIS_KEY_PREFIX
        self._keys = [f"{prefix}drainers", *(f"{prefix}lease:{partition}" for partition in self._partitions)]
        self._token = uuid.uuid4().hex

    def share(self) -> frozenset[int]:
        """Renew what is held, take or give back up to our share, and return what is held now."""
        held = self._redis.eval(_SHARE, len(self._keys), *self._keys, self._token, str(LEASE_MS))
        return frozenset(self._partitions[place - 1] for place in cast(list[int], held))

    def wait(self, seconds: float) -> frozenset[int]:
        """Stand by until there is a share for us, so that no gap lies between slices; none after so many seconds."""
        deadline = time.monotonic() + seconds
        while not (held := self.share()) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_SECONDS)
        return held

    def release(self) -> None:
        """Give everything back, and leave the register."""
        self._redis.eval(_RELEASE, len(self._keys), *self._keys, self._token)
