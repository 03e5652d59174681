"""Until when a snooze lasts, on the trading clock.  Pure."""

from risk.quant.calendar import MINUTE_US, TradingClock


def after_trading_minutes(clock: TradingClock, *, instant: int, minutes: int) -> int:
    """Return the instant (microseconds UTC) at which `minutes` of open market have passed since `instant`.

    Ten minutes before the close, thirty minutes end twenty into the next session; outside a session they begin with the
    next one.  Raises LookupError where the calendar ends before that.
    """
    left, at = minutes * MINUTE_US, instant
    while True:
        session = clock.session_at(at) or clock.next_session(at)
        if session is None:
            raise LookupError(f"the calendar holds no session for {minutes} trading minutes after the instant")
        at = max(at, session.open_us)
        if at + left < session.close_us:
            return at + left
        left -= session.close_us - at
        at = session.close_us
