"""Does a part of the log hold?  Each entry against its hash and the one before it, and signed checkpoints within."""

from dataclasses import dataclass
from typing import Final

from audit.chain import GENESIS
from audit.checkpoints import Mark
from audit.models import AuditEntry, Checkpoint
from audit.verification import ROWS_AT_A_TIME, Marks, content_fault

MOST_ENTRIES: Final = 10_000  # about a second; `manage.py verify_audit` walks all of them


@dataclass(frozen=True)
class RangeVerification:
    """The outcome: `entries` hold from `first` on; `broken` is the number of the first one that does not."""

    first: int
    last: int
    entries: int
    checkpoints: int
    broken: int | None = None
    reason: str = ""


def verify_range(first: int, last: int) -> RangeVerification:
    """Verify the entries from `first` to `last`, both included; the one before `first` must fit, too.

    It proves nothing about what lies outside, and of the range no more than the checkpoints in and behind it do.
    """
    marks = Marks()
    stored = Checkpoint.objects.filter(sequence__gte=first, sequence__lte=last)
    marks.add("stored", (Mark(*row) for row in stored.values_list("sequence", "hash", "at", "signature")))
    total, count, previous = marks.count, first - 1, _hash_before(first)
    entries = AuditEntry.objects.filter(sequence__gte=first, sequence__lte=last).in_order()
    for entry in entries.iterator(chunk_size=ROWS_AT_A_TIME):
        if reason := _fault(entry, expected=count + 1, previous=previous) or marks.fault_at(entry.sequence, entry.hash):
            return RangeVerification(first, last, count - first + 1, total, count + 1, reason)
        previous, count = entry.hash, count + 1
    if count < last:
        return RangeVerification(first, last, count - first + 1, total, count + 1, f"entry {count + 1} is missing")
    return RangeVerification(first, last, count - first + 1, total)


def _hash_before(sequence: int) -> str | None:
    if sequence == 1:
        return GENESIS
    return AuditEntry.objects.filter(sequence=sequence - 1).values_list("hash", flat=True).first()


def _fault(entry: AuditEntry, *, expected: int, previous: str | None) -> str:
    if entry.sequence != expected:
        return f"entry {expected} is missing, the next one found is {entry.sequence}"
    if previous is None:
        return f"entry {expected - 1}, which it continues, is missing"
    return content_fault(entry.content(), digest=entry.hash, before=entry.previous_hash, previous=previous)
