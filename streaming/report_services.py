"""Reports that leave the product on paper: who took which."""

from datetime import date

from django.db import transaction

from accounts.models import User
from audit import services as audit
from streaming.models import FeedRun


@transaction.atomic
def record_report(run: FeedRun, *, day: date, by: User) -> None:
    """Note who takes the report of which day, before it is shown."""
    detail = {"run": run.pk, "source": run.source, "day": day.isoformat(), "format": "page"}
    audit.record(action="report_exported", actor=by, object_type="risk_report", object_id=run.pk, detail=detail)
