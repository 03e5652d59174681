"""The audit log as a file: JSON Lines that can be verified without us, or CSV for a spreadsheet."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.db.models import Count, Max, Min

from audit.chain import GENESIS, Content
from audit.models import AuditEntry, AuditQuerySet
from audit.verification import Marks, content_fault
from riskplatform.lib import csv_stream, errors

COLUMNS: Final = (
    "sequence", "at", "actor_id", "actor_name", "action", "object_type", "object_id", "detail", "request_id",
    "previous_hash", "hash",
)  # fmt: skip
ROWS_AT_A_TIME: Final = 2000


class ExportBroken(errors.DomainError):
    """An exported file does not verify."""

    code = "export_broken"


@dataclass(frozen=True)
class ExportFound:
    """What of a file verifies: entries, the range of their numbers, and how often the numbering jumps inside it."""

    entries: int
    gaps: int
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Extent:
    """What an export holds, fixed before its first line: later entries, its own included, are not in it."""

    entries: int
    first: int | None
    last: int | None


def extent_of(entries: AuditQuerySet) -> tuple[Extent, AuditQuerySet]:
    """Return how many entries there are, their numbers' range, and the entries up to its end."""
    found = entries.aggregate(entries=Count("sequence"), first=Min("sequence"), last=Max("sequence"))
    return Extent(**found), entries.filter(sequence__lte=found["last"] or 0)


def json_lines(entries: AuditQuerySet) -> Iterator[str]:
    """Yield blocks of JSON Lines, a line an entry, oldest first, with its hashes."""
    for rows in _in_batches(entries):
        yield "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def csv_lines(entries: AuditQuerySet) -> Iterator[str]:
    """Yield the header, then blocks of CSV lines, oldest first; no cell is a formula."""
    rows = ([{**row, "detail": _text(row["detail"])} for row in batch] for batch in _in_batches(entries))
    return csv_stream.csv_lines(COLUMNS, rows)


def verify_file(path: Path, *, marks: Marks | None = None) -> ExportFound:
    """Verify the entries of a JSON Lines export.  Raises ExportBroken naming the first entry that does not fit.

    Each entry must match its hash and come after the one before it; one that follows it in number must also continue
    it, and entry 1 must begin the chain.  `marks` are checkpoints: the entries that they are about must agree.
    """
    entries = gaps = first = 0
    before: Mapping[str, Any] = {"sequence": 0, "hash": GENESIS}
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            row = _parsed(line, number)
            if reason := _fault(row, before) or (marks.fault_at(row["sequence"], row["hash"]) if marks else ""):
                raise ExportBroken(f"The export breaks at entry {row['sequence']} (line {number}): {reason}.")
            gaps += entries > 0 and row["sequence"] != before["sequence"] + 1
            before, entries, first = row, entries + 1, first or row["sequence"]
    return ExportFound(entries, gaps, first, before["sequence"])


def _fault(row: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    if row["sequence"] <= before["sequence"]:
        return f"it comes after entry {before['sequence']}"
    follows = row["sequence"] == before["sequence"] + 1
    previous = before["hash"] if follows else row["previous_hash"]
    return content_fault(_content(row), digest=row["hash"], before=row["previous_hash"], previous=previous)


def _in_batches(entries: AuditQuerySet) -> Iterator[list[dict[str, Any]]]:
    """Yield rows in order; between batches no cursor is open, however slowly they are taken."""
    behind = 0
    while batch := list(entries.filter(sequence__gt=behind).in_order()[:ROWS_AT_A_TIME]):
        yield [_row(entry) for entry in batch]
        behind = batch[-1].sequence


def _row(entry: AuditEntry) -> dict[str, Any]:
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {name: at if name == "at" else getattr(entry, name) for name in COLUMNS}


def _content(row: Mapping[str, Any]) -> Content:
    facts: Any = {name: row[name] for name in COLUMNS if name not in {"previous_hash", "hash"}}
    facts["at"] = datetime.fromisoformat(row["at"])
    content: Content = facts  # what it really holds is for its hash to say
    return content


def _parsed(line: str, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
        datetime.fromisoformat(row["at"])
        if not isinstance(row["sequence"], int) or set(row) != set(COLUMNS):
            raise ValueError("other fields")
    except (ValueError, KeyError, TypeError) as problem:
        raise ExportBroken(f"Line {number} is not an exported audit entry: {line[:80]!r}.") from problem
    found: Mapping[str, Any] = row
    return found


def _text(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, ensure_ascii=False, sort_keys=True)
