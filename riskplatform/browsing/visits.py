"""What a person does first: sign in, and look at a page of which something is there."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from riskplatform.browsing.addresses import Place
from riskplatform.browsing.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, BrowserContext, Page

# Skeletons say "Loading"; a screen's own code comes before its skeletons.
IS_LOADED: Final = "() => ![...document.querySelectorAll('[role=status]')].some((one) => one.textContent === 'Loading')"


class PlaceRefused(Exception):
    """A page that was not answered with a page."""


def sign_in(page: "Page", stack: Stack, role: str, *, to: str = "/app/") -> None:
    """Sign in by the form as the demo user of this role, on the way to an address."""
    page.goto(f"{stack.url}/login?next={to}")
    page.get_by_label("User name or e-mail").fill(role)
    page.get_by_label("Password").fill(stack.passwords[role])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{stack.url}{to}**")


def settle(page: "Page", place: Place) -> None:
    """Open a place and return when what it loads is there.  Raises PlaceRefused."""
    answer = page.goto(place.address)
    if answer is None or not answer.ok:
        raise PlaceRefused(f"{place.address} was answered with {answer.status if answer else 'nothing'}")
    page.get_by_role("heading", level=1).first.wait_for(state="attached")
    page.wait_for_function(IS_LOADED)


def ask(
    context: "BrowserContext", stack: Stack, method: str, path: str, body: Mapping[str, Any] | None = None
) -> "APIResponse":
    """Ask the API as whoever is signed in here, with the token that a page would send."""
    name = f"csrf-{stack.address.port}"
    token = next((cookie["value"] for cookie in context.cookies() if cookie.get("name") == name), "")
    headers = {"X-CSRFToken": token, "Referer": f"{stack.url}/"}
    return context.request.fetch(
        f"{stack.url}{path}", method=method, headers=headers, data=dict(body) if body else None
    )
