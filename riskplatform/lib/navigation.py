"""What every page's header knows: the product's name, and where the dashboard is."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest

DASHBOARD: Final = "/app/"


def navigation(request: HttpRequest) -> dict[str, str]:
    """Add `app_name` and `dashboard` to the context of each template."""
    return {"app_name": settings.APP_NAME, "dashboard": DASHBOARD}
