"""Bytes as they come, cut into lines, with a bound on what a line without an end can cost."""

from dataclasses import dataclass, field

from streaming.feeds.json_line import LONGEST_LINE

_KEPT = 400  # bytes of a line that is too long


@dataclass(frozen=True, slots=True)
class Lines:
    """Whole lines in their order, without their ends; and those that were too long, by beginning and size in bytes."""

    whole: list[bytes]
    too_long: list[tuple[bytes, int]]

    def __len__(self) -> int:
        return len(self.whole) + len(self.too_long)

    def __add__(self, other: "Lines") -> "Lines":
        return Lines(self.whole + other.whole, self.too_long + other.too_long)


@dataclass(slots=True)
class LineSplitter:
    """Cuts a stream at its newlines; keeps at most LONGEST_LINE bytes of a line that has not ended."""

    _rest: bytes = b""
    _skipped: int = 0  # bytes of the unfinished line that are not in `_rest`
    _found: Lines = field(default_factory=lambda: Lines([], []))

    def split(self, chunk: bytes) -> Lines:
        """Return the lines that end in `chunk`."""
        self._found = Lines([], [])
        first, *others = chunk.split(b"\n")
        self._extend(first)
        if others:
            self._finish()
            last = others.pop()
            if b"\r" not in chunk and max(map(len, others), default=0) <= LONGEST_LINE:
                self._found.whole.extend(others)
            else:
                for line in others:
                    self._add(line, len(line))
            self._extend(last)
        return self._found

    def end(self) -> Lines:
        """Return what stands behind the last newline, if anything does."""
        self._found = Lines([], [])
        if self._rest:
            self._finish()
        return self._found

    def _extend(self, part: bytes) -> None:
        if self._skipped or len(self._rest) + len(part) > LONGEST_LINE + 1:  # one more for a carriage return
            kept = (self._rest[:_KEPT] + part[:_KEPT])[:_KEPT]
            self._skipped += len(self._rest) + len(part) - len(kept)
            self._rest = kept
        else:
            self._rest += part

    def _finish(self) -> None:
        line, size = self._rest, len(self._rest) + self._skipped
        self._rest, self._skipped = b"", 0
        self._add(line, size)

    def _add(self, line: bytes, size: int) -> None:
        if size <= LONGEST_LINE + 1 and line.endswith(b"\r"):
            line, size = line[:-1], size - 1
        if size > LONGEST_LINE:
            self._found.too_long.append((line[:_KEPT], size))
        else:
            self._found.whole.append(line)
