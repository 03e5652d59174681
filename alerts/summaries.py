"""What the alerts of each condition say, in a sentence, and how severe they are.  Pure."""

from collections.abc import Mapping
from typing import Any, Final

SEVERITY: Final[Mapping[str, str]] = {
    "stale_feed": "MEDIUM",
    "frozen_price": "MEDIUM",
    "pipeline_lag": "HIGH",
    "feed_stopped": "HIGH",
    "pipeline_stalled": "CRITICAL",
    "log_replaced": "CRITICAL",
}
_SENTENCES: Final[Mapping[str, str]] = {
    "stale_feed": "No tick of {symbol} for {silent_seconds:.0f} s while others tick; it is stale after "
    "{limit_seconds:.0f} s.",
    "frozen_price": "{symbol} has stood at {price:.2f} for {minutes} minutes while ticks keep coming.",
    "pipeline_lag": "Ticks wait {lag_seconds:.1f} s to be scored; {limit_seconds:.0f} s are allowed.",
    "feed_stopped": "Nothing has come from the feed for {silent_seconds:.0f} s, not even its clock.",
    "pipeline_stalled": "The {who} has not reported for {silent_seconds:.0f} s: nothing is scored.",
    "log_replaced": "Nothing is scored until an operator accepts the tick log (manage.py accept_log): {found}.",
}
_NOT_FED: Final = "The chosen source cannot be fed: {problem}"
_WHOLE_FEED: Final = "No tick of any of {symbols} symbols for {silent_seconds:.0f} s in an open market."


def summary(rule: str, facts: Mapping[str, Any], *, symbol: str | None) -> str:
    """Return what was found.  Raises KeyError for a rule or facts that have no sentence."""
    sentence = _WHOLE_FEED if rule == "stale_feed" and symbol is None else _SENTENCES[rule]
    if rule == "feed_stopped" and "problem" in facts:
        sentence = _NOT_FED
    return sentence.format(symbol=symbol, **facts)
