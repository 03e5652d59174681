"""Setting the stage: servers of a run's own where the machine has them, and a platform that is well on top."""

import os
import random
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings

from riskplatform import embedded
from riskplatform.home import prepare_home
from riskplatform.own_stores import own_database
from streaming.faults.running import RunningPlatform
from streaming.faults.servers import OwnPostgres, OwnRedis
from streaming.faults.stage import Stage

# Beside RISK_HOME, in the folder of the run.
_POSTGRES: Final = "postgres"
_REDIS: Final = "redis"


@contextmanager
def own_servers(*, wanted: bool | None = None) -> Iterator[dict[str, str]]:
    """Yield the environment of a run with a cluster and a Redis of its own, or with the embedded stores.

    Servers are `wanted` where DATABASE_URL names PostgreSQL, unless it is said.  Where PostgreSQL's programs are absent
    the run has a database of its own on the server that DATABASE_URL names, or SQLite where it names none.
    """
    has_servers = os.environ.get("DATABASE_URL", "").startswith("postgres") if wanted is None else wanted
    with tempfile.TemporaryDirectory(prefix="risk-chaos-") as place, _database(Path(place), has_servers) as environment:
        folder = Path(place)
        prepare_home(folder / "home")
        environment |= {"RISK_HOME": str(folder / "home"), "SECRET_KEY": settings.SECRET_KEY}
        for name in ("REDIS_URL", "REDIS_HOST", "REDIS_KEY_PREFIX"):
            environment.pop(name, None)
        if has_servers:
            (folder / _REDIS).mkdir()
            environment["REDIS_URL"] = OwnRedis.prepare(folder / _REDIS)
        yield environment


@contextmanager
def _database(folder: Path, has_servers: bool) -> Iterator[dict[str, str]]:
    environment = dict(os.environ)
    named = environment.pop("DATABASE_URL", "")
    if has_servers and not OwnPostgres.missing():
        folder.chmod(0o711)  # the server's user must reach its cluster, and nothing else in here
        yield {**environment, "DATABASE_URL": OwnPostgres.prepare(folder / _POSTGRES)}
    elif has_servers and named.startswith("postgres"):
        environment["DATABASE_URL"] = named
        with own_database(environment, f"risk_chaos_{uuid.uuid4().hex[:8]}"):
            yield environment
    else:
        yield environment


def absent_in_words(environment: Mapping[str, str]) -> str:
    """Return which faults cannot be done on these stores, and why; nothing when all can."""
    if "DATABASE_URL" not in environment:
        return "database backend, database stop: SQLite has no server (set DATABASE_URL)"
    if missing := OwnPostgres.missing():
        return f"database stop: {missing}"
    return ""


@contextmanager
def stage(environment: Mapping[str, str], *, seed: int) -> Iterator[Stage]:
    """Yield a platform that is well, on the servers of an environment of `own_servers`."""
    home = Path(environment["RISK_HOME"])
    redis_server = OwnRedis(home.parent / _REDIS) if (home.parent / _REDIS).is_dir() else None
    postgres = OwnPostgres(home.parent / _POSTGRES) if (home.parent / _POSTGRES).is_dir() else None
    with ExitStack() as stack:
        if redis_server is not None:
            stack.callback(redis_server.stop)
            redis_server.start()
        if postgres is not None:
            stack.callback(postgres.stop_immediately)
            postgres.start(environment["DATABASE_URL"])
        platform = RunningPlatform(environment, home=home)
        stack.callback(platform.stop)
        platform.wait_until_well()
        yield Stage(
            platform,
            random.Random(seed),
            environment.get("REDIS_URL") or embedded.redis_url(home),
            environment.get("DATABASE_URL", ""),
            redis_server,
            postgres,
        )
