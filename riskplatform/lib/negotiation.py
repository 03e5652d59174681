"""Who is shown the browsable API."""

from typing import Any

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, BrowsableAPIRenderer
from rest_framework.request import Request


class SignedInNegotiation(DefaultContentNegotiation):
    """The browsable pages are for people with a session; everybody else gets data, whatever their browser prefers."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        user = getattr(request._request, "user", None)
        if user is None or not user.is_authenticated:
            renderers = [one for one in renderers if not isinstance(one, BrowsableAPIRenderer)]
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen
