"""What the pipeline's results say, in one canonical form, from the database and from a fold in memory.

Left out is what two honest runs of the same log differ in: primary keys, wall-clock times, hashes and positions in the
audit chain, and what people did.  Instants are microseconds UTC; numbers are written so that equal means bit for bit.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from django.core.serializers.json import DjangoJSONEncoder

from alerts import services as alerts
from alerts.judging import Happened
from alerts.models import Alert
from audit.models import AuditEntry
from risk.messages import decomposition
from risk.models import MinuteBar, RiskRecord
from risk.quant.market import ENGINE_VERSION
from risk.record_services import SCORED_COLUMNS, STATES, severity_of
from risk.services import symbol_of
from risk.storage import known, microseconds
from streaming.harvest import Closed, Scored

ALERT_FIELDS = (
    "source", "config_version", "severity", "peak_severity", "peak_score", "driver", "crossings", "phase", "end_reason",
)  # fmt: skip
MEASURES = ("expected_move", "barrier", "protection_cost", "horizon_minutes")
PRICES = ("open", "high", "low", "close")


class Key(NamedTuple):
    """Which fact: of a run, at an instant, of a symbol; `what` tells an alert's steps apart."""

    run: int
    instant: int
    symbol: str
    what: str = ""


class Fact(NamedTuple):
    """A key and its content as canonical JSON."""

    key: Key
    content: str


def folded_records(scored: Scored) -> Iterator[Fact]:
    """Return the records of one record instant of a fold."""
    version = scored.version
    for row in scored.rows:
        previous, score = known(row["previous_close"]), float(row["score"])
        content = {
            "tick_time": int(row["tick_time"]),
            "price": f"{row['price']:.4f}",
            "previous_close": None if previous is None else f"{previous:.4f}",
            "score": score,
            "severity": severity_of(score, version.config).value,
            "state": STATES[int(row["state"])].value,
            **{name: float(row[name]) for name in MEASURES},
            "engine_version": ENGINE_VERSION,
            "model_version": version.model.version,
            "config_version": version.number,
            "decomposition": decomposition(row),
        }
        yield _fact(Key(scored.run_id, scored.instant, symbol_of(int(row["instrument"]))), content)


def stored_records(rows: Iterable[RiskRecord]) -> Iterator[Fact]:
    """Return the facts of stored records."""
    for row in rows:
        content = {name: getattr(row, name) for name in SCORED_COLUMNS if name not in ("run", "instant")}
        content["tick_time"] = microseconds(row.tick_time)
        for price in ("price", "previous_close"):
            content[price] = None if content[price] is None else f"{content[price]:.4f}"
        yield _fact(Key(row.run, microseconds(row.instant), symbol_of(row.instrument_id)), content)


def folded_bars(closed: Closed) -> Iterator[Fact]:
    """Return the bars of minutes that closed together in a fold."""
    for bar, features in zip(closed.bars, closed.features, strict=True):
        content = {
            **{name: int(bar[name]) for name in PRICES},
            **{name: known(bar[name]) for name in ("volume", "log_odds", "spread_bp")},
            "ticks": int(bar["ticks"]),
            "features": hashlib.sha256(features.tobytes()).hexdigest(),
        }
        yield _fact(Key(closed.run_id, int(bar["start"]), symbol_of(int(bar["instrument"]))), content)


def stored_bars(rows: Iterable[MinuteBar]) -> Iterator[Fact]:
    """Return the facts of stored minutes, prices in paise."""
    for row in rows:
        content = {
            **{name: round(100 * getattr(row, name)) for name in PRICES},
            **{name: getattr(row, name) for name in ("volume", "log_odds", "spread_bp", "ticks")},
            "features": hashlib.sha256(bytes(row.features or b"")).hexdigest(),
        }
        yield _fact(Key(row.run or 0, microseconds(row.start), symbol_of(row.instrument_id)), content)


def alert_facts(rows: Iterable[Alert]) -> Iterator[Fact]:
    """Return the machine's half of alerts, stored or folded."""
    for alert in rows:
        content = {
            **{name: getattr(alert, name) for name in ALERT_FIELDS},
            "rule": str(alert.rule),
            "opening": _without_id(alert.opening),
            "peak": _without_id(alert.peak),
            "peak_at": microseconds(alert.peak_at),
            "ended_at": None if alert.ended_at is None else microseconds(alert.ended_at),
        }
        yield _fact(Key(alert.run, microseconds(alert.opened_at), alert.symbol or "", str(alert.rule)), content)


def folded_audit(steps: Iterable[Happened]) -> Iterator[Fact]:
    """Return what the audit log must say of `steps`."""
    for draft in alerts.audit_drafts(list(steps)):
        # As the store gives it back.
        yield _audit_fact(draft.action, json.loads(json.dumps(draft.detail, cls=DjangoJSONEncoder)))


def stored_audit(rows: Iterable[AuditEntry]) -> Iterator[Fact]:
    """Return the facts of the pipeline's own audit entries."""
    for row in rows:
        yield _audit_fact(row.action, row.detail)


def partition_of(detail: Mapping[str, Any]) -> int | None:
    """Return whose fold an audit entry's alert is of; None of one of the whole platform.

    Entries from before there was more than one partition do not say it of a symbol's alert.
    """
    partition: int | None = detail.get("partition", 0)
    return partition


def _audit_fact(action: str, detail: Mapping[str, Any]) -> Fact:
    instant = microseconds(datetime.fromisoformat(detail["instant"]))
    content = {"partition": partition_of(detail), **{name: value for name, value in detail.items() if name != "record"}}
    return _fact(Key(detail["run"], instant, detail["symbol"] or "", f"{action} {detail['rule']}"), content)


def _without_id(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copied record without its id, and without the run, which the alert has itself."""
    return {name: value for name, value in record.items() if name not in {"id", "run"}}


def _fact(key: Key, content: Mapping[str, Any]) -> Fact:
    return Fact(key, json.dumps(_canonical(content), sort_keys=True, allow_nan=False))


def _canonical(value: Any) -> Any:
    """Return content as every store gives it back: jsonb keeps neither the sign of zero nor 1.0 apart from 1."""
    if isinstance(value, Mapping):
        return {str(name): _canonical(inner) for name, inner in value.items()}
    if isinstance(value, int | float | np.generic) and not isinstance(value, bool):
        return float(value) + 0.0
    return value
