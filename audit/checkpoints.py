"""Signed checkpoints: where the chain stood, in the database and in a file outside it.

A chain proves its order, not its completeness: who owns the database can cut off the tail and set the head back, or
write every entry anew with fresh hashes.  A signature under an earlier hash, kept where that person cannot write,
betrays both.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from riskplatform.lib import errors

MODE: Final = 0o600


class CheckpointsUnreadable(errors.DomainError):
    """A file of checkpoints holds something else."""

    code = "checkpoints_unreadable"


@dataclass(frozen=True)
class Mark:
    """One checkpoint: the newest entry's number and hash, when, and the signature under the three."""

    sequence: int
    hash: str
    at: datetime
    signature: str

    def is_signed_with(self, key: str) -> bool:
        return hmac.compare_digest(self.signature, sign(self.sequence, self.hash, self.at, key=key))


def sign(sequence: int, digest: str, at: datetime, *, key: str) -> str:
    """Return the HMAC-SHA256, in hex, of number, hash and time."""
    text = f"{sequence}|{digest}|{at.astimezone(UTC).isoformat(timespec='microseconds')}"
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def append(path: Path, mark: Mark) -> None:
    """Add a checkpoint to the file, readable by its owner only, and see it on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps({**asdict(mark), "at": mark.at.astimezone(UTC).isoformat(timespec="microseconds")}) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, MODE)
    with os.fdopen(descriptor, "a") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> Iterator[Mark]:
    """Yield the checkpoints of a file; none when there is no file.  Raises CheckpointsUnreadable naming the line."""
    if not path.exists():
        return
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            row = json.loads(line)
            yield Mark(int(row["sequence"]), str(row["hash"]), datetime.fromisoformat(row["at"]), str(row["signature"]))
        except (ValueError, KeyError, TypeError) as problem:
            raise CheckpointsUnreadable(f"line {number} of {path} is not a checkpoint: {line[:80]!r}") from problem
