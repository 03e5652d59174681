"""When a stored value stops being live: the one meaning of STALE outside the fold.  Pure.

The fold itself says of each record whether its symbol is heard (`risk/silence.py`), and stores a record when a symbol
falls silent.  What it says holds while it goes on judging; where it has judged nothing for `stale_after_seconds` nobody
knows, and that is STALE too.
"""

from datetime import datetime

OPEN_STATES = frozenset({"OK", "PRIOR"})


def state_now(
    stored: str, *, instant: datetime, judged: datetime | None, now: datetime, stale_after_seconds: float
) -> str:
    """Return the state at `now` of a value that was stored in `stored` at `instant`.

    `judged` is until when its run has been judged; None where nobody judges it any more.  A value of a closed or
    halted market keeps its state.
    """
    holds_until = instant if judged is None else max(instant, judged)
    if stored in OPEN_STATES and (now - holds_until).total_seconds() > stale_after_seconds:
        return "STALE"
    return stored
