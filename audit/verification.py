"""Does the audit log hold?  Walks the chain and holds it against the head and the signed checkpoints."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db.models import Subquery

from audit import checkpoints
from audit.chain import GENESIS, Content, entry_hash
from audit.checkpoints import Mark
from audit.models import AuditEntry, ChainHead, Checkpoint

HEAD = 1
ROWS_AT_A_TIME = 2000


@dataclass(frozen=True)
class Verification:
    """The outcome: `broken` is the number of the first entry that does not fit, `check` which check found it."""

    entries: int
    broken: int | None = None
    reason: str = ""
    check: str = ""
    checkpoints: int = 0


@dataclass
class Marks:
    """Checkpoints that the walk has still to pass, by the entry that each is about."""

    by_sequence: dict[int, list[tuple[str, Mark]]] = field(default_factory=dict)
    count: int = 0
    stored: set[int] | None = None  # those in the database, where it is asked

    def add(self, origin: str, marks: Iterable[Mark]) -> None:
        for mark in marks:
            self.by_sequence.setdefault(mark.sequence, []).append((origin, mark))
            self.count += 1

    def fault_at(self, sequence: int, digest: str) -> str:
        """Return what a checkpoint about this entry says against it."""
        for origin, mark in self.by_sequence.pop(sequence, []):
            if not any(map(mark.is_signed_with, (settings.AUDIT_SIGNING_KEY, *settings.AUDIT_FORMER_SIGNING_KEYS))):
                return f"the {origin} checkpoint about it is not signed with our key"
            if self.stored is not None and sequence not in self.stored:
                return f"the {origin} checkpoint about it is not in the database any more"
            if mark.hash != digest:
                return f"the {origin} checkpoint of {mark.at:%Y-%m-%d %H:%M} saw another hash"
        return ""


def checkpoint_file() -> Path:
    """Return where checkpoints are kept outside the database."""
    path: Path = settings.RISK_HOME / "audit-checkpoints.jsonl"
    return path


def verify(*, extra: Path | None = None, progress: Callable[[int], None] = lambda entries: None) -> Verification:
    """Walk the chain as it stands now and name the first entry that does not fit; others may append meanwhile.

    `extra` is a file of checkpoints kept elsewhere; `progress` hears how many entries were walked, now and then.
    Raises CheckpointsUnreadable.
    """
    marks = Marks()
    stored = Checkpoint.objects.all().values_list("sequence", "hash", "at", "signature")
    marks.add("stored", (Mark(*row) for row in stored))
    marks.stored = set(marks.by_sequence)
    marks.add("file's", checkpoints.read(checkpoint_file()))
    if extra is not None:
        marks.add("given", checkpoints.read(extra))
    return _walk(marks, standing(), progress)


@dataclass(frozen=True)
class Standing:
    """Where the chain stood in one instant: what its head said, and its newest entry."""

    head: ChainHead
    newest: int


def standing() -> Standing:
    """Return the head and the newest entry by one statement, so that no append can come between the two."""
    newest = AuditEntry.objects.order_by("-sequence").values("sequence")[:1]
    head = ChainHead.objects.filter(pk=HEAD).annotate(newest=Subquery(newest)).first()
    if head is not None:
        return Standing(head, head.newest or 0)
    row = newest.first()
    return Standing(ChainHead(), row["sequence"] if row else 0)


def stretch_fault(after: Checkpoint | None, head: ChainHead) -> str:
    """Return why the entries from a checkpoint to the head are not to be signed; empty where they are."""
    previous, count = (after.hash, after.sequence) if after else (GENESIS, 0)
    if head.sequence < count:
        return f"the head is at entry {head.sequence}, entry {count} is signed already"
    behind = AuditEntry.objects.filter(sequence__gt=count, sequence__lte=head.sequence).in_order()
    for entry in behind.iterator(chunk_size=ROWS_AT_A_TIME):
        if reason := _fault(entry, expected_sequence=count + 1, previous=previous):
            return f"entry {count + 1}: {reason}"
        previous, count = entry.hash, count + 1
    return "" if (count, previous) == (head.sequence, head.hash) else f"the chain ends at entry {count}"


def _walk(marks: Marks, stands: Standing, progress: Callable[[int], None]) -> Verification:
    previous, count, total = GENESIS, 0, marks.count
    entries = AuditEntry.objects.filter(sequence__lte=stands.newest).in_order()
    for entry in entries.iterator(chunk_size=ROWS_AT_A_TIME):
        if reason := _fault(entry, expected_sequence=count + 1, previous=previous):
            return Verification(count, count + 1, reason, "chain", total)
        previous, count = entry.hash, count + 1
        if reason := marks.fault_at(count, previous):
            return Verification(count - 1, count, reason, "checkpoint", total)
        if count % ROWS_AT_A_TIME == 0:
            progress(count)
    return _end(count, previous, marks, stands.head)


def _end(count: int, previous: str, marks: Marks, head: ChainHead) -> Verification:
    if later := sorted(marks.by_sequence):
        origin = marks.by_sequence[later[0]][0][0]
        reason = f"the chain ends at entry {count}, the {origin} checkpoint saw entry {later[0]}"
        return Verification(count, count + 1, reason, "checkpoint", marks.count)
    if (head.sequence, head.hash) != (count, previous):
        reason = f"the chain ends at entry {count}, its head says {head.sequence}"
        return Verification(count, count + 1, reason, "head", marks.count)
    return Verification(count, checkpoints=marks.count)


def _fault(entry: AuditEntry, *, expected_sequence: int, previous: str) -> str:
    if entry.sequence != expected_sequence:
        return f"entry {expected_sequence} is missing, the next one found is {entry.sequence}"
    return content_fault(entry.content(), digest=entry.hash, before=entry.previous_hash, previous=previous)


def content_fault(content: Content, *, digest: str, before: str, previous: str) -> str:
    """Return why an entry does not continue the one with the hash `previous`; empty where it does."""
    if before != previous:
        return "it does not continue the entry before it"
    if digest != entry_hash(content, previous=before):
        return "its content does not match its hash"
    return ""
