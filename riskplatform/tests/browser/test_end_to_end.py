"""What people do, in a real Chromium against the whole platform: web server, worker, beat, store, simulated market."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from riskplatform.browsing.alarms import configure, lower_thresholds, read
from riskplatform.browsing.stack import Stack
from riskplatform.browsing.visits import ask, sign_in
from riskplatform.tests.browser.conftest import MakePage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.xdist_group("browser")]
DASHBOARD = "/app/dashboard"
PATIENCE_SECONDS = 180.0
CALM = {"low_threshold": 0.96, "medium_threshold": 0.97, "high_threshold": 0.98, "critical_threshold": 0.99}
EXITS = {"low_exit": 0.955, "medium_exit": 0.965, "high_exit": 0.975, "critical_exit": 0.985}
# The texts of a column of the symbols' table, in one line.
COLUMN = """(place) => [...document.querySelectorAll(`tbody th[scope=row] ~ td:nth-of-type(${place})`)]
  .map((cell) => cell.textContent).join(" ")"""
PRICE, SCORE, SEVERITY = 1, 3, 5
# Keeps what the feed's pill says from now on, in this very document: a reload would lose it.
LISTEN = """() => {
  window.said = [];
  const note = () => {
    const words = document.querySelector("header [role=status]").textContent;
    if (words !== window.said.at(-1)) window.said.push(words);
  };
  note();
  const what = {subtree: true, childList: true, characterData: true};
  new MutationObserver(note).observe(document.querySelector("header"), what);
}"""


@pytest.mark.parametrize(("role", "is_administrator"), [("admin", True), ("analyst", False), ("viewer", False)])
def test_each_role_signs_in_and_is_offered_what_it_may_do(role: str, is_administrator: bool, visit: MakePage) -> None:
    page = visit(role)

    page.get_by_role("button", name=f"{role}, {role}").click()

    expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    expect(page.get_by_role("menuitem", name="Administration")).to_have_count(int(is_administrator))


def test_prices_and_scores_move_by_themselves(visit: MakePage) -> None:
    page = visit("viewer", to=DASHBOARD)
    expect(pill(page)).to_have_text("Live")

    for column in (PRICE, SCORE):
        wait_for_change(page, column)


def test_a_changed_threshold_changes_severities_on_open_pages(visit: MakePage, stack: Stack) -> None:
    page, admin = visit("viewer", to=DASHBOARD), visit("admin").context
    configure(admin, stack, {**CALM, **EXITS}, reason="Nothing is to be HIGH now")
    expect(severity(page, "HIGH")).to_have_text("0HIGH")

    high = lower_thresholds(admin, stack)

    expect(page.get_by_role("region", name="Symbols", exact=True)).to_contain_text(f"HIGH {high:g}")
    expect(severity(page, "HIGH")).to_have_text(re.compile(r"[1-9][0-9]*HIGH"))


def test_an_alert_is_followed_from_its_toast_to_its_resolution(visit: MakePage, stack: Stack) -> None:
    page, admin = visit("analyst", to=DASHBOARD), visit("admin").context
    configure(admin, stack, {**CALM, **EXITS, "alert_hold_seconds": 0, "alert_keep_firing_seconds": 0}, reason="Calm")
    wait_until_nothing_fires(admin, stack)
    lower_thresholds(admin, stack)

    page.get_by_role("region", name="Messages").get_by_role("link").first.click()
    page.wait_for_url(re.compile("/alerts"))
    [number] = re.findall(r"alerts(?:/|\?alert=)(\d+)", page.url)
    page.goto(f"/alerts/{number}")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_label("State", exact=True)).to_contain_text("acknowledged by analyst")
    page.get_by_label("What it was").select_option("true_breach")
    page.get_by_label("Why", exact=True).fill("The desk saw the move.")
    page.get_by_role("button", name="Resolve").click()

    expect(page.get_by_label("State", exact=True)).to_contain_text("resolved")
    expect(page.get_by_role("region", name="Timeline")).to_contain_text("The desk saw the move.")
    assert ask(page.context, stack, "GET", f"/api/v1/alerts/{number}").json()["status"] == "resolved"


def test_a_toggled_source_shows_on_open_pages_until_it_is_toggled_back(visit: MakePage, stack: Stack) -> None:
    page, admin = visit("viewer", to=DASHBOARD), visit("admin").context
    banner = page.get_by_role("banner")
    expect(banner).to_contain_text("SIMULATED")

    choose(admin, stack, {"mode": "replay", "replay": {"file": "ticks_2021-04-08.parquet", "speed": 1}})
    expect(banner).to_contain_text("REPLAY")
    wait_for_change(page, PRICE)

    choose(admin, stack, {"mode": "demo"})
    expect(banner).to_contain_text("SIMULATED")
    expect(pill(page)).to_have_text("Live")
    wait_for_change(page, PRICE)


def test_an_open_page_says_that_the_server_was_killed_and_recovers_without_a_reload(
    visit: MakePage, stack: Stack
) -> None:
    page = visit("viewer", to=DASHBOARD)
    expect(pill(page)).to_have_text("Live")
    page.evaluate(LISTEN)

    killed = stack.kill_web_server()

    page.wait_for_function("() => said.some((words) => words === 'Reconnecting' || words === 'Disconnected')")
    expect(pill(page)).to_have_text("Live")
    wait_for_change(page, PRICE)
    assert page.evaluate("said[0]") == "Live"  # what was noted before is still there: this is the same document
    assert stack.web_process() not in (None, killed)


def test_who_signs_out_elsewhere_is_put_out_here_and_goes_on_in_place(visit: MakePage, stack: Stack) -> None:
    here = visit("viewer", to=DASHBOARD)
    expect(pill(here)).to_have_text("Live")
    here.evaluate(LISTEN)
    elsewhere = here.context.new_page()
    elsewhere.goto("/app/dashboard")

    elsewhere.get_by_role("button", name="viewer, viewer").click()
    elsewhere.get_by_role("menuitem", name="Sign out").click()

    dialog = here.get_by_role("dialog", name="You have been signed out")
    dialog.get_by_label("Password").fill(stack.passwords["viewer"])
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_have_count(0)
    expect(pill(here)).to_have_text("Live")
    assert "Disconnected" in here.evaluate("said")


def test_a_session_ended_on_another_device_is_put_out_here(
    visit: MakePage, contexts: Callable[..., BrowserContext], stack: Stack
) -> None:
    here, other = visit("analyst", to=DASHBOARD), contexts().new_page()
    expect(pill(here)).to_have_text("Live")

    sign_in(other, stack, "analyst", to="/account/sessions")
    other.get_by_role("button", name="End all others").click()

    expect(here.get_by_role("dialog", name="You have been signed out")).to_be_visible()
    other.goto("/account")
    expect(other.get_by_role("heading", level=1)).to_be_visible()


def pill(page: Page) -> Locator:
    """Return what says how the feed stands."""
    return page.get_by_role("banner").get_by_role("status")


def severity(page: Page, name: str) -> Locator:
    """Return the card's count of symbols of a severity."""
    return page.get_by_role("region", name="Symbols by severity").get_by_role("listitem").filter(has_text=name)


def wait_for_change(page: Page, column: int) -> None:
    """Return when a value of this column of the symbols' table has changed since now."""
    page.wait_for_selector("tbody th[scope=row]")
    before = page.evaluate(COLUMN, column)
    page.wait_for_function(f"([place, before]) => ({COLUMN})(place) !== before", arg=[column, before])


def choose(admin: BrowserContext, stack: Stack, choice: dict[str, object]) -> None:
    answer = ask(admin, stack, "PUT", "/api/v1/market/source", {"reason": "A test in the browser", **choice})
    assert answer.ok, answer.text()


def wait_until_nothing_fires(admin: BrowserContext, stack: Stack) -> None:
    """Alerts that fire do not open again: a toast needs one that is new."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    going_on = [f"/api/v1/alerts?rule=score&phase={phase}" for phase in ("firing", "recovering")]
    while any(read(admin, stack, address)["results"] for address in going_on):
        assert time.monotonic() < deadline, "alerts of before go on"
        time.sleep(1.0)
