"""How good the model is, as the newest stored backtest says, or the account that is shipped with the model."""

import json
from functools import cache
from pathlib import Path
from typing import Final

from risk.documents import Account
from risk.messages import stamp
from risk.models import BacktestResult
from risk.quant.model import default_model

SHIPPED: Final = Path(__file__).parent / "quant" / "models" / "account.json"
MOST_LISTED: Final = 20
WALK_FORWARD: Final = (
    "Fitted on the first sessions of these data and judged on later ones, which that fit has not seen."
)
SHIPPED_NOTE: Final = (
    f"{WALK_FORWARD} This account is shipped with the product and is of its recorded data, not of what runs here. "
    "The shipped model itself was fitted on all of these sessions afterwards, the judged ones included: for its own "
    "numbers they are in the sample."
)


@cache
def shipped_account() -> Account:
    """Return the account that is shipped with the model."""
    account: Account = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return account


def results() -> list[BacktestResult]:
    """Return the newest stored results without their accounts."""
    return list(BacktestResult.objects.defer("account")[:MOST_LISTED])


def quality(number: int | None = None) -> dict[str, object] | None:
    """Return the account of the result with this number, else of the newest, else the shipped one.

    None where there is no result of this number.
    """
    chosen = BacktestResult.objects.filter(pk=number) if number else BacktestResult.objects.all()
    result = chosen.first()
    if result is None and number:
        return None
    account = result.account if result else shipped_account()
    in_force = default_model().version
    return {
        "origin": "backtest" if result else "shipped",
        "note": WALK_FORWARD if result else SHIPPED_NOTE,
        "sample": "out_of_sample",
        "result": result and listed(result),
        "model_in_force": in_force,
        **{name: value for name, value in account.items() if name != "schema"},
        "results": [listed(one) for one in results()],
    }


def listed(result: BacktestResult) -> dict[str, object]:
    """Return what a list says of a result."""
    return {
        "id": result.pk,
        "stored_at": stamp(result.created_at),
        "stored_by": result.author_name,
        "engine_version": result.engine_version,
        "model_version": result.model_version,
    }
