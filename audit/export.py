"""The audit log as a file: JSON Lines that can be verified without us, or CSV for a spreadsheet."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from audit.chain import Content
from audit.models import AuditEntry, AuditQuerySet
from audit.verification import content_fault
from riskplatform.lib import errors

COLUMNS: Final = (
    "sequence", "at", "actor_id", "actor_name", "action", "object_type", "object_id", "detail", "request_id",
    "previous_hash", "hash",
)  # fmt: skip
# A cell that begins like a formula is run by spreadsheets; an apostrophe makes it text.
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
ROWS_AT_A_TIME: Final = 2000


class ExportBroken(errors.DomainError):
    """An exported file does not verify."""

    code = "export_broken"


@dataclass(frozen=True)
class ExportFound:
    """How many entries of a file verify, and how often the numbering jumps, as it does in a filtered export."""

    entries: int
    gaps: int


def json_lines(entries: AuditQuerySet) -> Iterator[str]:
    """Yield one line of JSON per entry, oldest first, with its hashes."""
    for entry in entries.in_order().iterator(chunk_size=ROWS_AT_A_TIME):
        yield json.dumps(_row(entry), ensure_ascii=False) + "\n"


def csv_lines(entries: AuditQuerySet) -> Iterator[str]:
    """Yield the header and one CSV line per entry, oldest first; no cell is a formula."""
    yield _csv(COLUMNS)
    for entry in entries.in_order().iterator(chunk_size=ROWS_AT_A_TIME):
        row = _row(entry)
        row["detail"] = json.dumps(row["detail"], ensure_ascii=False, sort_keys=True)
        yield _csv(_safe(row[name]) for name in COLUMNS)


def verify_file(path: Path) -> ExportFound:
    """Verify the entries of a JSON Lines export.  Raises ExportBroken naming the first entry that does not fit.

    Each entry must match its hash; one that follows its predecessor in number must also continue it.
    """
    entries = gaps = 0
    before: Mapping[str, Any] | None = None
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            row = _parsed(line, number)
            follows = before is not None and row["sequence"] == before["sequence"] + 1
            gaps += before is not None and not follows
            previous = before["hash"] if follows and before else row["previous_hash"]
            if reason := content_fault(
                _content(row), digest=row["hash"], before=row["previous_hash"], previous=previous
            ):
                raise ExportBroken(f"The export breaks at entry {row['sequence']} (line {number}): {reason}.")
            before, entries = row, entries + 1
    return ExportFound(entries, gaps)


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


def _safe(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _csv(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
