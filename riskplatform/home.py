"""RISK_HOME: where one running copy of the platform keeps all its state.

Standard library only, so it works before Django does.
"""

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import IO, NoReturn

CHECKOUT = Path(__file__).resolve().parent.parent
MINIMUM_FREE_BYTES = 50_000_000
DIRECTORIES = ("run", "logs", "redis", "recordings")


class HomeError(Exception):
    """The platform cannot start; the text is one sentence for the person who started it."""


def home_of(environ: MutableMapping[str, str]) -> Path:
    """Return the absolute RISK_HOME: `var` in the checkout unless the variable says otherwise."""
    return Path(environ.get("RISK_HOME") or CHECKOUT / "var").expanduser().resolve()


def prepare_command(command: str, environ: MutableMapping[str, str]) -> None:
    """Set what a command typed by a person needs before settings load: RISK_HOME, SECRET_KEY, and DEBUG for `up`.

    Server processes do not come here: without `up` they demand a SECRET_KEY.
    """
    if command == "test":
        environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
        return
    home = home_of(environ)
    prepare_home(home)
    environ["RISK_HOME"] = str(home)
    if command == "up":
        environ.setdefault("DEBUG", "true")
    if not environ.get("SECRET_KEY"):
        environ["SECRET_KEY"] = secret_key(home)


def prepare_home(home: Path) -> None:
    """Create the directories with mode 0700 and prove that they can be written; raise HomeError otherwise."""
    with sentences_for(home):
        for directory in (home, *(home / name for name in DIRECTORIES)):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        if shutil.disk_usage(home).free < MINIMUM_FREE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        _prove_writable(home / "run" / "probe")


def secret_key(home: Path) -> str:
    """Return the installation's secret, made on first use and kept with mode 0600."""
    path = home / "secret-key"
    with sentences_for(home):
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(50))
        return path.read_text().strip()


@contextlib.contextmanager
def sentences_for(home: Path) -> Iterator[None]:
    """Turn the errors of a full or closed disk into a HomeError that says what to do."""
    try:
        yield
    except OSError as problem:
        raise HomeError(disk_sentence(home, problem)) from problem


def disk_sentence(home: Path, problem: OSError) -> str:
    """Say in one sentence what the disk refused."""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        needed = MINIMUM_FREE_BYTES // 1_000_000
        return f"The disk that holds {home} is full: free at least {needed} MB or set RISK_HOME to another disk."
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{problem.filename or home} cannot be written ({problem.strerror}): set RISK_HOME to a directory of yours."
        )
    return f"{problem.filename or home} cannot be used ({problem.strerror}): set RISK_HOME to another directory."


class HomeLock:
    """Keeps a second platform out of one RISK_HOME.

    Every warden inherits the descriptor, so the lock is free only when the last process of a killed platform has gone.
    """

    def __init__(self, home: Path) -> None:
        self._path = home / "run" / "platform.lock"
        self._home = home
        self._file: IO[str] | None = None

    def acquire(self, *, wait_seconds: float = 10.0) -> None:
        """Take the lock; wait only while its owner is dead and its children are still ending.

        Raises HomeError when somebody alive holds it.
        """
        with sentences_for(self._home):
            self._file = self._path.open("a+")
        deadline = time.monotonic() + wait_seconds
        while not self._try():
            owner = self._owner()
            if _is_alive(owner) or time.monotonic() > deadline:
                self._refuse(owner)
            time.sleep(0.1)
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def fileno(self) -> int:
        """Return the descriptor that wardens inherit."""
        if self._file is None:
            raise ValueError("the lock is not held")
        return self._file.fileno()

    def release(self) -> None:
        """Let the lock go."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _try(self) -> bool:
        try:
            fcntl.flock(self.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _owner(self) -> int:
        text = self._path.read_text().strip()
        return int(text) if text.isdigit() else 0

    def _refuse(self, owner: int) -> NoReturn:
        self.release()
        raise HomeError(
            f"The platform already runs on {self._home} (process {owner}): stop it or set another RISK_HOME."
        )


def _is_alive(process: int) -> bool:
    if process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _prove_writable(probe: Path) -> None:
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(probe.unlink, missing_ok=True)
        with probe.open("wb") as file:
            file.write(bytes(65_536))
            file.flush()
            os.fsync(file.fileno())


def _write_once(path: Path, text: str) -> None:
    """Write the file whole or not at all; the first of two writers wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
