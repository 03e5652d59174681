"""axe-core on every screen and every server-rendered page, in both themes; a new one is looked at by itself."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from riskplatform.browsing.accessibility import violations
from riskplatform.browsing.addresses import Place, pages, screens
from riskplatform.browsing.alarms import first_alert
from riskplatform.browsing.stack import Stack
from riskplatform.browsing.visits import settle
from riskplatform.tests.browser.conftest import MakePage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.xdist_group("browser")]
SYMBOL = "M&M"
THEMES = ("light", "dark")


@pytest.mark.parametrize("theme", THEMES)
def test_no_screen_and_no_page_has_a_finding_of_axe(theme: str, visit: MakePage, stack: Stack) -> None:
    page = visit("admin", color_scheme=theme, reduced_motion="reduce")
    alert = first_alert(page.context, stack)
    places = [place for place in [*screens(alert=alert, symbol=SYMBOL), *pages(alert=alert)] if place.needs_sign_in]

    found = {place.name: findings(page, place) for place in places}

    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_no_page_of_who_is_signed_out_has_a_finding_of_axe(theme: str, contexts: Callable[..., BrowserContext]) -> None:
    page = contexts(color_scheme=theme).new_page()
    places = [place for place in pages(alert=1) if not place.needs_sign_in]

    found = {place.name: findings(page, place) for place in places}

    assert {name: lines for name, lines in found.items() if lines} == {}


def test_axe_sees_a_picture_without_words(contexts: Callable[..., BrowserContext]) -> None:
    page = contexts().new_page()
    page.goto("/login")
    page.evaluate("document.querySelector('main').append(new Image())")

    assert [line.partition(":")[0] for line in violations(page)] == ["image-alt"]


def findings(page: Page, place: Place) -> list[str]:
    """Open the page, wait until something of it is there, and return what axe finds."""
    settle(page, place)
    return violations(page)
