"""Records that leave the product as a file: who took which."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from audit import services as audit


@transaction.atomic
def record_export(*, by: User, asked: Mapping[str, list[str]], most_rows: int) -> None:
    """Note, before the first row leaves, who exports records and what was asked for."""
    detail = {"filters": dict(asked), "most_rows": most_rows, "format": "csv"}
    audit.record(action="risk_exported", actor=by, object_type="risk_record", detail=detail)
