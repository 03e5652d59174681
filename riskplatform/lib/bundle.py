"""The built screens in `static/app/`: which files start them, and from which sources they were built."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

ENTRY: Final = "src/main.tsx"
MANIFEST: Final = "manifest.json"
SOURCES: Final = "sources.json"
# What decides the bundle. Tests do not: changing one asks for no new build. `scripts/record-build.mjs` hashes the same.
SINGLE_SOURCES: Final = ("package.json", "tsconfig.json", "vite.config.ts")


class BundleMissing(Exception):
    """The screens have not been built; the sentence says what was looked for."""


@dataclass(frozen=True)
class Bundle:
    """Files below `static/app/` that the page names: the first script, its style sheets, what it imports at once."""

    script: str
    styles: tuple[str, ...]
    imports: tuple[str, ...]


def directory() -> Path:
    return Path(settings.BASE_DIR) / "static" / "app"


def built() -> Bundle:
    """Return the files of the bundle as it lies on disk.  Raises BundleMissing where there is none."""
    path = directory() / MANIFEST
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, KeyError, ValueError) as problem:
        raise BundleMissing(f"{path} must be the manifest of the built screens: {problem!r}") from problem


@lru_cache(maxsize=1)
def _read(path: Path, _changed_ns: int) -> Bundle:
    chunks: dict[str, dict[str, object]] = json.loads(path.read_text())
    names = list(_closure(chunks, ENTRY))
    styles = [str(style) for name in names for style in _texts(chunks[name], "css")]
    files = [str(chunks[name]["file"]) for name in names]
    return Bundle(script=files[0], styles=tuple(dict.fromkeys(styles)), imports=tuple(files[1:]))


def _closure(chunks: dict[str, dict[str, object]], first: str) -> Iterator[str]:
    """Yield the chunk and all that it imports statically, each once."""
    seen, waiting = {first}, [first]
    while waiting:
        name = waiting.pop(0)
        yield name
        new = [other for other in _texts(chunks[name], "imports") if other not in seen]
        seen.update(new)
        waiting.extend(new)


def _texts(chunk: dict[str, object], key: str) -> list[str]:
    found = chunk.get(key, [])
    return [str(text) for text in found] if isinstance(found, list) else []


def source_hash(frontend: Path) -> str:
    """Return the SHA-256 of the sources below `frontend/`: one line `path<NUL>hash of its content` for each."""
    lines = [
        f"{path.relative_to(frontend).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n"
        for path in _sources(frontend)
    ]
    return hashlib.sha256("".join(sorted(lines)).encode()).hexdigest()


def _sources(frontend: Path) -> Iterator[Path]:
    yield from (frontend / name for name in SINGLE_SOURCES)
    for path in (frontend / "src").rglob("*"):
        is_test = ".test." in path.name or (frontend / "src" / "test") in path.parents
        if path.is_file() and not is_test:
            yield path


def recorded_hash() -> str:
    """Return the hash of the sources that the bundle says it was built from."""
    written: dict[str, str] = json.loads((directory() / SOURCES).read_text())
    return written["sha256"]
