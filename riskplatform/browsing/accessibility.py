"""What axe-core finds on a page; its script comes with the wheel `axe-playwright-python`."""

from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page


def axe_script() -> str:
    """Return axe-core itself."""
    return (resources.files("axe_playwright_python") / "axe.min.js").read_text()


def violations(page: "Page") -> list[str]:
    """Return a line for each element that breaks a rule of axe's: the rule, the element and what is wrong."""
    page.evaluate(axe_script())
    found: dict[str, Any] = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
