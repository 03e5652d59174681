"""The tick log: one Redis Stream per partition, written by one feed, read by the workers.

This is the only module that knows the streams.  An entry (`tick_entries`) is one field; its ID is `run-number`, chosen
by the feed, so that repeating an append after a lost reply is refused by the server and changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, cast

import numpy as np
import redis
from django.conf import settings
from numpy.typing import NDArray

from risk.quant.ticks import blank_ticks
from riskplatform.lib.errors import DomainError
from riskplatform.lib.redis_client import connect
from streaming.log_evidence import Evidence, told
from streaming.log_scripts import APPEND, EVIDENCE
from streaming.tick_entries import START, Entry, Kind, UnreadableEntry, decode, encode, parse_id

_FIELD: Final = b"e"
_WENT_BACK, _REPLACED = "WENTBACK ", "REPLACED "
_DURABLE_MS: Final = 2_000
_EMPTY: Final = blank_ticks(0)


class SecondWriter(Exception):
    """Another process writes this partition: the log holds something else where this feed was to write."""


class LogWentBack(Exception):
    """The entry that an append was to follow is not in the log; `run_id` and `number` are those of the newest."""

    def __init__(self, newest: str, partition: int) -> None:
        super().__init__(f"partition {partition}'s newest entry is {newest}: the server lost what it had acknowledged")
        self.partition, self.newest = partition, newest
        self.run_id, self.number = parse_id(newest)


class LogReplaced(DomainError):
    """This is not the log that was folded: it was emptied, went back, or is another server's."""

    code = "log_replaced"


class TickLog:
    """Append to and read from the partitions under one key prefix."""

    def __init__(self, redis_client: redis.Redis, *, prefix: str) -> None:
        self._redis = redis_client
        self._prefix = prefix

    def key(self, partition: int) -> str:
        """Return the stream's key."""
        return f"{self._prefix}ticks:{partition}"

    @property
    def epoch_key(self) -> str:
        """Return the key of what tells this log from every other."""
        return f"{self._prefix}ticks:epoch"

    def append(
        self,
        partition: int,
        *,
        run_id: int,
        number: int,
        kind: Kind,
        log_time: int,
        wall_time: int,
        ticks: NDArray[np.void] | None = None,
        elsewhere: bool = False,
        follows: int = 0,
    ) -> str:
        """Append one entry and return its ID; repeating the identical call is harmless.

        Where it `follows` an entry of the run, that one must be there.  Raises LogWentBack when it is not, and
        SecondWriter when the log already stands at or behind this ID with other content.
        """
        ticks = _EMPTY if ticks is None else ticks
        entry = Entry(run_id, number, kind, log_time, wall_time, ticks, elsewhere)
        self.append_all({partition: entry}, follows=follows)
        return entry.id

    def append_all(self, entries: Mapping[int, Entry], *, follows: int = 0, epoch: str = "") -> None:
        """Append to each partition its entry, in one round trip; repeating the identical call is harmless.

        Where they follow an entry of the run, as `append` does, each partition must have it; where an `epoch` is named,
        the log must have that one.  Raises LogReplaced when it has not, and else as `append` does.
        """
        payloads = {partition: encode(entry) for partition, entry in entries.items()}
        pipe = self._redis.pipeline(transaction=False)
        for partition, payload in payloads.items():
            facts = (str(entries[partition].run_id), str(entries[partition].number), str(follows), epoch)
            pipe.eval(APPEND, 2, self.key(partition), self.epoch_key, *facts, _FIELD, payload)
        for (partition, payload), answer in zip(payloads.items(), pipe.execute(raise_on_error=False), strict=True):
            if isinstance(answer, Exception):
                self._judge(answer, partition, entries[partition].id, payload)

    def _judge(self, refusal: Exception, partition: int, entry_id: str, payload: bytes) -> None:
        """Raise what a refusal means; nothing where the entry was there already."""
        if _REPLACED in str(refusal):
            raise LogReplaced(f"the tick log has {str(refusal).partition(_REPLACED)[2]}") from refusal
        if _WENT_BACK in str(refusal):
            raise LogWentBack(str(refusal).partition(_WENT_BACK)[2].split()[0], partition) from refusal
        if "equal or smaller" not in str(refusal):
            raise refusal
        self._require_same(partition, entry_id, payload)

    def read(self, partition: int, *, after: str = START, count: int, block_ms: int | None = None) -> list[Entry]:
        """Return up to `count` entries behind the ID `after`, waiting up to `block_ms` for the first one."""
        return self.read_all({partition: after}, count=count, block_ms=block_ms).get(partition, [])

    def read_all(self, after: Mapping[int, str], *, count: int, block_ms: int | None = None) -> dict[int, list[Entry]]:
        """Return up to `count` entries of each partition behind its ID in `after`, none of a partition without any.

        Waits up to `block_ms` for the first entry of any of them.
        """
        keys = {self.key(partition).encode(): partition for partition in after}
        answer = self._redis.xread({self.key(one): position for one, position in after.items()}, count, block_ms)
        pairs = cast(Iterable[tuple[bytes, Any]], answer.items() if isinstance(answer, dict) else answer or [])
        found: dict[int, list[Entry]] = {}
        for key, rows in pairs:
            # RESP3 nests the rows once more.
            is_nested = isinstance(answer, dict) and rows and isinstance(rows[0], list)
            found[keys[key]] = _entries(rows[0] if is_nested else rows)
        return found

    def range(self, partition: int, start: str = "-", stop: str = "+", *, count: int | None = None) -> list[Entry]:
        """Return the entries from `start` to `stop`, both included; "(id" excludes an end."""
        return _entries(self._redis.xrange(self.key(partition), min=start, max=stop, count=count))

    def head(self, partition: int) -> Entry | None:
        """Return the newest entry, None when the log is empty."""
        newest = _entries(self._redis.xrevrange(self.key(partition), count=1))
        return newest[0] if newest else None

    def length(self, partition: int) -> int:
        """Return the number of entries kept."""
        return int(self._redis.xlen(self.key(partition)))

    def trim(self, partition: int, before_id: str) -> int:
        """Drop the entries before `before_id` and return how many went; the caller keeps behind every cursor."""
        return int(self._redis.xtrim(self.key(partition), minid=before_id, approximate=False))

    def evidence(self, positions: Mapping[int, str]) -> Evidence:
        """Return what tells whether this is the log of which each partition was folded up to its position."""
        keys = [self.epoch_key, *map(self.key, positions)]
        return told(positions, self._redis.eval(EVIDENCE, len(keys), *keys, *positions.values()))

    def claim_epoch(self, epoch: str) -> str:
        """Name a log that has no epoch yet; return the one it has."""
        self._redis.set(self.epoch_key, epoch, nx=True)
        self._wait_until_durable()
        return cast(bytes, self._redis.get(self.epoch_key) or b"").decode()

    def begin_anew(self, partitions: Collection[int], *, epoch: str) -> None:
        """Drop every entry of the partitions and name the log anew, at once."""
        pipe = self._redis.pipeline(transaction=True)
        pipe.delete(*map(self.key, partitions))
        pipe.set(self.epoch_key, epoch)
        pipe.execute()
        self._wait_until_durable()

    def _wait_until_durable(self) -> None:
        """Wait for the disk: a server killed right after must not come back without its epoch.

        A server that keeps no append-only file, or is too old to be asked, refuses; it promises nothing to wait for.
        """
        with suppress(redis.ResponseError):
            self._redis.waitaof(1, 0, _DURABLE_MS)

    def _require_same(self, partition: int, entry_id: str, payload: bytes) -> None:
        found = _rows(self._redis.xrange(self.key(partition), min=entry_id, max=entry_id))
        if found and found[0][1].get(_FIELD) == payload:
            return
        state = "holds other content" if found else "is behind the newest entry"
        raise SecondWriter(f"entry {entry_id} of {self.key(partition)} {state}: another feed writes this log")


def platform_log() -> TickLog:
    """Return the log that the settings name, on a connection of its own."""
    return TickLog(connect(), prefix=settings.REDIS_KEY_PREFIX)


def _rows(answer: object) -> Sequence[tuple[bytes, dict[bytes, bytes]]]:
    return cast(Sequence[tuple[bytes, dict[bytes, bytes]]], answer)


def _entries(answer: object) -> list[Entry]:
    entries = []
    for raw_id, fields in _rows(answer):
        entry_id = raw_id.decode()
        if _FIELD not in fields:
            raise UnreadableEntry(f"entry {entry_id} has no field {_FIELD!r}, has {sorted(fields)}")
        entries.append(decode(entry_id, fields[_FIELD]))
    return entries
