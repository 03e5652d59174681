"""One log of many processes: each line with its process's name, coloured on a terminal, and a file per process."""

import collections
import contextlib
import os
import time
from pathlib import Path
from typing import IO

COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)
LARGEST_FILE_BYTES = 20_000_000
REMEMBERED_LINES = 30


class PlatformLog:
    """Writes to the terminal and to RISK_HOME/logs; a full disk or a closed terminal costs lines, not the platform."""

    def __init__(self, directory: Path, *, terminal: IO[str]) -> None:
        self._directory = directory
        self._terminal: IO[str] | None = terminal
        self._coloured = terminal.isatty() and "NO_COLOR" not in os.environ
        self._files: dict[str, IO[str]] = {}
        self._last: dict[str, collections.deque[str]] = {}

    def write(self, name: str, line: str) -> None:
        """Show and keep one line of a process."""
        self._last.setdefault(name, collections.deque(maxlen=REMEMBERED_LINES)).append(line)
        self._show(f"{self._prefix(name)} {line}")
        self._keep(name, line)

    def say(self, line: str) -> None:
        """Show and keep one line of the supervisor itself."""
        self.write("up", line)

    def announce(self, text: str) -> None:
        """Show something on the terminal only, such as passwords, which no file should keep."""
        self._show(text)

    def last_lines(self, name: str, count: int = 10) -> list[str]:
        """Return the newest lines of a process, oldest first."""
        return list(self._last.get(name, ()))[-count:]

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            with contextlib.suppress(OSError):
                file.close()
        self._files.clear()

    def _prefix(self, name: str) -> str:
        label = f"{name:<8} |"
        if not self._coloured:
            return label
        colour = COLOURS[list(self._last).index(name) % len(COLOURS)]
        return f"\033[{colour}m{label}\033[0m"

    def _show(self, text: str) -> None:
        if self._terminal is None:
            return
        try:
            print(text, file=self._terminal, flush=True)
        except (OSError, ValueError):
            self._terminal = None

    def _keep(self, name: str, line: str) -> None:
        try:
            file = self._file(name)
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {line}\n")
            file.flush()
        except OSError:
            self._drop(name)

    def _file(self, name: str) -> IO[str]:
        file = self._files.get(name)
        if file is not None and file.tell() < LARGEST_FILE_BYTES:
            return file
        path = self._directory / f"{name}.log"
        if file is not None:
            file.close()
            path.replace(path.with_suffix(".log.1"))
        self._files[name] = path.open("a", encoding="utf-8", errors="replace")
        return self._files[name]

    def _drop(self, name: str) -> None:
        """Forget a file that cannot be written; the next line tries again, for the disk may have room by then."""
        file = self._files.pop(name, None)
        if file is not None:
            with contextlib.suppress(OSError):
                file.close()
