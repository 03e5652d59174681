"""What several views of this app answer alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.account_rules import FieldsRefused

INVALID = OpenApiResponse(description="A field is missing, unknown or not acceptable; `fields` says which and why.")
NOT_SIGNED_IN = OpenApiResponse(description="No credential, or one that does not count any more.")
FORBIDDEN = OpenApiResponse(description="Signed in, but not allowed.")
BAD_PAGE = OpenApiResponse(description="There is no such page: the cursor is none of ours.")
MISSING = OpenApiResponse(description="There is no such thing, or it is not yours.")
CONFLICT = OpenApiResponse(description="It is in another state than the request supposes; `code` says which.")
TOO_MANY = OpenApiResponse(description="Too many attempts; `Retry-After` says when to come back.")
UNAVAILABLE = OpenApiResponse(description="A part that is needed does not answer; `Retry-After` says when to try.")
NOTHING = OpenApiResponse(description="Done.")


def secret(body: Any, *, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Answer with something that no cache and no idempotency record may keep."""
    return Response(body, status=status, headers={"Cache-Control": "no-store"})


@contextmanager
def field_errors() -> Iterator[None]:
    """Turn a service's refusal of values into the shape that forms have: sentences by field."""
    try:
        yield
    except FieldsRefused as refusal:
        raise ValidationError(refusal.fields) from refusal
