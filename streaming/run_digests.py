"""What a run left in the database, as counts and digests that do not tell which run it was.

Two runs of the same ticks, folded with the same configuration and the same past, must have equal digests.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Final

from alerts import services as alert_services
from alerts.models import Alert
from audit.models import AuditEntry
from risk.models import MinuteBar, RiskRecord
from streaming import facts
from streaming.comparison import Side
from streaming.facts import Fact

CHUNK: Final = 2_000


def digests_of(run: int) -> dict[str, Side]:
    """Return records, minute bars, alerts and the pipeline's audit entries of a run, each by their keys."""
    records = RiskRecord.objects.filter(run=run).order_by("instant", "instrument__symbol")
    bars = MinuteBar.objects.filter(run=run, is_warm_up=False).order_by("start", "instrument__symbol")
    audit = AuditEntry.objects.filter(actor_name=alert_services.PIPELINE, object_type="alert", detail__run=run)
    return {
        "records": _side(run, facts.stored_records(records.iterator(chunk_size=CHUNK))),
        "bars": _side(run, facts.stored_bars(bars.iterator(chunk_size=CHUNK))),
        "alerts": _side(run, sorted(facts.alert_facts(Alert.objects.filter(run=run).select_related("instrument")))),
        "audit": _side(run, sorted(facts.stored_audit(audit))),
    }


def _side(run: int, rows: Iterable[Fact]) -> Side:
    side = Side()
    for fact in _nameless(rows):
        side.add([fact], {run: 0})
    return side


def _nameless(rows: Iterable[Fact]) -> Iterator[Fact]:
    """Leave out the number of the run, which some contents repeat."""
    for key, content in rows:
        told = json.loads(content)
        yield Fact(key, json.dumps(_without_run(told), sort_keys=True))


def _without_run(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_run(inner) for name, inner in value.items() if name != "run"}
    return value
