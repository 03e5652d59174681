"""Where a live feed's lines come from: standard input, a pipe or a file, read without waiting."""

import os
import select
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from streaming.feeds.line_splitting import Lines, LineSplitter

STANDARD_INPUT: Final = "-"
AT_ONCE: Final = 524_288  # bytes of one emission at most


class SourceMissing(Exception):
    """There is nothing to read; the message says what was expected and what came."""


@dataclass(slots=True)
class DescriptorLines:
    """Reads lines from a file descriptor; leaves it open at the end where it was given open (standard input)."""

    name: str
    _descriptor: int
    _is_ours: bool
    _is_over: bool = field(default=False, init=False)
    _splitter: LineSplitter = field(default_factory=LineSplitter, init=False)
    _returned: Lines | None = field(default=None, init=False)

    @classmethod
    def open(cls, name: str) -> Self:
        """Open a path, or standard input for "-".  Raises SourceMissing for what cannot be read.

        A named pipe opens when somebody writes to it: until then this waits.
        """
        if name == STANDARD_INPUT:
            return cls("standard input", 0, False)
        if Path(name).is_dir():
            raise SourceMissing(f"lines are read from a file, a pipe or - (standard input), {name} is a directory")
        try:
            return cls(name, os.open(name, os.O_RDONLY), True)
        except OSError as problem:
            raise SourceMissing(f"{name} cannot be read: {problem.strerror}") from problem

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_ours:
            os.close(self._descriptor)

    def take(self) -> Lines | None:
        """Return the lines that ended in what has come since, at most AT_ONCE bytes; None when no more will come.

        What stands behind the last newline is a line, too.  Raises SourceMissing when the source can no longer be read.
        """
        if self._returned is not None:
            lines, self._returned = self._returned, None
            return lines
        if self._is_over:
            return None
        lines = self._splitter.split(self._read())
        return (lines + self._splitter.end()) or None if self._is_over else lines

    def put_back(self, lines: Lines) -> None:
        """Let `lines` be what the next `take` returns."""
        self._returned = lines

    def _read(self) -> bytes:
        parts: list[bytes] = []
        size = 0
        while size < AT_ONCE and not self._is_over and self._has_more():
            part = os.read(self._descriptor, AT_ONCE - size)
            self._is_over = not part
            parts.append(part)
            size += len(part)
        return b"".join(parts)

    def _has_more(self) -> bool:
        try:
            return bool(select.select([self._descriptor], [], [], 0)[0])
        except (OSError, ValueError) as problem:
            raise SourceMissing(f"{self.name} cannot be read: {problem}") from problem
