"""The shipped documentation, indexed once and again when a file has changed."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from explain.retrieval import Index, Section, sections_of

Stamp = tuple[tuple[str, int, int], ...]


def index() -> Index:
    """Return the index of README.md and docs/*.md of this checkout as they are now."""
    stamp = tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in _paths())
    return _index(stamp)


def _paths() -> list[Path]:
    root = Path(settings.BASE_DIR)
    return [path for path in (root / "README.md", *sorted((root / "docs").glob("*.md"))) if path.is_file()]


@lru_cache(maxsize=2)
def _index(stamp: Stamp) -> Index:
    sections: list[Section] = []
    for name, *_ in stamp:
        path = Path(name)
        sections += sections_of(str(path.relative_to(settings.BASE_DIR)), path.read_text(encoding="utf-8"))
    return Index.of(sections)
