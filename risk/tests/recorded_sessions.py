"""Sessions of the exchange's own calendar, for tests of files with Indian times."""

from risk.quant.calendar import ExchangeClock, Session


def nse_sessions(count: int, *, after_us: int = 1_704_100_000_000_000) -> list[Session]:
    """Return so many NSE sessions of ordinary length in a row, from 2 January 2024 on unless told."""
    clock, found = ExchangeClock(), list[Session]()
    instant = after_us
    while len(found) < count:
        session = clock.next_session(instant)
        assert session is not None
        instant = session.open_us
        if session.minutes == 375:
            found.append(session)
    return found
