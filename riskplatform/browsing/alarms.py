"""Thresholds moved below the highest scores of now, so that severities change and alerts open while somebody looks."""

import time
from typing import TYPE_CHECKING, Any, Final

from riskplatform.browsing.stack import Stack, StackFailed
from riskplatform.browsing.visits import ask

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

MANY: Final = 6
PATIENCE_SECONDS: Final = 180.0
STEP: Final = 0.02


def lower_thresholds(admin: "BrowserContext", stack: Stack) -> float:
    """Let about MANY symbols be HIGH by what they score now; return where HIGH begins.  Nothing waits to open."""
    scores = sorted(
        (float(row["risk_score"]) for row in read(admin, stack, "/api/v1/risk/live")["results"]), reverse=True
    )
    high = round(max(4 * STEP, scores[min(MANY, len(scores)) - 1] - 0.005), 3)
    names = ("low", "medium", "high", "critical")
    starts = dict(zip(names, (high - 2 * STEP, high - STEP, high, 0.99), strict=True))
    values: dict[str, float | int | str] = {"alert_from": "HIGH", "alert_pending_seconds": 0}
    for name, start in starts.items():
        values |= {f"{name}_threshold": round(start, 3), f"{name}_exit": round(start - STEP / 2, 3)}
    configure(admin, stack, values, reason="Many symbols are to be HIGH now")
    return high


def configure(admin: "BrowserContext", stack: Stack, values: dict[str, float | int | str], *, reason: str) -> None:
    """Store a new version of the configuration.  Raises StackFailed when it is refused."""
    answer = ask(admin, stack, "PUT", "/api/v1/config", {"values": values, "reason": reason})
    if not answer.ok:
        raise StackFailed(f"the configuration was refused with {answer.status}: {answer.text()}")


def first_alert(admin: "BrowserContext", stack: Stack) -> int:
    """Return the id of an alert of a score, lowering the thresholds when there is none; wait until it is there."""
    deadline, lowered_at = time.monotonic() + PATIENCE_SECONDS, 0.0
    while time.monotonic() < deadline:
        if alert := newest_alert(admin, stack):
            return alert
        if time.monotonic() - lowered_at > 30.0:  # the market may have calmed down below what was chosen
            lower_thresholds(admin, stack)
            lowered_at = time.monotonic()
        time.sleep(1.0)
    raise StackFailed(f"no alert opened within {PATIENCE_SECONDS:.0f} s")


def newest_alert(context: "BrowserContext", stack: Stack) -> int | None:
    """Return the id of the newest alert of a score, None without one."""
    found = read(context, stack, "/api/v1/alerts?rule=score")["results"]
    return int(found[0]["id"]) if found else None


def restore(admin: "BrowserContext", stack: Stack) -> None:
    """Put the first version's values in force again, where others are."""
    body = {"version": 1, "reason": "As it was at the start"}
    answer = ask(admin, stack, "POST", "/api/v1/config/rollback", body)
    if not answer.ok and answer.json()["code"] != "nothing_changes":
        raise StackFailed(f"the way back was refused with {answer.status}: {answer.text()}")


def read(context: "BrowserContext", stack: Stack, path: str) -> dict[str, Any]:
    """Return what the API answers.  Raises StackFailed when it refuses."""
    answer = ask(context, stack, "GET", path)
    if not answer.ok:
        raise StackFailed(f"{path} was answered with {answer.status}: {answer.text()}")
    found: dict[str, Any] = answer.json()
    return found
