"""Which trading clock an alert runs on."""

from risk.quant.calendar import TradingClock, clock_for


def trading_clock(source: str) -> TradingClock:
    """Return the clock of an alert's source; the platform's own alerts, before any feed, have the exchange's."""
    return clock_for("simulated") if source == "simulated" else clock_for("live")
