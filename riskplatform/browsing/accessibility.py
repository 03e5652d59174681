"""What axe-core finds on a page; its script comes with the wheel `axe-playwright-python`."""

from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page


# What fades in or out has no colour of its own yet: a toast, for one.  What turns for ever is not waited for.
STILL = """() => Promise.allSettled(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime < 5_000).map((one) => one.finished))"""


def axe_script() -> str:
    """Return axe-core itself."""
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text()


def violations(page: "Page") -> list[str]:
    """Return a line for each element that breaks a rule of axe's: the rule, the element and what is wrong."""
    page.evaluate(STILL)
    page.evaluate(axe_script())
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
