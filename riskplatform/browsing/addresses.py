"""Every page that a person can open: the screens by their features' own declarations, the pages by their routes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from django.urls import URLPattern, reverse

from riskplatform.home import CHECKOUT

FEATURES: Final = CHECKOUT / "frontend" / "src" / "features"
PATH: Final = re.compile(r'\bpath: "([^"]+)"')
SIGNED_OUT: Final = frozenset({"login", "register"})
# Named routes that are no page of ours, each with the reason.
NO_PAGES: Final[Mapping[str, str]] = {
    "app": "leads to the screens, which have addresses of their own",
    "logout": "takes a form only",
    "silences": "takes a form only",
    "silence-end": "takes a form only",
    "health": "for machines",
    "livez": "for machines",
    "readyz": "for machines",
    "docs": "Swagger's page",
    "redoc": "Redoc's page",
}


@dataclass(frozen=True)
class Place:
    """A page: a name that a file may have, its address, and who can open it."""

    name: str
    address: str
    is_screen: bool
    needs_sign_in: bool = True


def screens(*, alert: int, symbol: str) -> list[Place]:
    """Return every screen below `/app/`, with this alert and this symbol where an address asks for one."""
    paths = [path for file in sorted(FEATURES.glob("*/screen.ts")) for path in PATH.findall(file.read_text())]
    values = {":id": str(alert), ":symbol": quote(symbol, safe="")}
    return [Place(_name(path), f"/app/{_filled(path, values)}", is_screen=True) for path in paths]


def pages(*, alert: int) -> list[Place]:
    """Return every server-rendered page.  Raises NoReverseMatch for a new one whose address asks for more."""
    from riskplatform.urls import urlpatterns

    given: dict[str, dict[str, int]] = {"alert": {"pk": alert}, "audit-entry": {"sequence": 1}}
    routes = [one.name for one in urlpatterns if isinstance(one, URLPattern) and one.name]
    names = [name for name in routes if not name.startswith("api-") and name not in NO_PAGES]
    return [
        Place(f"page-{name}", reverse(name, kwargs=given.get(name, {})), False, needs_sign_in=name not in SIGNED_OUT)
        for name in names
    ]


def _name(path: str) -> str:
    return "-".join(part.removeprefix(":") for part in path.split("/"))


def _filled(path: str, values: Mapping[str, str]) -> str:
    return "/".join(values[part] if part.startswith(":") else part for part in path.split("/"))
