"""The only writer of instruments' facts: records, bars and profiles."""

import json
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from risk import rollup_services as rollups
from risk.configuration import RiskConfig, Version
from risk.messages import RiskUpdate, change_percent, decomposition, rfc3339
from risk.models import (
    Instrument,
    LatestRisk,
    RiskRecord,
    Severity,
    State,
    SymbolAlias,
)
from risk.quant.calendar import ExchangeClock
from risk.quant.expiry_days import expiry_sessions
from risk.quant.market import ENGINE_VERSION, Universe
from risk.storage import insert_rows, known, moment, upsert_rows
from riskplatform.lib.broadcast import publish

# A record's id is ordinal * this + partition: known before the insert, unique without a round trip.
PARTITIONS_AT_MOST = 64
ASSET_CLASS = {Instrument.Kind.INDEX: 0, Instrument.Kind.SHARE: 1}
MARKET_INDEX = "NIFTY"  # that others are compared with
SEVERITIES = (Severity.NORMAL, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
STATES = {0: State.OK, 1: State.STALE, 2: State.PRIOR, 3: State.CLOSED, 4: State.HALTED}
SCORED_COLUMNS = (
    "run", "instant", "tick_time", "price", "previous_close", "score", "severity", "state",
    "expected_move", "barrier", "protection_cost", "horizon_minutes", "engine_version", "model_version",
    "config_version", "decomposition",
)  # fmt: skip
_SCORE, _SEVERITY = SCORED_COLUMNS.index("score"), SCORED_COLUMNS.index("severity")


def universe_of(partition: int) -> Universe:
    """Return the instruments of a partition, as the fold wants them: ascending ids and classes."""
    active = Instrument.objects.filter(is_active=True, partition=partition).order_by("id")
    rows = list(active.values_list("id", "kind", "symbol"))
    symbols = [symbol for *_, symbol in rows]
    return Universe(
        instruments=np.array([pk for pk, *_ in rows], dtype=np.int64),
        asset_class=np.array([ASSET_CLASS[Instrument.Kind(kind)] for _, kind, _ in rows], dtype=np.int8),
        market=symbols.index(MARKET_INDEX) if MARKET_INDEX in symbols else None,
        expiries=tuple(expiry_sessions(symbol, clock=exchange_clock()) for symbol in symbols),
    )


def partitions() -> list[int]:
    """Return the partitions that have active instruments, ascending."""
    active = Instrument.objects.filter(is_active=True).values_list("partition", flat=True)
    # Without an order of its own the model's would come in, and every instrument count as a partition.
    return list(active.order_by("partition").distinct())


def instrument_directory() -> dict[str, Instrument]:
    """Return every active instrument under its symbol and under each of its aliases."""
    directory = {instrument.symbol: instrument for instrument in Instrument.objects.filter(is_active=True)}
    for alias in SymbolAlias.objects.select_related("instrument").filter(instrument__is_active=True):
        directory[alias.alias] = alias.instrument
    return directory


@lru_cache(maxsize=1)
def exchange_clock() -> ExchangeClock:
    """Return the clock whose holidays move expiries."""
    return ExchangeClock()


@lru_cache(maxsize=4096)
def symbol_of(instrument_id: int) -> str:
    """Return an instrument's symbol; it never changes once records carry the id."""
    return str(Instrument.objects.values_list("symbol", flat=True).get(pk=instrument_id))


def severity_of(score: float, config: RiskConfig) -> Severity:
    """Return the severity by the plain thresholds; a score equal to one belongs to the level above."""
    return SEVERITIES[bisect_right(config.thresholds, score)]


@transaction.atomic
def record_scores(
    *, run: int, source: str, instant: int, rows: NDArray[np.void], first_id: int, version: Version
) -> list[RiskUpdate]:
    """Store one record per row, judged by `version`, and return their messages; the caller publishes and commits.

    Ids are `first_id`, `first_id + PARTITIONS_AT_MOST`, … in the order of the rows.
    """
    ids = [first_id + PARTITIONS_AT_MOST * number for number in range(len(rows))]
    scored = [_scored_values(run, instant, row, version) for row in rows]
    instruments = rows["instrument"].tolist()
    records = [(pk, instrument, *values) for pk, instrument, values in zip(ids, instruments, scored, strict=True)]
    insert_rows(RiskRecord, ("id", "instrument_id", *SCORED_COLUMNS), records)
    latest = [(instrument, pk, *values) for pk, instrument, values in zip(ids, instruments, scored, strict=True)]
    upsert_rows(LatestRisk, ("instrument_id", "record_id", *SCORED_COLUMNS), latest, key=("instrument_id",))
    counted = [
        rollups.Scored(pk, instrument, values[_SCORE], values[_SEVERITY])
        for pk, instrument, values in zip(ids, instruments, scored, strict=True)
    ]
    rollups.add_scores(run=run, partition=first_id % PARTITIONS_AT_MOST, instant=instant, scored=counted)
    return [
        update_from_row(row, record_id=pk, instant=instant, source=source, config=version.config)
        for pk, row in zip(ids, rows, strict=True)
    ]


def update_from_row(
    row: np.void, *, record_id: int | None, instant: int, source: str, config: RiskConfig, live: bool = False
) -> RiskUpdate:
    """Return the message of one scored row."""
    price, score = round(float(row["price"]), 4), float(row["score"])
    return RiskUpdate(
        id=record_id,
        symbol=symbol_of(int(row["instrument"])),
        risk_score=score,
        severity=severity_of(score, config).value,
        state=STATES[int(row["state"])].value,
        timestamp=rfc3339(instant),
        tick_time=rfc3339(int(row["tick_time"])),
        price=price,
        change_percent=change_percent(price, known(row["previous_close"])),
        expected_move=round(100.0 * float(row["expected_move"]), 4),
        protection_cost=round(100.0 * float(row["protection_cost"]), 4),
        horizon_minutes=float(row["horizon_minutes"]),
        source=source,
        live=live,
    )


def publish_on_commit(kind: str, updates: Sequence[Mapping[str, Any]]) -> None:
    """Tell the browsers, once what is told is committed."""
    if updates:
        transaction.on_commit(lambda: publish(kind, list(updates)))


def _scored_values(run: int, instant: int, row: np.void, version: Version) -> tuple[Any, ...]:
    previous, score = known(row["previous_close"]), float(row["score"])
    return (
        run,
        moment(instant),
        moment(int(row["tick_time"])),
        f"{row['price']:.4f}",
        None if previous is None else f"{previous:.4f}",
        score,
        severity_of(score, version.config).value,
        STATES[int(row["state"])].value,
        float(row["expected_move"]),
        float(row["barrier"]),
        float(row["protection_cost"]),
        float(row["horizon_minutes"]),
        ENGINE_VERSION,
        version.model.version,
        version.number,
        json.dumps(decomposition(row)),
    )


def delete_old_records(*, before: datetime, keep_runs: Collection[int]) -> int:
    """Delete records of instants before `before`, except those of `keep_runs`; return how many went."""
    deleted, _ = RiskRecord.objects.filter(instant__lt=before).exclude(run__in=keep_runs).delete()
    return deleted
