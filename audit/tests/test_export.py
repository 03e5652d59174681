import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from audit import export, services
from audit.models import AuditEntry
from audit.tests.tampering import record_three

pytestmark = pytest.mark.django_db


def exported(path: Path, **options: object) -> list[dict[str, object]]:
    call_command("export_audit", path, stdout=io.StringIO(), **options)
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_export_verifies_without_the_database(tmp_path: Path) -> None:
    record_three()

    rows = exported(tmp_path / "out")

    assert [row["sequence"] for row in rows] == [1, 2, 3, 4]  # the export's own entry is the last
    assert export.verify_file(tmp_path / "out") == export.ExportFound(entries=4, gaps=0)


def test_an_export_is_itself_audited_with_its_filters(tmp_path: Path) -> None:
    record_three()

    exported(tmp_path / "out", object_id="2")

    entry = AuditEntry.objects.get(action="audit_exported")
    assert entry.detail["filters"] == {"object_id": ["2"]}


def test_a_filtered_export_says_that_it_has_gaps(tmp_path: Path) -> None:
    record_three()
    services.record(action="other")
    services.record(action="test")

    exported(tmp_path / "out", action="test")

    assert export.verify_file(tmp_path / "out") == export.ExportFound(entries=4, gaps=1)


@pytest.mark.parametrize("field", ["actor_name", "detail", "at", "hash", "previous_hash"])
def test_a_line_that_was_changed_is_named(tmp_path: Path, field: str) -> None:
    record_three()
    rows = exported(tmp_path / "out")
    rows[1][field] = {"detail": {"n": 9}, "at": "2020-01-01T00:00:00Z"}.get(field, "mallory")
    (tmp_path / "out").write_text("".join(json.dumps(row) + "\n" for row in rows))

    with pytest.raises(CommandError, match=r"breaks at entry 2 \(line 2\)"):
        call_command("verify_audit", file=tmp_path / "out")


@pytest.mark.parametrize("line", ["{}", "[]", "x", '{"sequence": "1", "at": "2026-01-01T00:00:00Z"}'])
def test_a_line_that_is_no_entry_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "out").write_text(line + "\n")

    with pytest.raises(CommandError, match="Line 1 is not an exported audit entry"):
        call_command("verify_audit", file=tmp_path / "out")


def test_a_wrong_filter_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--from: Must be an instant"):
        call_command("export_audit", tmp_path / "out", **{"from": "yesterday"})


def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    services.record(action="login_failed", actor_name="=HYPERLINK(1)")
    services.record(action="login_failed", actor_name="@SUM(A1)")

    rows = list(csv.DictReader(export.csv_lines(AuditEntry.objects.all())))

    assert [row["actor_name"] for row in rows] == ["'=HYPERLINK(1)", "'@SUM(A1)"]
    assert list(rows[0]) == list(export.COLUMNS)
