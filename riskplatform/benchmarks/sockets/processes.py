"""The processes of a measurement: a server on stores of its own, a publisher, a crowd; and what the server costs."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from riskplatform.benchmarks.apart import MeasurementFailed
from riskplatform.benchmarks.sockets.clients import Crowd, Seen
from riskplatform.home import CHECKOUT
from riskplatform.own_stores import own_stores
from riskplatform.supervision.platform import Address, child_environment
from riskplatform.supervision.readiness import free_port
from riskplatform.supervision.warded import WardedProcess

PACKAGE = "riskplatform.benchmarks.sockets"
PATIENCE_SECONDS = 120.0
SOCKETS_PER_USER = 20


@dataclass(frozen=True)
class Stores:
    """Prepared stores: the environment of processes that work on them, and tokens of people in them."""

    environment: dict[str, str]
    tokens: list[str]

    @property
    def home(self) -> Path:
        return Path(self.environment["RISK_HOME"])


@dataclass(frozen=True)
class Server:
    """A server that listens; figures are of its process."""

    port: int
    process: int
    log: Path

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_bytes(self) -> int:
        return resident_bytes(self.process)


def resident_bytes(process: int) -> int:
    """Return how much memory a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    return 1024 * int(status.partition("VmRSS:")[2].split()[0])


@contextmanager
def prepared_stores(*, sockets: int) -> Iterator[Stores]:
    """Yield stores with as many people as so many sockets need."""
    with own_stores("load") as environment:
        inside = {
            **child_environment(environment, address=Address("127.0.0.1", free_port())),
            "DEBUG": "0",
            "LOG_LEVEL": "INFO",
        }
        users = -(-sockets // SOCKETS_PER_USER) + 1
        yield Stores(inside, orjson.loads(_answer(["prepare", str(users)], inside)))


@contextmanager
def daphne(stores: Stores, application: str, *, settings: str = "riskplatform.settings") -> Iterator[Server]:
    """Run Daphne with an application until the end of the block."""
    environment = {**stores.environment, "DJANGO_SETTINGS_MODULE": settings}
    with _running("server", application, environment) as server:
        yield server


@contextmanager
def bare_server(stores: Stores, *, rate: float) -> Iterator[Server]:
    """Run `websockets` alone until the end of the block; it publishes by itself."""
    with _running("bare", str(rate), stores.environment) as server:
        yield server


class CrowdProcess:
    """A process of clients, connected when this returns."""

    def __init__(self, crowd: Crowd) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{PACKAGE}.clients"], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._say(orjson.dumps(asdict(crowd)))
        if self._hear() != b"ready\n":
            raise MeasurementFailed("the clients could not all connect")

    def count_from_now(self) -> None:
        self._say(str(time.time_ns() // 1000).encode())

    def seen(self) -> Seen:
        """Stop and return what the clients saw."""
        self._say(b"stop")
        return Seen(**orjson.loads(self._hear()))

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _say(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")
        self._process.stdin.flush()

    def _hear(self) -> bytes:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def publish(stores: Stores, *, group: str, kind: str, settings: str, rate: float, seconds: float) -> int:
    """Publish from a process of its own and return the number of messages, once the last has been sent."""
    environment = {**stores.environment, "DJANGO_SETTINGS_MODULE": settings}
    return int(_answer(["publisher", group, kind, str(rate), str(seconds)], environment))


def _answer(command: list[str], environment: Mapping[str, str]) -> bytes:
    module, *arguments = command
    done = subprocess.run(
        [sys.executable, "-m", f"{PACKAGE}.{module}", *arguments],
        cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, check=False,
    )  # fmt: skip
    if done.returncode:
        raise MeasurementFailed(f"{module} ended with status {done.returncode}")
    return done.stdout


@contextmanager
def _running(module: str, argument: str, environment: Mapping[str, str]) -> Iterator[Server]:
    port, home = free_port(), Path(environment["RISK_HOME"])
    log, file = home / "logs" / f"{module}-{port}.log", home / "run" / f"{module}-{port}.pid"
    command = [sys.executable, "-m", f"{PACKAGE}.{module}", str(port), argument, str(file)]
    process = WardedProcess(command, log=log, environ={**environment, "PORT": str(port)})
    try:
        _until(lambda: _listens(port), alive=lambda: not process.has_ended, log=log)
        yield Server(port, int(file.read_text()), log)
    finally:
        process.stop()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _until(holds: Callable[[], bool], *, alive: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        if not alive() or time.monotonic() > deadline:
            raise MeasurementFailed(f"the server did not start: {log.read_text()[-2_000:]}")
        time.sleep(0.05)
