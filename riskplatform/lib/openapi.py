"""The API's own description: schema, Swagger UI and ReDoc, for people who are signed in."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp_update
from django.http import HttpResponseBase
from django.views.decorators.cache import never_cache
from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerSplitView

Endpoint = tuple[str, str, str, Callable[..., Any]]
View = Callable[..., HttpResponseBase]


def without_trailing_slash(endpoints: list[Endpoint], **_: Any) -> list[Endpoint]:
    """Return the endpoints at the addresses that the contract names; with a slash they work too."""
    return [(path.rstrip("/") or path, regex, method, view) for path, regex, method, view in endpoints]


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
