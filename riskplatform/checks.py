"""Numbered system checks: what would make a start unsafe, said before it happens."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from riskplatform.lib import bundle

SHORTEST_SECRET = 32
FIRST_SQLITE_WITHOUT_WAL_RESET_BUG = (3, 51, 3)


@register()
def secret_key_is_strong(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    if settings.DEBUG or len(settings.SECRET_KEY) >= SHORTEST_SECRET:
        return []
    sentence = f"SECRET_KEY must have at least {SHORTEST_SECRET} characters, has {len(settings.SECRET_KEY)}"
    return [Error(sentence, id="risk.E001")]


@register()
def sqlite_is_recent(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    if not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return []
    if sqlite3.sqlite_version_info >= FIRST_SQLITE_WITHOUT_WAL_RESET_BUG:
        return []
    return [
        Warning(
            f"SQLite {sqlite3.sqlite_version} can lose a commit when two processes checkpoint together (before 3.51.3)",
            hint="Use PostgreSQL (DATABASE_URL) for anything but a demonstration.",
            id="risk.W002",
        )
    ]


@register()
def screens_are_built(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    try:
        bundle.built()
    except bundle.BundleMissing as problem:
        hint = "They are committed in static/app/; `npm install && npm run build` in frontend/ builds them again."
        return [Error(str(problem), hint=hint, id="risk.E003")]
    return []
