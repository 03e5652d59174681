"""The live page: a whole table from the server, which `static/site/live/main.js` then keeps moving."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from risk import config_services as configuration
from risk.configuration import RiskConfig
from risk.freshness import state_now
from risk.messages import RiskUpdate
from risk.models import Instrument, Severity
from risk.quant.calendar import IST
from streaming import figures, socket_facts
from streaming.socket_facts import HeartbeatFacts
from streaming.status import PipelineStatus, pipeline_status

BADGES = {"simulated": "SIMULATED", "replay": "REPLAY", "live": "LIVE DATA"}
PHASES = {
    "open": "Open",
    "pre_open": "Pre-open",
    "closing_auction": "Closing auction",
    "post_close": "Post-close",
    "closed": "Closed",
    "not_covered": "Not in calendar",
}
DASH = "–"

Row = dict[str, str | float]


@never_cache
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    status = pipeline_status()
    facts = socket_facts.facts_of(status)
    records = {record["symbol"]: record for record in socket_facts.latest_records()}
    config = configuration.in_force().config
    counted = Counter(record["severity"] for record in records.values())
    context = {
        "app_name": settings.APP_NAME,
        "banner": _banner(status),
        "badge": BADGES.get(facts["source"] or "", "NO DATA"),
        "clock": timezone.now().astimezone(IST).strftime("%H:%M:%S"),
        "counts": [(severity, counted[severity]) for severity in reversed(Severity.values)],
        "horizon": config.horizon_minutes,
        "marks": [100 * threshold for threshold in config.thresholds],
        "rows": _rows(records, facts, stale_after=config.stale_after_seconds),
        "stale_after": config.stale_after_seconds,
        "status": {
            "source": facts["source"],
            "judged_at": facts["judged_at"],
            "run": facts["run"],
            "session_text": PHASES.get(facts["session"]["phase"], "Unknown"),
        },
        "thresholds": _thresholds(config),
    }
    return render(request, "live.html", context)


def _banner(status: PipelineStatus) -> str:
    """Say since when nothing is scored, and why; nothing while the pipeline runs."""
    if status.feed_state != "stalled":
        return ""
    since = status.committed_at
    when = since.astimezone(IST).strftime("%-d %b %Y, %H:%M:%S IST") if since else "the beginning"
    silent = status.silent_processes[0] if status.log_answers else ""
    why = f"the {silent} does not report" if silent else "the tick log does not answer"
    if status.log_replaced:
        why = f"an operator must accept the tick log: {status.log_replaced}"
    return f"Pipeline stopped since {when}: {why}. What is shown below is as of then."


def _thresholds(config: RiskConfig) -> str:
    names = [severity.title() for severity in Severity.values[1:]]
    return ", ".join(f"{name} from {at:g}" for name, at in zip(names, config.thresholds, strict=True))


def _rows(records: dict[str, RiskUpdate], facts: HeartbeatFacts, *, stale_after: float) -> list[Row]:
    instruments = Instrument.objects.filter(is_active=True).values_list("symbol", "name")
    clocks = _clocks(records.values())
    return [
        _row(records[symbol], name=name, state=_state(records[symbol], facts, stale_after=stale_after), clocks=clocks)
        if symbol in records
        else _waiting(symbol, name)
        for symbol, name in instruments
    ]


def _clocks(records: Collection[RiskUpdate]) -> dict[str, datetime]:
    """Return the instant against which ages count, by source: now, or in a replay the newest recorded instant."""
    recorded = [_moment(record["timestamp"]) for record in records if record["source"] == "replay"]
    wall = timezone.now()
    return {record["source"]: wall for record in records} | {"replay": max(recorded, default=wall)}


def _row(record: RiskUpdate, *, name: str, state: str, clocks: Mapping[str, datetime]) -> Row:
    age = (clocks[record["source"]] - _moment(record["tick_time"])).total_seconds()
    change = record["change_percent"]
    return {
        "symbol": record["symbol"],
        "name": name,
        "record": orjson.dumps(record).decode(),
        "price": figures.indian(record["price"]),
        "change": DASH if change is None else figures.signed(change),
        "direction": "" if not change else "up" if change > 0 else "down",
        "score": f"{record['risk_score']:.3f}",
        "bar": round(100 * record["risk_score"], 1),
        "severity": record["severity"],
        "move": f"± {record['expected_move']:.2f}",
        "cost": f"{record['protection_cost']:.3f}",
        "state": state,
        "is_stale": state in {"STALE", record["source"].upper()},
        "age": figures.duration(age),
    }


def _state(record: RiskUpdate, facts: HeartbeatFacts, *, stale_after: float) -> str:
    """Return the state as of now; what another feed left behind says so, instead of passing for this one's."""
    if record["source"] != facts["source"]:
        return record["source"].upper()
    judged = _moment(facts["judged_at"]) if facts["judged_at"] and facts["run"] == record["run"] else None
    return state_now(
        record["state"],
        instant=_moment(record["timestamp"]),
        judged=judged,
        now=timezone.now(),
        stale_after_seconds=stale_after,
    )


def _waiting(symbol: str, name: str) -> Row:
    """Return the row of an instrument without any record."""
    blank = dict.fromkeys(("price", "change", "score", "move", "cost", "age"), DASH)
    return {"symbol": symbol, "name": name, **blank, "bar": 0, "severity": "", "state": "NO DATA", "record": ""}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
