"""Instants as the log has them, microseconds since 1970, and as a database has them.  Pure."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment(instant_us: int) -> datetime:
    """Return the aware UTC datetime of an instant in microseconds, exactly (no float in between)."""
    seconds, microseconds = divmod(int(instant_us), 1_000_000)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=microseconds)


def microseconds(instant: datetime) -> int:
    """Return an aware datetime as microseconds since 1970, exactly."""
    return (instant - _EPOCH) // timedelta(microseconds=1)
