"""The one log of many processes."""

import io
import os
from pathlib import Path

import pytest

from riskplatform.supervision.log import PlatformLog


def test_a_full_disk_costs_log_lines_but_not_the_platform() -> None:
    shown = io.StringIO()
    log = PlatformLog(Path("/proc/no-such-place"), terminal=shown)

    log.write("worker", "cycle scored")

    assert shown.getvalue() == "worker   | cycle scored\n"


def test_a_closed_terminal_does_not_stop_the_log(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as terminal:
        log = PlatformLog(tmp_path, terminal=terminal)

        log.write("worker", "first")
        log.write("worker", "second")

        log.close()
        os.dup2(os.open(os.devnull, os.O_WRONLY), writer)
    assert "second" in (tmp_path / "worker.log").read_text()


def test_the_files_hold_each_line_with_its_time(tmp_path: Path) -> None:
    log = PlatformLog(tmp_path, terminal=io.StringIO())

    log.write("worker", "cycle scored")
    log.close()

    time, line = (tmp_path / "worker.log").read_text().split(" ", 1)
    assert time.endswith("Z")
    assert line == "cycle scored\n"


def test_what_is_announced_is_kept_in_no_file(tmp_path: Path) -> None:
    terminal = io.StringIO()
    log = PlatformLog(tmp_path, terminal=terminal)

    log.announce("admin  a-password")

    assert "a-password" in terminal.getvalue()
    assert list(tmp_path.iterdir()) == []


def test_a_large_file_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("riskplatform.supervision.log.LARGEST_FILE_BYTES", 10)
    log = PlatformLog(tmp_path, terminal=io.StringIO())

    log.write("worker", "the first line")
    log.write("worker", "the second line")
    log.close()

    assert "first" in (tmp_path / "worker.log.1").read_text()
    assert "second" in (tmp_path / "worker.log").read_text()
