"""One platform for all tests of this folder, and a Chromium for each file."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from riskplatform.browsing.chromium import BrowserMissing, running_chromium
from riskplatform.browsing.stack import Stack, running_stack
from riskplatform.browsing.visits import sign_in
from riskplatform.supervision.readiness import free_port
from streaming.tests.feed_factories import steady_rows, write_rows

PATIENCE_MS = 90_000  # tests wait for what is to happen; this only ends a wait for what never does
expect.set_options(timeout=PATIENCE_MS)
MakePage = Callable[..., Page]


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The platform as `up` runs it on a fresh machine, with a recording to replay."""
    home: Path = tmp_path_factory.mktemp("stack")
    (home / "recordings").mkdir()
    write_rows(home / "recordings", [*steady_rows("NIFTY", seconds=1200), *steady_rows("M&M", seconds=1200)])
    with running_stack(home, free_port(), RECORDINGS_DIR=str(home / "recordings")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with the file: while it runs, no event loop but Playwright's can run in this thread."""
    try:
        with running_chromium() as running:
            yield running
    except BrowserMissing as problem:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI=true: the screens must be looked at in a browser. {problem}")
        pytest.skip(str(problem))


@pytest.fixture
def contexts(browser: Browser, stack: Stack) -> Iterator[Callable[..., BrowserContext]]:
    """Make visitors, each with cookies of their own; `color_scheme` and other options are Playwright's."""
    made: list[BrowserContext] = []

    def make(**options: str) -> BrowserContext:
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=stack.url, **options)  # type: ignore[arg-type]  # each option has its own type
        context.set_default_timeout(PATIENCE_MS)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def visit(contexts: Callable[..., BrowserContext], stack: Stack) -> MakePage:
    """Sign somebody of a role in and return the page where they arrive."""

    def arrive(role: str, *, to: str = "/app/", **options: str) -> Page:
        page = contexts(**options).new_page()
        sign_in(page, stack, role, to=to)
        return page

    return arrive
