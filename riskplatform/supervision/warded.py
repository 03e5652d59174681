"""A child process that ends with us, however we end; for commands other than `up`, which has a supervisor."""

import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

WARDEN = Path(__file__).with_name("warden.py")


class WardedProcess:
    """A command under a warden; it also ends when this process is killed with SIGKILL.

    Its output is appended to `log`.  `inherit` are descriptors that the warden holds until the command has gone.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        environ: Mapping[str, str] | None = None,
        inherit: Sequence[int] = (),
    ) -> None:
        self._command_pid: int | None = None
        self._lifeline, theirs = socket.socketpair()
        with theirs, log.open("ab") as file:
            self._warden = subprocess.Popen(
                [sys.executable, "-I", "-S", str(WARDEN), str(theirs.fileno()), "--", *command],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env=environ,
                pass_fds=(theirs.fileno(), *inherit),
                start_new_session=True,
            )

    @property
    def has_ended(self) -> bool:
        return self._warden.poll() is not None

    @property
    def command_pid(self) -> int:
        """The command's process id, which is also its group's: the warden tells it once it has started it."""
        if self._command_pid is None:
            self._command_pid = int(self._lifeline.recv(64))
        return self._command_pid

    def stop(self) -> int:
        """Ask the command to end, by force after its grace period; return its status when its whole group has gone."""
        self._lifeline.close()
        return self._warden.wait()
