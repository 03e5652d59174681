"""Carrying out an action of the admin row by row, each in its own transaction, and saying what came of it."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from accounts.models import User
from riskplatform.lib.errors import DomainError

Row = TypeVar("Row", bound=Model)


def who(request: HttpRequest) -> User:
    """Return the administrator at the screen."""
    return cast(User, request.user)


def each(page: "ModelAdmin[Any]", request: HttpRequest, rows: QuerySet[Row], act: Callable[[Row], object]) -> None:
    """Call `act` on every row; one that is refused is named with its reason and does not stop the others."""
    done = 0
    for row in rows:
        try:
            act(row)
            done += 1
        except DomainError as refusal:
            page.message_user(request, f"{row}: {refusal.sentence}", messages.ERROR)
    if done:
        page.message_user(request, f"Done: {done}.", messages.SUCCESS)
