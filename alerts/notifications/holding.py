"""Notices that wait longer than they must, and being told before that after all."""

from datetime import datetime
from typing import Final

from alerts.outbox_models import Notice

SNOOZED: Final = "held: the alert is snoozed"
QUIET: Final = "held: quiet times"


def wake(alert_id: int, *, now: datetime) -> int:
    """Let what a snooze of an alert held back be told now; return how many notices that were."""
    held = Notice.objects.filter(alert_id=alert_id, state=Notice.State.WAITING, reason=SNOOZED)
    return held.update(not_before=now, due_at=now, reason="")
