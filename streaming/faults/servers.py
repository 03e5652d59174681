"""A Redis server and a PostgreSQL cluster that a run under faults has for itself, so that it may hurt them."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psycopg
import redis

from riskplatform import embedded
from riskplatform.supervision.readiness import free_port
from riskplatform.supervision.warded import WardedProcess
from streaming.faults.processes import wait_until

PATIENCE_SECONDS: Final = 60.0
ROLE: Final = "postgres"
# PostgreSQL refuses to run as root: its programs start through this, as the user whose numbers come first.
_AS_USER: Final = (
    "import os, sys; gid, uid = map(int, sys.argv[1:3]);"
    "os.setgroups([]); os.setgid(gid); os.setuid(uid); os.execv(sys.argv[3], sys.argv[3:])"
)
_CONFIGURATION: Final = """
port = {port}
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 64MB
max_connections = 80
"""


class OwnRedis:
    """The machine's redis-server, else the bundled one, durable as the product wants it, on a Unix socket."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = embedded.redis_url(folder)
        self._server: WardedProcess | None = None

    @staticmethod
    def prepare(folder: Path) -> str:
        """Make the server's folders and return its address."""
        embedded.prepare_store(folder)
        return embedded.redis_url(folder)

    def start(self) -> None:
        """Start the server with what its append-only file holds, and return when it answers."""
        command = embedded.server_command(self._folder)
        command[0] = shutil.which("redis-server") or command[0]
        self._server = WardedProcess(command, log=self._folder / "logs" / "redis.log")
        wait_until(self._answers, seconds=PATIENCE_SECONDS, what="Redis to answer", logs=self._folder / "logs")

    def kill(self) -> None:
        """SIGKILL the server."""
        assert self._server is not None
        os.kill(self._server.command_pid, signal.SIGKILL)
        self._server.stop()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()

    def _answers(self) -> bool:
        return embedded.answers(self._folder)


def process_of(url: str) -> int:
    """Return the process id of the Redis server at this address.  Raises RedisError when it does not answer."""
    with redis.Redis.from_url(url, socket_timeout=2) as client:
        return int(client.info("server")["process_id"])


class OwnPostgres:
    """A cluster made by initdb in a folder of its own, reached by password on 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: WardedProcess | None = None

    @staticmethod
    def missing() -> str:
        """Say why there can be no cluster here; nothing when there can be one."""
        if _binary("initdb") is None:
            return "PostgreSQL's server programs are not on this machine"
        if os.getuid() == 0 and _user() is None:
            return "PostgreSQL does not run as root and there is no user postgres or nobody"
        return ""

    @staticmethod
    def prepare(folder: Path) -> str:
        """Make the cluster and return its address as a DATABASE_URL."""
        folder.mkdir(mode=0o700)
        password, port = secrets.token_hex(16), free_port()
        secret = folder.with_name("postgres-password")
        secret.touch(mode=0o600)
        secret.write_text(password)
        if (user := _user()) is not None:
            for path in (folder, secret):
                os.chown(path, user.pw_uid, user.pw_gid)
        options = ("-U", ROLE, "-A", "scram-sha-256", "--pwfile", str(secret), "-E", "UTF8", "--no-locale")
        subprocess.run(_command("initdb", "-D", str(folder), *options), capture_output=True, check=True, cwd="/")
        secret.unlink()
        with (folder / "postgresql.conf").open("a") as file:
            file.write(_CONFIGURATION.format(port=port))
        return f"postgres://{ROLE}:{password}@127.0.0.1:{port}/postgres"

    def start(self, url: str) -> None:
        """Start the server, let it recover what a stop left, and return when it answers."""
        command = _command("postgres", "-D", str(self._folder))
        self._server = WardedProcess(command, log=self._folder.with_name("postgres.log"))
        logs = self._folder.parent
        wait_until(lambda: _answers(url), seconds=PATIENCE_SECONDS, what="PostgreSQL to answer", logs=logs)

    def stop_immediately(self) -> None:
        """Stop it as a crash does: no checkpoint, every connection cut."""
        command = _command("pg_ctl", "-D", str(self._folder), "stop", "-m", "immediate")
        subprocess.run(command, capture_output=True, check=False, cwd="/")  # it may have stopped already
        if self._server is not None:
            self._server.stop()


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


def _binary(name: str) -> Path | None:
    """Return a server program: by pg_config, else the newest of the usual places, else on the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(3))
    if config := shutil.which("pg_config"):
        told = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout
        folders.append(Path(told.strip()))
    places = [folder / name for folder in reversed(folders)]
    if found := shutil.which(name):
        places.append(Path(found))
    return next((place for place in places if place.is_file()), None)


def _command(name: str, *arguments: str) -> Sequence[str]:
    program, user = _binary(name), _user()
    assert program is not None
    if user is None:
        return (str(program), *arguments)
    numbers = (str(user.pw_gid), str(user.pw_uid))
    return (sys.executable, "-I", "-S", "-c", _AS_USER, *numbers, str(program), *arguments)


def _user() -> pwd.struct_passwd | None:
    """Return whose programs they must be; None where they are simply ours."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None
