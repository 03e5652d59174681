import csv
import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from audit import export, services
from audit.models import AuditEntry
from audit.tests.tampering import record_three, rewrite_from
from audit.verification import checkpoint_file

pytestmark = pytest.mark.django_db


def exported(path: Path, **options: object) -> list[dict[str, object]]:
    call_command("export_audit", path, stdout=io.StringIO(), **options)
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_an_export_verifies_without_the_database(tmp_path: Path) -> None:
    record_three()

    rows = exported(tmp_path / "out")

    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert export.verify_file(tmp_path / "out") == export.ExportFound(entries=3, gaps=0, first=1, last=3)


def test_an_export_is_itself_audited_with_its_filters(tmp_path: Path) -> None:
    record_three()

    exported(tmp_path / "out", object_id="2")

    entry = AuditEntry.objects.get(action="audit_exported")
    assert entry.detail["filters"] == {"object_id": ["2"]}
    assert (entry.detail["entries"], entry.detail["first"], entry.detail["last"]) == (1, 2, 2)


def test_an_export_is_its_owners_alone(tmp_path: Path) -> None:
    exported(tmp_path / "out")

    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


def test_an_export_without_its_beginning_says_so(tmp_path: Path) -> None:
    record_three()
    lines = [json.dumps(row) + "\n" for row in exported(tmp_path / "out")]
    (tmp_path / "out").write_text("".join(lines[1:]))
    out = io.StringIO()

    call_command("verify_audit", file=tmp_path / "out", stdout=out)

    assert "from 2 to 3" in out.getvalue() and "what came before them is not in the file" in out.getvalue()


@pytest.mark.parametrize("order", [[2, 1, 0], [0, 0], [0, 1, 1]])
def test_lines_out_of_order_are_named(tmp_path: Path, order: list[int]) -> None:
    record_three()
    lines = [json.dumps(row) + "\n" for row in exported(tmp_path / "out")]
    (tmp_path / "out").write_text("".join(lines[place] for place in order))

    with pytest.raises(export.ExportBroken, match="it comes after entry"):
        export.verify_file(tmp_path / "out")


def test_an_export_of_a_rewritten_chain_is_betrayed_by_checkpoints(tmp_path: Path, settings: Settings) -> None:
    settings.RISK_HOME = tmp_path
    record_three()
    services.checkpoint()
    rewrite_from(1, actor_name="mallory")
    exported(tmp_path / "out")

    export.verify_file(tmp_path / "out")  # a chain like any other, alone
    with pytest.raises(CommandError, match="breaks at entry 3"):
        call_command("verify_audit", file=tmp_path / "out", checkpoints=checkpoint_file())


def test_a_filtered_export_says_that_it_has_gaps(tmp_path: Path) -> None:
    record_three()
    services.record(action="other")
    services.record(action="test")

    exported(tmp_path / "out", action="test")

    assert export.verify_file(tmp_path / "out") == export.ExportFound(entries=4, gaps=1, first=1, last=5)


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

    rows = list(csv.DictReader(io.StringIO("".join(export.csv_lines(AuditEntry.objects.all())))))

    assert [row["actor_name"] for row in rows] == ["'=HYPERLINK(1)", "'@SUM(A1)"]
    assert list(rows[0]) == list(export.COLUMNS)
