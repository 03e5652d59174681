"""A platform and the servers that it runs on, each of which can be hurt in its own way."""

import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import psycopg
import redis

from riskplatform.lib.redis_client import connect
from streaming.doorbell import seconds_since_ring
from streaming.faults.running import RunningPlatform
from streaming.faults.servers import OwnPostgres, OwnRedis, process_of

PAUSE_SECONDS: Final = (5.0, 20.0)
AWAY_SECONDS: Final = (0.0, 2.0)  # between the kill of a server and its start
MOST_BACKENDS: Final = 3  # ended at once
LOOKS, LOOK_SECONDS = 200, 0.005  # for a backend in the middle of a transaction
RING_SECONDS: Final = 2.5  # beat rings every second
WORKERS: Final = {"worker": 3, "second worker": 1}  # and the slots of each
# The goal in seconds from the fault to results that are newer than it, where there is one.
GOALS: Final[Mapping[str, float | None]] = {
    "pool child": 5.0,
    "worker": 5.0,
    "second worker": 5.0,
    "paused worker": 5.0,
    "beat": None,
    "feed": None,
    "web": None,
    "redis": 15.0,
    "paused redis": 15.0,
    "database backend": 15.0,
    "database stop": 15.0,
}
PAUSES: Final = {"paused worker", "paused redis"}  # recovery counts from their end
ON_POSTGRES: Final = {"database backend", "database stop"}


@dataclass
class Stage:
    """`redis` and `postgres` are None where they are not ours to start: the platform's own, or somebody else's."""

    platform: RunningPlatform
    chance: random.Random
    redis_url: str
    database_url: str
    redis: OwnRedis | None = None
    postgres: OwnPostgres | None = None

    @property
    def kinds(self) -> list[str]:
        """Return the faults that can be done here."""
        absent = {"database stop"} if self.postgres is None else set()
        return [kind for kind in GOALS if kind not in (absent if self.database_url else ON_POSTGRES)]

    def is_whole(self) -> bool:
        """Return whether both workers and beat work, so that a fault would find everything in its place."""
        try:
            with connect() as client:
                rung = seconds_since_ring(client)
        except redis.RedisError:
            return False
        rings = rung is not None and rung < RING_SECONDS
        return rings and all(len(self.platform.children(name)) >= slots for name, slots in WORKERS.items())

    def hurt(self, kind: str) -> None:
        """Do one fault; return when a pause is over, or what was killed and is ours has been started again."""
        deeds: Mapping[str, Callable[[], None]] = {
            "pool child": self._kill_a_child,
            "paused worker": self._pause_a_worker,
            "redis": self._kill_redis,
            "paused redis": self._pause_redis,
            "database backend": self._end_backends,
            "database stop": self._stop_the_database,
        }
        deeds.get(kind, lambda: self.platform.kill(kind))()

    def _kill_a_child(self) -> None:
        children = self.platform.children(self.chance.choice(list(WORKERS)))
        if children:
            _signal(self.chance.choice(children), signal.SIGKILL)

    def _pause_a_worker(self) -> None:
        name = self.chance.choice(list(WORKERS))
        self.platform.pause(name)
        time.sleep(self.chance.uniform(*PAUSE_SECONDS))
        self.platform.resume(name)

    def _kill_redis(self) -> None:
        if self.redis is None:  # the platform's own, which its supervisor starts again
            with suppress(redis.RedisError):
                _signal(process_of(self.redis_url), signal.SIGKILL)
            return
        self.redis.kill()
        time.sleep(self.chance.uniform(*AWAY_SECONDS))
        self.redis.start()

    def _pause_redis(self) -> None:
        process = process_of(self.redis_url)
        _signal(process, signal.SIGSTOP)
        time.sleep(self.chance.uniform(*PAUSE_SECONDS))
        _signal(process, signal.SIGCONT)

    def _end_backends(self) -> None:
        """End up to three of the platform's connections, in the middle of a transaction where there is one."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            for _ in range(LOOKS):
                busy = _backends(connection, "AND xact_start IS NOT NULL")
                if busy:
                    break
                time.sleep(LOOK_SECONDS)
            chosen = busy or _backends(connection, "")
            for backend in self.chance.sample(chosen, min(MOST_BACKENDS, len(chosen))):
                connection.execute("SELECT pg_terminate_backend(%s)", [backend])

    def _stop_the_database(self) -> None:
        assert self.postgres is not None
        self.postgres.stop_immediately()
        time.sleep(self.chance.uniform(*AWAY_SECONDS))
        self.postgres.start(self.database_url)


def _backends(connection: "psycopg.Connection[tuple[int]]", condition: str) -> list[int]:
    query = (
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' "
        f"AND pid <> pg_backend_pid() {condition}"
    )
    return [row[0] for row in connection.execute(query.encode())]


def _signal(process: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)
