"""Questions about real processes, for the tests of supervision."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE_SECONDS = 10.0


def eventually(holds: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> bool:
    """Say whether this becomes true in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def is_alive(process: int) -> bool:
    """Say whether the process runs; a zombie, whose parent has not looked yet, does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state) and not state.startswith("Z")


def numbers_in(path: Path) -> list[int]:
    """Return the process numbers written to a file, none when it is not there yet."""
    return [int(word) for word in path.read_text().split()] if path.exists() else []
