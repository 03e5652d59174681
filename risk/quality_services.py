"""The only writer of backtests' results."""

from django.db import transaction
from django.utils import timezone

from audit import services as audit
from risk.documents import Account
from risk.models import BacktestResult


@transaction.atomic
def store(account: Account, *, author: str) -> BacktestResult:
    """Store the account of a run and say so in the audit log."""
    result = BacktestResult.objects.create(
        engine_version=str(account["engine_version"]),
        model_version=str(account["model_version"]),
        account=account,
        author_name=author,
        created_at=timezone.now(),
    )
    detail = {"result": result.pk, "data": account["data"], "model_version": result.model_version}
    audit.record(
        action="backtest_stored", actor_name=author, object_type="backtest", object_id=result.pk, detail=detail
    )
    return result
