"""Health: apps register probes, `/health` runs every one for real and says what is wrong.

`/livez` depends on nothing, `/readyz` on what serving a request needs, `/health` on everything.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal

import redis
import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from riskplatform.lib import redis_client

logger = structlog.get_logger(__name__)

Status = Literal["ok", "degraded", "unknown", "down"]
WORSE: tuple[Status, ...] = ("ok", "degraded", "unknown", "down")
SERVING: frozenset[Status] = frozenset({"ok", "degraded"})


@dataclass(frozen=True)
class Probe:
    """What one dependency said when it was asked just now."""

    status: Status
    detail: str = ""


@dataclass(frozen=True)
class _Registered:
    ask: Callable[[], Probe]
    needed_to_serve: bool


_probes: dict[str, _Registered] = {}


def register_probe(name: str, ask: Callable[[], Probe], *, needed_to_serve: bool = False) -> None:
    """Add a probe; a second one of the same name replaces the first.

    With `needed_to_serve` it also decides `/readyz`, so keep it to what a request cannot do without.
    """
    _probes[name] = _Registered(ask, needed_to_serve)


def components(*, only_needed_to_serve: bool = False) -> dict[str, Probe]:
    """Ask every registered probe; one that raises is `unknown`, which is not ok."""
    chosen = {name: probe for name, probe in _probes.items() if probe.needed_to_serve or not only_needed_to_serve}
    return {name: _ask(name, probe.ask) for name, probe in chosen.items()}


def worst(found: dict[str, Probe]) -> Status:
    """Return the worst status of the components, `unknown` when there are none."""
    return max((probe.status for probe in found.values()), key=WORSE.index, default="unknown")


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    return _answer(components())


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    return _answer(components(only_needed_to_serve=True))


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


def database_probe() -> Probe:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as problem:
        return Probe("down", f"The database does not answer ({type(problem).__name__}).")
    return Probe("ok", connection.vendor)


def redis_probe() -> Probe:
    try:
        with redis_client.connect() as client:
            client.ping()
    except redis.RedisError as problem:
        return Probe("down", f"The log and bus does not answer ({type(problem).__name__}).")
    return Probe("ok")


def _ask(name: str, ask: Callable[[], Probe]) -> Probe:
    try:
        return ask()
    except Exception as problem:  # a broken probe must not hide the others; it is reported as unknown, never as ok
        logger.exception("probe failed", probe=name)
        return Probe("unknown", f"The probe failed ({type(problem).__name__}).")


def _answer(found: dict[str, Probe]) -> JsonResponse:
    status = worst(found)
    body = {"status": status, "components": {name: asdict(probe) for name, probe in found.items()}}
    response = JsonResponse(body, status=200 if status in SERVING else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log each 503 as an error of ours
    return response


register_probe("database", database_probe, needed_to_serve=True)
register_probe("redis", redis_probe)
