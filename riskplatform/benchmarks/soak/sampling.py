"""What the platform's processes and stores hold at a moment."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import redis
from django.conf import settings
from django.db import connection

from riskplatform.benchmarks.sockets.processes import resident_bytes
from riskplatform.supervision.warded import WardedProcess

MEGABYTE: Final = 1_000_000.0


@dataclass(frozen=True)
class Sample:
    """At `seconds` since the first: resident memory by process (MB), connections, and the store's memory (MB).

    `log_mb` is what the tick log holds, `rest_mb` what the platform's other keys hold.
    """

    seconds: float
    resident_mb: dict[str, float]
    pids: dict[str, int]
    database_connections: int
    store_connections: int
    log_mb: float
    rest_mb: float
    log_entries: int


class Sampler:
    """Of processes by name; a pool's children are numbered in the order of their start."""

    def __init__(self, running: Mapping[str, WardedProcess], client: redis.Redis) -> None:
        self._mains = {name: process.command_pid for name, process in running.items()}
        self._client = client
        self._begun = time.monotonic()

    def sample(self) -> Sample:
        pids = self._pids()
        resident = {name: resident_bytes(pid) / MEGABYTE for name, pid in pids.items()}
        key = f"{settings.REDIS_KEY_PREFIX}ticks:0".encode()
        sizes = {found: self._size(found) for found in self._client.scan_iter(f"{settings.REDIS_KEY_PREFIX}*", 1_000)}
        log_bytes = sizes.pop(key, 0)
        return Sample(
            seconds=time.monotonic() - self._begun,
            resident_mb=resident,
            pids=pids,
            database_connections=_database_connections(),
            store_connections=int(self._asked("clients")["connected_clients"]),
            log_mb=log_bytes / MEGABYTE,
            rest_mb=sum(sizes.values()) / MEGABYTE,
            log_entries=int(self._client.xlen(key.decode())),
        )

    def _pids(self) -> dict[str, int]:
        pids = dict(self._mains)
        for number, child in enumerate(_children(self._mains["worker"]), start=1):
            pids[f"worker, child {number}"] = child
        if "REDIS_URL" not in os.environ and "REDIS_HOST" not in os.environ:
            pids["server of the store"] = int(self._asked("server")["process_id"])
        return pids

    def _asked(self, section: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._client.info(section)
        return answer

    def _size(self, key: bytes) -> int:
        return int(self._client.memory_usage(key, samples=5) or 0)


def _children(pid: int) -> list[int]:
    return sorted(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def _database_connections() -> int:
    """Return how many connections others have to the database; 0 where it is a file."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
