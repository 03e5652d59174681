"""One supervised process: what it is, when it is restarted, and its life under a warden."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from riskplatform.supervision.warded import WARDEN

KILLED = 128 + signal.SIGKILL
LONGEST_LINE = 65_536


@dataclass(frozen=True)
class ProcessSpec:
    """What to run; `after` names what must be ready first, and `is_ready` is asked until it says yes.

    A process that `runs_once` is ready when it has ended well; when it ends otherwise the platform stops.
    While a process is younger than `start_seconds` it is not restarted for being silent: it would never get up.
    """

    name: str
    command: Sequence[str]
    after: Sequence[str] = ()
    is_ready: Callable[[], bool] | None = None
    grace_seconds: float = 4.0
    runs_once: bool = False
    start_seconds: float = 0.0


@dataclass(frozen=True)
class RestartPolicy:
    """Waits longer after each quick death, and gives up on a process that keeps failing as soon as it starts."""

    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 5.0
    steady_after_seconds: float = 15.0
    most_quick_failures: int = 5

    def wait_seconds(self, quick_deaths: int) -> float:
        """Return the wait before the next start, after this many quick deaths in a row (0: it had been steady)."""
        if quick_deaths == 0:
            return 0.0  # every second counts, and it did not fail at its start
        return min(self.longest_wait_seconds, self.first_wait_seconds * 2.0 ** max(0, quick_deaths - 1))


@dataclass
class DeathCount:
    """Deaths in a row soon after the start.

    A SIGKILL from outside is somebody's act, not a crash: it is waited out, never given up on.
    """

    policy: RestartPolicy
    quick_deaths: int = 0
    quick_failures: int = 0

    def add(self, status: int, *, lived_seconds: float) -> None:
        """Count one death; a long life forgets the earlier ones."""
        if lived_seconds >= self.policy.steady_after_seconds:
            self.quick_deaths = self.quick_failures = 0
            return
        self.quick_deaths += 1
        if status != KILLED:
            self.quick_failures += 1

    @property
    def is_crash_loop(self) -> bool:
        return self.quick_failures >= self.policy.most_quick_failures


@dataclass
class RunningProcess:
    """A started process: its warden, and the lifeline that ends it when closed, by us or by our death."""

    warden: asyncio.subprocess.Process
    lifeline: socket.socket
    started: float
    spec: ProcessSpec
    group: int | None = field(default=None)

    @classmethod
    async def start(
        cls, spec: ProcessSpec, *, environ: Mapping[str, str], inherit: Sequence[int] = ()
    ) -> "RunningProcess":
        """Start the command under a warden, in its own session: a terminal's Ctrl-C reaches the supervisor only."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with theirs:
            warden = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(WARDEN), str(theirs.fileno()), "--", *spec.command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={**environ, "RISK_WARDEN_GRACE": str(spec.grace_seconds)},
                pass_fds=(theirs.fileno(), *inherit),
                start_new_session=True,
            )
        return cls(warden=warden, lifeline=ours, started=asyncio.get_running_loop().time(), spec=spec)

    async def finish(self, show: Callable[[str], None]) -> int:
        """Show the output line by line until the process ends; return its status."""
        reading = asyncio.ensure_future(self._show_lines(show))
        status = await self.warden.wait()
        self._read_group()
        self._kill_group()  # only does something when the warden itself was killed
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(reading, timeout=1.0)
        self.lifeline.close()
        return status if status >= 0 else 128 - status

    @property
    def is_starting(self) -> bool:
        return asyncio.get_running_loop().time() - self.started < self.spec.start_seconds

    def stop(self) -> None:
        """Ask the warden to end the process: politely, then after the grace period by force."""
        self._read_group()
        with contextlib.suppress(OSError):
            self.lifeline.shutdown(socket.SHUT_RDWR)

    def kill(self) -> None:
        """End the whole group now."""
        self._read_group()
        self._kill_group()

    async def _show_lines(self, show: Callable[[str], None]) -> None:
        assert self.warden.stdout is not None
        rest = b""
        while chunk := await self.warden.stdout.read(LONGEST_LINE):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LONGEST_LINE:
                lines, rest = [*lines, rest], b""
            for line in lines:
                show(line.decode(errors="replace").rstrip("\r"))
        if rest:
            show(rest.decode(errors="replace"))

    def _read_group(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.group = self.group or int(self.lifeline.recv(64))

    def _kill_group(self) -> None:
        if self.group is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, signal.SIGKILL)


def describe(status: int) -> str:
    """Say how a process ended, from its exit status in the shell's convention."""
    if status > 128:
        with contextlib.suppress(ValueError):
            return f"was ended by {signal.Signals(status - 128).name}"
    return f"ended with status {status}"
