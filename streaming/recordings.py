"""The recordings that may be replayed: files of one directory, chosen by name alone."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.conf import settings

from riskplatform.lib import errors

KINDS: Final = (".parquet", ".csv")
MOST_SHOWN: Final = 200


class RecordingMissing(errors.Invalid):
    code = "recording_not_found"


class RecordingUnusable(errors.Invalid):
    code = "recording_unusable"


@dataclass(frozen=True)
class FoundRecording:
    """A file of the directory; `problem` says why it cannot be replayed, as far as its name and size tell."""

    name: str
    size_bytes: int
    day: date | None
    problem: str | None


def directory() -> Path:
    return Path(settings.RECORDINGS_DIR)


def found_recordings() -> list[FoundRecording]:
    """Return the directory's recordings by name, at most MOST_SHOWN; none where it cannot be looked at."""
    return [_looked_at(path) for path in _files()[:MOST_SHOWN]]


def directory_problem() -> str | None:
    """Return why the directory cannot be looked at, None where it can."""
    if not directory().is_dir():
        return "RECORDINGS_DIR is no directory."
    return None if os.access(directory(), os.R_OK | os.X_OK) else "RECORDINGS_DIR may not be read."


def usable_recording(name: str) -> FoundRecording:
    """Return the recording of this name.  Raises RecordingMissing and RecordingUnusable."""
    path = path_of(name)
    found = _looked_at(path)
    if found.problem:
        raise RecordingUnusable(found.problem)
    return found


def path_of(name: str) -> Path:
    """Return where the recording of this name lies.  Raises RecordingMissing.

    A name is compared with those of the directory and never becomes a path: it cannot point elsewhere.
    """
    path = next((path for path in _files() if path.name == name), None)
    if path is None:
        raise RecordingMissing(f"There is no recording {name!r}.")
    return path


def _files() -> list[Path]:
    if directory_problem() is not None:
        return []
    return sorted(path for path in directory().iterdir() if path.suffix in KINDS and path.is_file())


def _looked_at(path: Path) -> FoundRecording:
    # Imported when a file is looked at: no start of a server pays for what reads recordings.
    from streaming.feeds.recording_files import RecordingError, recorded_day
    from streaming.replaying import NotATradingDay, exchange_day

    size, day, problem = path.stat().st_size, None, None
    try:
        day = recorded_day(path)
        exchange_day(day)
    except (RecordingError, NotATradingDay) as refusal:
        problem = str(refusal)
    if size == 0:
        problem = f"{path.name} has 0 bytes"
    return FoundRecording(path.name, size, day, problem)
