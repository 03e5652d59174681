"""The API's own description: schema, Swagger UI and ReDoc, for people who are signed in."""

from collections.abc import Callable, Iterator
from typing import Any

from csp.decorators import csp_update
from django.http import HttpResponseBase
from django.views.decorators.cache import never_cache
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

Endpoint = tuple[str, str, str, Callable[..., Any]]
View = Callable[..., HttpResponseBase]
REFUSAL = {
    "type": "object",
    "required": ["code", "detail"],
    "properties": {
        "code": {"type": "string", "description": "for machines"},
        "detail": {"type": "string", "description": "a sentence for people"},
        "fields": {"type": "object", "additionalProperties": True, "description": "what is wrong, by field"},
        "current": {"type": "object", "additionalProperties": True, "description": "the present state, of a conflict"},
    },
}
EVERYWHERE = {
    "400": "the request is not valid",
    "406": "none of the types that were asked for can be given",
    "429": "asked too often; Retry-After says when to come back",
    "503": "a part that is needed does not answer; Retry-After says when to come back",
}
_CONTENT = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}


def without_trailing_slash(endpoints: list[Endpoint], **_: Any) -> list[Endpoint]:
    """Return the endpoints at the addresses that the contract names; with a slash they work too."""
    return [(path.rstrip("/") or path, regex, method, view) for path, regex, method, view in endpoints]


def with_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Say in the document that every operation can refuse, and in which shape."""
    result["components"]["schemas"]["Refusal"] = REFUSAL
    for path, operations in result["paths"].items():
        for operation in operations.values():
            for status, meaning in _refusals_of(path, operation):
                operation["responses"].setdefault(status, {"description": meaning, "content": _CONTENT})
    return result


def _refusals_of(path: str, operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from EVERYWHERE.items()
    if operation.get("security") != [{}]:
        yield from (("401", "not signed in, or not any more"), ("403", "not allowed"))
    if "{" in path:
        yield "404", "there is no such thing"
    if "requestBody" in operation or "{" in path:
        yield "409", "it is in another state than the request supposes"
    if operation.get("parameters", []) and "404" not in operation["responses"]:
        yield "404", "the cursor is not one of ours"
    if "requestBody" in operation:
        yield from (("413", "the body is too large"), ("415", "the body is neither JSON nor a form"))


def _page(view: View) -> View:
    # Both user interfaces bring styles of their own, and ReDoc indexes its search in a worker from a blob.
    allowed = {"style-src": ["'self'", "'unsafe-inline'"], "worker-src": ["'self'", "blob:"]}
    page: View = never_cache(csp_update(allowed)(view))
    return page


def schema() -> View:
    """Return the view of the OpenAPI document."""
    return SpectacularAPIView.as_view()


def swagger(schema_name: str) -> View:
    """Return the Swagger UI of the document at the route of this name."""
    return _page(SpectacularSwaggerSplitView.as_view(url_name=schema_name))


def redoc(schema_name: str) -> View:
    """Return the ReDoc page of the document at the route of this name."""
    return _page(SpectacularRedocView.as_view(url_name=schema_name))
