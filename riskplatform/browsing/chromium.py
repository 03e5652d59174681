"""The machine's own Chromium, driven by Playwright, whose driver comes with its wheel: neither Node nor a download."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
# Containers have a small /dev/shm, and as root Chromium starts without its sandbox only.
ARGUMENTS: Final = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu")
START_MS: Final = 120_000


class BrowserMissing(Exception):
    """What a browser needs is not installed; the sentence says how to get it."""


def found_chromium() -> str | None:
    """Return the path of an installed Chromium, None without one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@contextmanager
def running_chromium(*arguments: str) -> Iterator["Browser"]:
    """Run a Chromium without a window.  Raises BrowserMissing.

    Playwright keeps an event loop in this thread until the end: no other loop can run in it meanwhile.
    """
    path = found_chromium()
    if path is None:
        raise BrowserMissing("There is no Chromium: install it, such as by `apt-get install chromium`.")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as problem:
        raise BrowserMissing("Playwright is missing: install requirements-dev.txt.") from problem
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments], timeout=START_MS)
        try:
            yield browser
        finally:
            browser.close()
