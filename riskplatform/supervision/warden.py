"""Runs one command and ends its whole process group when the supervisor goes, however it goes.

    python -I -S warden.py FD -- command argument ...

FD is one end of a socket pair (or the read end of a pipe) whose other end only the supervisor holds.  The kernel closes
that end even after a SIGKILL, on Linux and on macOS alike, so end-of-file here means: the supervisor has gone or wants
this command stopped.  The command gets SIGTERM, and its whole group SIGKILL after a few seconds.  When the command ends
by itself, what is left of its group is killed and its status becomes ours (128 + signal for a death by signal).

Standard library only, without site packages: it starts in a hundredth of a second.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

GRACE_SECONDS = float(os.environ.pop("RISK_WARDEN_GRACE", "5"))
PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> int:
    """Run the command behind `--` and return the status to exit with."""
    lifeline, command = int(arguments[0]), arguments[2:]
    wakeup = _wake_on_signals()
    try:
        child = subprocess.Popen(command, start_new_session=True, preexec_fn=_death_signal())
    except OSError as problem:
        sys.stderr.write(f"{command[0]} cannot be started: {problem.strerror}\n")
        return 127
    with contextlib.suppress(OSError):  # a plain pipe cannot be written from this end; then nobody needs the number
        os.write(lifeline, b"%d\n" % child.pid)
    _wait(child, lifeline, wakeup)
    if child.poll() is None:
        _stop(child, wakeup)
    _signal_group(child.pid, signal.SIGKILL)
    status = child.wait()
    return status if status >= 0 else 128 - status


def _wait(child: "subprocess.Popen[bytes]", lifeline: int, wakeup: int) -> None:
    """Return when the command has ended, when the lifeline ended, or when we were told to stop."""
    while child.poll() is None:
        readable, _, _ = select.select([lifeline, wakeup], [], [])
        if lifeline in readable and not _still_open(lifeline):
            return
        if wakeup in readable and signal.SIGTERM in os.read(wakeup, 64):
            return


def _stop(child: "subprocess.Popen[bytes]", wakeup: int) -> None:
    """Ask the command alone first: Celery's pool children must not be interrupted while their parent drains them."""
    child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while child.poll() is None and (left := deadline - time.monotonic()) > 0:
        if select.select([wakeup], [], [], left)[0]:
            os.read(wakeup, 64)


def _still_open(lifeline: int) -> bool:
    try:
        return os.read(lifeline, 64) != b""
    except ConnectionResetError:
        return False


def _wake_on_signals() -> int:
    """Return a descriptor that becomes readable, with the signal's number, on SIGCHLD and on a request to stop."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, _ignore)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return reader


def _ignore(number: int, frame: FrameType | None) -> None:
    """Exist, so that the signal reaches the wake-up descriptor and does nothing else."""


def _death_signal() -> Callable[[], None]:
    """Return what the command runs before it starts: default signals, and on Linux an end together with this warden."""
    prctl = None
    if sys.platform == "linux":
        with contextlib.suppress(ImportError, AttributeError, OSError):
            import ctypes

            prctl = ctypes.CDLL(None).prctl

    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return prepare


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        os.killpg(group, number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
