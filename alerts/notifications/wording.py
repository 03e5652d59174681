"""What a notification says, in words and in the shapes that receivers expect.  Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from risk.configuration import LEVELS

TELEGRAM_LONGEST: Final = 4000  # the service refuses more than 4,096 characters
_EVENTS: Final = {
    "opened": "opened",
    "rose": "rose",
    "ended": "ended",
    "repeat": "still not acknowledged",
    "escalated": "not acknowledged, and so escalated to you",
    "assigned": "assigned to you",
}


@dataclass(frozen=True)
class Told:
    """One event of one alert: `facts` is the alert's message at that time, `url` its page."""

    event: str
    severity: str
    facts: Mapping[str, Any]
    url: str


def subject(told: Sequence[Told]) -> str:
    """Return one line without line breaks: the worst event, and how many others there are.

    Raises ValueError without any event.
    """
    if not told:
        raise ValueError("there must be at least one event, there was none")
    if told[0].event == "test":
        return "Test message"
    worst = max(told, key=lambda one: LEVELS.index(one.severity))
    others = f" and {len(told) - 1} more" if len(told) > 1 else ""
    return " ".join(f"{worst.severity}: {_name(worst)} {_EVENTS[worst.event]}{others}".split())


def sentence(told: Told) -> str:
    """Return what happened, in one line."""
    if told.event == "test":
        return "This is a test: the channel works."
    return " ".join(f"{told.severity} {_name(told)}: {_EVENTS[told.event]}. {_why(told.facts)}".split())


def plain(told: Sequence[Told]) -> str:
    """Return every event with its address, two lines each."""
    return "\n".join(f"{sentence(one)}\n{one.url}" for one in told) + "\n"


def webhook_body(told: Sequence[Told], *, key: str) -> bytes:
    """Return the JSON of the generic webhook; the same events give the same bytes at every attempt."""
    events = [
        {
            "event": one.event,
            "severity": one.severity,
            "text": sentence(one),
            "url": one.url,
            "alert": one.facts or None,
        }
        for one in told
    ]
    return _json({"id": key, "type": "alerts", "summary": subject(told), "events": events})


def slack_body(told: Sequence[Told]) -> bytes:
    """Return the JSON of an incoming webhook as Slack, Mattermost and others take it."""
    lines = [f"<{one.url}|{_slack(_head(one))}> {_slack(sentence(one))}" for one in told]
    return _json({"text": "\n".join(lines)})


def telegram_body(told: Sequence[Told], *, chat: str) -> bytes:
    """Return the JSON of Telegram's sendMessage, as plain text; what does not fit is counted."""
    lines: list[str] = []
    for number, one in enumerate(told):
        line = f"{sentence(one)}\n{one.url}"
        if sum(len(kept) + 1 for kept in lines) + len(line) > TELEGRAM_LONGEST:
            lines.append(f"… and {len(told) - number} more")
            break
        lines.append(line)
    return _json({"chat_id": chat, "text": "\n".join(lines), "disable_web_page_preview": True})


def _head(told: Told) -> str:
    return "test" if told.event == "test" else f"#{told.facts['id']}"


def _name(told: Told) -> str:
    symbol = told.facts["symbol"] or "the platform"
    rule = str(told.facts["rule"]).replace("_", " ")
    return symbol if rule == "score" else f"{symbol} ({rule})"


def _why(facts: Mapping[str, Any]) -> str:
    if facts["summary"]:
        return str(facts["summary"])
    driver = str(facts["driver"]).replace("_", " ")
    return f"Peak score {facts['peak_score']:.2f}{f', driven by {driver}' if driver else ''}."


def _slack(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("|", "¦")


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False).encode()
