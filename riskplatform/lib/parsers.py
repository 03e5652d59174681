"""Reading request bodies: bounded, and strict about what JSON leaves open."""

import io
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework import exceptions, parsers, status

from riskplatform.lib.api import TOO_LARGE

DEEPEST = 32


class BodyTooLarge(exceptions.APIException):
    """The body is larger than is read (HTTP 413)."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = TOO_LARGE
    default_detail = f"A request body may have {settings.DATA_UPLOAD_MAX_MEMORY_SIZE:,} bytes."


class StrictJSONParser(parsers.JSONParser):
    """JSON in UTF-8 without NaN, names twice in an object, NUL, lone surrogates or more than 32 levels."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return the body's value.  Raises ParseError (400) with what is wrong, BodyTooLarge (413)."""
        try:
            text = bounded(stream).decode()
            _refuse_deep(text)
            value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_doubles)
            if "\x00" in json.dumps(value, ensure_ascii=False).encode().decode() or "\\u0000" in text:
                raise ValueError("a text must not hold the character NUL")
        except (ValueError, RecursionError) as problem:
            raise exceptions.ParseError(f"The body is not acceptable JSON: {_said(problem)}.") from problem
        return value


class BoundedFormParser(parsers.FormParser):
    """Form bodies, as large as JSON ones at most."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        return super().parse(io.BytesIO(bounded(stream)), media_type, parser_context)


def bounded(stream: Any) -> bytes:
    """Return what the stream holds; never more than the limit is in memory.  Raises BodyTooLarge."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body: bytes = stream.read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge
    return body


def _refuse_deep(text: str) -> None:
    """Raise ValueError for nesting that is deeper than anything the API takes, before a recursive reader meets it."""
    depth, inside, escaped = 0, False, False
    for character in text:
        if inside:
            inside = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise ValueError(f"it is nested deeper than {DEEPEST} levels")
        elif character in "]}":
            depth -= 1


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number in JSON")


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {double[:64]!r} stands twice in one object")
    return found


def _said(problem: Exception) -> str:
    if isinstance(problem, UnicodeError):
        return "it is not valid UTF-8 text"
    return str(problem)[:200] if isinstance(problem, ValueError) else "it is nested too deeply"
