"""The recordings that may be replayed: files of one directory, chosen by name alone."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from django.conf import settings

from riskplatform.lib import errors
from streaming.feeds.recording_files import RecordingError, recorded_day
from streaming.replaying import NotATradingDay, exchange_day

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
    """Return the directory's recordings by name, at most MOST_SHOWN; none where there is no directory."""
    if not directory().is_dir():
        return []
    files = sorted(path for path in directory().iterdir() if path.suffix in KINDS and path.is_file())
    return [_looked_at(path) for path in files[:MOST_SHOWN]]


def usable_recording(name: str) -> FoundRecording:
    """Return the recording of this name.  Raises RecordingMissing and RecordingUnusable."""
    path = path_of(name)
    found = _looked_at(path)
    if found.problem:
        raise RecordingUnusable(found.problem)
    return found


def path_of(name: str) -> Path:
    """Return where the recording of this name lies.  Raises RecordingMissing, whatever else a name points at."""
    path = directory() / name
    if "\0" in name or Path(name).name != name or path.suffix not in KINDS or not path.is_file():
        raise RecordingMissing(f"There is no recording {name!r}.")
    return path


def _looked_at(path: Path) -> FoundRecording:
    size, day, problem = path.stat().st_size, None, None
    try:
        day = recorded_day(path)
        exchange_day(day)
    except (RecordingError, NotATradingDay) as refusal:
        problem = str(refusal)
    if size == 0:
        problem = f"{path.name} has 0 bytes"
    return FoundRecording(path.name, size, day, problem)
