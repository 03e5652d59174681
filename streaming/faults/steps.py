"""The steps of a drain and of its commit at which a worker can be made to die, in the order in which they come.

`watch` puts a call before and after the product's own functions, from outside: no product code knows of it.  A function
that is no longer where this module expects it is an AttributeError at the start, not a step that is passed over.
"""

import functools
from collections.abc import Callable
from typing import Any, Final

from django.db import connection, transaction

from alerts import services as alerts
from audit import services as audit
from risk import history_services as history
from risk import record_services as records
from streaming import pipeline, resumption, services
from streaming.partition_fold import PartitionFold
from streaming.tick_log import TickLog

Reach = Callable[[str], None]
Function = Callable[..., Any]
DRAIN_STEPS: Final = ("after read", "after fold", "after live publish")
WRITES: Final = ("adopt", "records", "latest", "rollups", "alerts", "audit", "bars", "profiles", "cursor", "heartbeat")
COMMIT_STEPS: Final = (
    "before BEGIN", "before lock", "after lock",
    *(f"{when} {what}" for what in WRITES for when in ("before", "after")),
    "before COMMIT", "after COMMIT", "after publish", "after drain",
)  # fmt: skip
STEPS: Final = (*DRAIN_STEPS, *COMMIT_STEPS)


def watch(reach: Reach) -> None:
    """Call `reach` with a step's name whenever this process comes to it."""
    _watch_drain(reach)
    _watch_writes(reach)
    pipeline.commit = _watched_commit(pipeline.commit, reach)


def places() -> list[tuple[object, str]]:
    """Return every function that `watch` and the sabotage replace, as (owner, name)."""
    drain = [(TickLog, "read_all"), (PartitionFold, "take"), (PartitionFold, "harvested"), (resumption, "keep")]
    writers = [(owner, name) for owner, name, _ in _WRITERS.values()]
    return [*drain, (pipeline, "_send_live"), (pipeline, "commit"), *writers]


def _watch_drain(reach: Reach) -> None:
    _around(TickLog, "read_all", lambda *_: None, lambda result, *_: reach("after read") if result else None)
    _around(PartitionFold, "take", lambda *_: None, lambda *_: reach("after fold"))
    _around(pipeline, "_send_live", lambda *_: None, lambda *_: reach("after live publish"))
    _around(PartitionFold, "harvested", lambda *_: reach("after lock"), lambda *_: None)
    _around(resumption, "keep", lambda *_: None, lambda *_: reach("after drain"))


def _watch_writes(reach: Reach) -> None:
    """Only a call that writes is a step: empty lists of drafts, and heartbeats outside a commit, are not."""
    for what, (owner, name, matters) in _WRITERS.items():
        _between(owner, name, what, matters, reach)


def _between(owner: object, name: str, what: str, matters: Function, reach: Reach) -> None:
    original: Function = getattr(owner, name)

    @functools.wraps(original)
    def watched(*values: Any, **named: Any) -> Any:
        if not matters(*values, **named):
            return original(*values, **named)
        reach(f"before {what}")
        result = original(*values, **named)
        reach(f"after {what}")
        return result

    setattr(owner, name, watched)


def _around(owner: object, name: str, before: Function, after: Function) -> None:
    original: Function = getattr(owner, name)

    @functools.wraps(original)
    def watched(*values: Any, **named: Any) -> Any:
        before()
        result = original(*values, **named)
        after(result)
        return result

    setattr(owner, name, watched)


def _watched_commit(atomic_commit: Function, reach: Reach) -> Function:
    """Take the transaction off the commit and put it on again around the watched inside."""
    inside: Function = atomic_commit.__wrapped__  # type: ignore[attr-defined]

    def watched_inside(*values: Any, **named: Any) -> None:
        transaction.on_commit(lambda: reach("after COMMIT"))  # the first of the callbacks: nothing is published yet
        reach("before lock")
        inside(*values, **named)
        reach("before COMMIT")

    watched_atomic = transaction.atomic(watched_inside)

    @functools.wraps(atomic_commit)
    def watched(*values: Any, **named: Any) -> None:
        reach("before BEGIN")
        watched_atomic(*values, **named)
        reach("after publish")

    return watched


def _always(*_: Any, **__: Any) -> bool:
    return True


_WRITERS: Final[dict[str, tuple[object, str, Function]]] = {
    "adopt": (pipeline, "_adopt", _always),
    "records": (records, "_insert", _always),
    "latest": (records, "_refresh_latest", _always),
    "rollups": (records, "_count", _always),
    "alerts": (alerts, "judge_records", _always),
    "audit": (audit, "record_many", bool),
    "bars": (history, "store_bars", _always),
    "profiles": (history, "store_profile", _always),
    "cursor": (resumption, "advance_cursor", _always),
    "heartbeat": (services, "beat", lambda *_, **__: connection.in_atomic_block),
}
