"""Stores that a command has for itself and that go afterwards: the platform beside it is not touched."""

import os
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
import redis
from django.conf import settings

from riskplatform import embedded
from riskplatform.home import prepare_home


@contextmanager
def own_stores(purpose: str) -> Iterator[dict[str, str]]:
    """Yield the environment of a child process that works on a RISK_HOME and stores of its own.

    Without REDIS_URL or REDIS_HOST these are an embedded server and SQLite.  With one, that server under a key prefix
    of its own, and where DATABASE_URL names PostgreSQL a database of its own on that server.
    """
    mark = uuid.uuid4().hex[:8]
    with tempfile.TemporaryDirectory(prefix=f"risk-{purpose}-") as folder:
        prepare_home(Path(folder))
        environment = {**os.environ, "RISK_HOME": folder, "SECRET_KEY": settings.SECRET_KEY}
        environment["REDIS_KEY_PREFIX"] = f"{purpose}-{mark}:"
        if "REDIS_URL" not in os.environ and "REDIS_HOST" not in os.environ:
            environment.pop("DATABASE_URL", None)
            with embedded.EmbeddedStore(Path(folder)):
                yield environment
            return
        with _own_keys(environment), own_database(environment, f"risk_{purpose}_{mark}"):
            yield environment


def stores_in_words(environment: Mapping[str, str]) -> str:
    """Return which kind of database and server an environment of `own_stores` names."""
    on_postgres = environment.get("DATABASE_URL", "").startswith("postgres")
    has_server = "REDIS_URL" in environment or "REDIS_HOST" in environment
    return f"{'PostgreSQL' if on_postgres else 'SQLite'}, {'Redis' if has_server else 'embedded server'}"


@contextmanager
def _own_keys(environment: Mapping[str, str]) -> Iterator[None]:
    try:
        yield
    finally:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=10) as client:
            for key in client.scan_iter(match=f"{environment['REDIS_KEY_PREFIX']}*", count=1_000):
                client.unlink(key)


@contextmanager
def own_database(environment: dict[str, str], name: str) -> Iterator[None]:
    """Let an environment that names PostgreSQL have a database of its own there."""
    url = environment.get("DATABASE_URL", "")
    if not url.startswith("postgres"):  # a RISK_HOME of its own has an SQLite file of its own
        environment.pop("DATABASE_URL", None)
        yield
        return
    _run(url, f"CREATE DATABASE {name}")
    try:
        environment["DATABASE_URL"] = f"{url.rsplit('/', 1)[0]}/{name}"
        yield
    finally:
        _run(url, f"DROP DATABASE {name} WITH (FORCE)")


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())
