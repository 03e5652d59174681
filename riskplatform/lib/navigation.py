"""What every page's header knows: the product's name, and the dashboard's address where there is one."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

DASHBOARD: Final = "/app/"


def navigation(request: HttpRequest) -> dict[str, str]:
    """Add `app_name` and `dashboard` (empty without a route) to the context of each template."""
    return {"app_name": settings.APP_NAME, "dashboard": DASHBOARD if _leads_anywhere(DASHBOARD) else ""}


def _leads_anywhere(address: str) -> bool:
    try:
        resolve(address)
    except Resolver404:
        return False
    return True
