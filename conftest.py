"""Fixtures of the whole suite: a real Redis-compatible server, and the recorded market data where it is present."""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.contrib.auth.hashers import Argon2PasswordHasher
from hypothesis import settings


class QuickArgon2(Argon2PasswordHasher):
    """The product's hash at the least cost that it takes: the suite signs in a thousand times."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings as product

    product.PASSWORD_HASHERS = [f"{QuickArgon2.__module__}.{QuickArgon2.__qualname__}"]


STORES = {"db", "transactional_db", "redis_url"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for no store and starts no process: it says the same whatever the stores are."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        marks = {mark.name for mark in item.iter_markers()}
        if not fixtures & STORES and not marks & {"django_db", "kill"}:
            item.add_marker("pure")


# How long an example takes says something about the machine, nothing about the product.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Let the suite empty its own database between tests with real transactions, which the audit triggers refuse.

    The bypass is here and nowhere in the product: the triggers come off for the flush alone.
    """
    from django.db import connection

    from audit import triggers

    flush = connection.ops.execute_sql_flush

    def flush_without_triggers(statements: list[str]) -> None:
        triggers.drop(connection)
        flush(statements)
        triggers.create(connection)

    connection.ops.execute_sql_flush = flush_without_triggers


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server: the one that `REDIS_URL` names, else an embedded one for this run."""
    from riskplatform import embedded

    if url := os.environ.get("REDIS_URL"):
        yield url
        return
    home = tmp_path_factory.mktemp("store")
    store = embedded.start(home)
    try:
        yield embedded.redis_url(home)
    finally:
        store.stop()


@pytest.fixture
def redis_prefix() -> str:
    return f"test-{uuid.uuid4().hex[:12]}:"


@pytest.fixture
def redis_client(redis_url: str, redis_prefix: str) -> Iterator[redis.Redis]:
    client = redis.Redis.from_url(redis_url, socket_timeout=5)
    yield client
    for key in client.scan_iter(match=f"{redis_prefix}*"):
        client.delete(key)
    client.close()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded market data, which is not part of the repository."""
    folder = Path(os.environ.get("RISK_SHARED_DATA", Path(__file__).resolve().parent.parent / "shared" / "data"))
    if folder.is_dir():
        return folder
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must have the recorded data, and {folder} is absent")
    pytest.skip(f"recorded data is absent ({folder})")
