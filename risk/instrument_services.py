"""The only writer of instruments and their aliases that people change; every change is audited."""

from collections.abc import Collection

from django.db import transaction
from django.forms import model_to_dict

from accounts.models import User
from audit import services as audit
from risk.models import Instrument, SymbolAlias


@transaction.atomic
def change_instrument(
    instrument: Instrument,
    *,
    by: User,
    named: Collection[SymbolAlias] = (),
    no_longer_named: Collection[SymbolAlias] = (),
) -> None:
    """Store the instrument, new or changed, and its aliases; nothing is written or audited where nothing differs."""
    stored = Instrument.objects.select_for_update().filter(pk=instrument.pk).first()
    before = _facts(stored) if stored else {}
    changed = {name: value for name, value in _facts(instrument).items() if before.get(name) != value}
    if stored is None:
        instrument.save()
    elif changed:
        instrument.save(update_fields=list(changed))
    added, removed = [alias.alias for alias in named], [alias.alias for alias in no_longer_named]
    for alias in named:
        alias.instrument = instrument
        alias.save()
    SymbolAlias.objects.filter(pk__in=[alias.pk for alias in no_longer_named]).delete()
    if not (changed or added or removed):
        return
    old = {name: before.get(name) for name in changed}
    detail = {"before": old, "after": changed, "aliases_stored": added, "aliases_removed": removed}
    action = "instrument_changed" if stored else "instrument_added"
    audit.record(action=action, actor=by, object_type="instrument", object_id=instrument.pk, detail=detail)


def _facts(instrument: Instrument) -> dict[str, object]:
    return model_to_dict(instrument, exclude=["id", "copy_of"])
