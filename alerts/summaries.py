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
# Of rules as data: what was measured when the alert opened, and the level that it reached.
_MEASURED: Final[Mapping[str, str]] = {
    "score": "The score of {symbol} is {value:.3f}; the rule asks for {enter:g}.",
    "stale_feed": "{symbol} has been silent for {value:.0f} s longer than the feed; the rule asks for {enter:g} s.",
    "frozen_price": "{symbol} has stood still for {value:.0f} minutes under ticks; the rule asks for {enter:g}.",
    "price_band_distance": "{symbol} is {value:.2f} % of its last close away from its price band of ±{window} %.",
    "market_breaker_distance": "{symbol} is {value:.2f} % of its last close away from the market-wide breaker at "
    "±{window} %.",
    "volatility_jump": "The fast volatility of {symbol} is {value:.2f} times its medium one.",
    "implied_volatility_jump": "The implied volatility of {symbol} is {value:.2f} times that of the chain before.",
    "drawdown": "{symbol} stands {value:.2f} % below its highest price ({window}).",
    "volume_anomaly": "The volume of {symbol} in {window} min lies {value:.1f} deviations above this time of day.",
    "spread_anomaly": "The spread of {symbol} lies {value:.1f} deviations above this time of day.",
}
_WHOLE_FEED: Final = "No tick of any of {symbols} symbols for {silent_seconds:.0f} s in an open market."


def summary(rule: str, facts: Mapping[str, Any], *, symbol: str | None) -> str:
    """Return what was found.  Raises KeyError for a rule or facts that have no sentence."""
    if "enter" in facts:  # only rules as data have levels of their own
        return _MEASURED[rule].format(symbol=symbol, **facts)
    sentence = _WHOLE_FEED if rule == "stale_feed" and symbol is None else _SENTENCES[rule]
    if rule == "feed_stopped" and "problem" in facts:
        sentence = _NOT_FED
    return sentence.format(symbol=symbol, **facts)
