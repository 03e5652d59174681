"""The only writer of instruments' facts: records, bars and profiles."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from numpy.typing import NDArray

from risk.messages import RiskUpdate, change_percent, rfc3339
from risk.models import Instrument, InstrumentProfile, LatestRisk, MinuteBar, RiskRecord, Severity, State, SymbolAlias
from risk.quant.market import ENGINE_VERSION, Universe
from risk.quant.model import default_model
from risk.quant.profile import Profile
from risk.storage import insert_rows, moment, upsert_rows
from riskplatform.lib.broadcast import publish

# A record's id is ordinal * this + partition: known before the insert, unique without a round trip.
PARTITIONS_AT_MOST = 64
ASSET_CLASS = {Instrument.Kind.INDEX: 0, Instrument.Kind.SHARE: 1}
SEVERITIES = (Severity.NORMAL, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
STATES = {0: State.OK, 1: State.STALE, 2: State.PRIOR, 3: State.CLOSED, 4: State.HALTED}
SCORED_COLUMNS = (
    "run", "instant", "tick_time", "price", "previous_close", "score", "severity", "state",
    "expected_move", "barrier", "protection_cost", "horizon_minutes", "engine_version",
)  # fmt: skip
BAR_COLUMNS = (
    "lineage", "run", "instrument_id", "session", "minute", "start", "open", "high", "low", "close",
    "volume", "ticks", "log_odds", "is_warm_up",
)  # fmt: skip


def universe_of(partition: int) -> Universe:
    """Return the instruments of a partition, as the fold wants them: ascending ids and classes."""
    rows = list(Instrument.objects.filter(is_active=True, partition=partition).order_by("id").values_list("id", "kind"))
    return Universe(
        instruments=np.array([pk for pk, _ in rows], dtype=np.int64),
        asset_class=np.array([ASSET_CLASS[Instrument.Kind(kind)] for _, kind in rows], dtype=np.int8),
    )


def instrument_directory() -> dict[str, Instrument]:
    """Return every active instrument under its symbol and under each of its aliases."""
    directory = {instrument.symbol: instrument for instrument in Instrument.objects.filter(is_active=True)}
    for alias in SymbolAlias.objects.select_related("instrument").filter(instrument__is_active=True):
        directory[alias.alias] = alias.instrument
    return directory


@lru_cache(maxsize=4096)
def symbol_of(instrument_id: int) -> str:
    """Return an instrument's symbol; it never changes once records carry the id."""
    return str(Instrument.objects.values_list("symbol", flat=True).get(pk=instrument_id))


def severity_of(score: float) -> Severity:
    """Return the severity by the plain thresholds; a score equal to one belongs to the level above."""
    return SEVERITIES[int(np.searchsorted(settings.RISK_THRESHOLDS, score, side="right"))]


@transaction.atomic
def record_scores(*, run: int, source: str, instant: int, rows: NDArray[np.void], first_id: int) -> list[RiskUpdate]:
    """Store one record per row and return their messages; the caller publishes and commits.

    Ids are `first_id`, `first_id + PARTITIONS_AT_MOST`, … in the order of the rows.
    """
    ids = [first_id + PARTITIONS_AT_MOST * number for number in range(len(rows))]
    scored = [_scored_values(run, instant, row) for row in rows]
    instruments = rows["instrument"].tolist()
    records = [(pk, instrument, *values) for pk, instrument, values in zip(ids, instruments, scored, strict=True)]
    insert_rows(RiskRecord, ("id", "instrument_id", *SCORED_COLUMNS), records)
    latest = [(instrument, pk, *values) for pk, instrument, values in zip(ids, instruments, scored, strict=True)]
    upsert_rows(LatestRisk, ("instrument_id", "record_id", *SCORED_COLUMNS), latest, key=("instrument_id",))
    return [
        update_from_row(row, record_id=pk, instant=instant, source=source) for pk, row in zip(ids, rows, strict=True)
    ]


def update_from_row(
    row: np.void, *, record_id: int | None, instant: int, source: str, live: bool = False
) -> RiskUpdate:
    """Return the message of one scored row."""
    price, score = round(float(row["price"]), 4), float(row["score"])
    return RiskUpdate(
        id=record_id,
        symbol=symbol_of(int(row["instrument"])),
        risk_score=score,
        severity=severity_of(score).value,
        state=STATES[int(row["state"])].value,
        timestamp=rfc3339(instant),
        tick_time=rfc3339(int(row["tick_time"])),
        price=price,
        change_percent=change_percent(price, _known(row["previous_close"])),
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


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _scored_values(run: int, instant: int, row: np.void) -> tuple[Any, ...]:
    previous, score = _known(row["previous_close"]), float(row["score"])
    return (
        run,
        moment(instant),
        moment(int(row["tick_time"])),
        f"{row['price']:.4f}",
        None if previous is None else f"{previous:.4f}",
        score,
        severity_of(score).value,
        STATES[int(row["state"])].value,
        float(row["expected_move"]),
        float(row["barrier"]),
        float(row["protection_cost"]),
        float(row["horizon_minutes"]),
        ENGINE_VERSION,
    )


@transaction.atomic
def store_bars(*, lineage: str, run: int | None, bars: NDArray[np.void], is_warm_up: bool = False) -> None:
    """Store closed minute bars (dtype BAR) of one run, or of imported history where `run` is None."""
    rows = [
        (
            lineage, run, int(bar["instrument"]), int(bar["session"]), int(bar["minute"]), moment(bar["start"]),
            *(f"{bar[name] / 100:.2f}" for name in ("open", "high", "low", "close")),
            _known(bar["volume"]), int(bar["ticks"]), _known(bar["log_odds"]), is_warm_up,
        )
        for bar in bars
    ]  # fmt: skip
    insert_rows(MinuteBar, BAR_COLUMNS, rows)


@transaction.atomic
def store_profile(*, lineage: str, session: int, universe: Universe, profile: Profile) -> None:
    """Store what is known of each instrument at the end of `session`, replacing an earlier account of it."""
    columns = ("lineage", "instrument_id", "session", "engine_version", "payload")
    rows = [
        (lineage, int(instrument), session, ENGINE_VERSION, profile.dump_instrument(index))
        for index, instrument in enumerate(universe.instruments)
    ]
    upsert_rows(InstrumentProfile, columns, rows, key=("lineage", "session", "instrument_id"))


def load_profile(*, lineage: str, session: int, universe: Universe) -> Profile:
    """Return the profile as of the end of `session`; instruments without a row start from their class's prior."""
    rows = InstrumentProfile.objects.filter(lineage=lineage, session=session).values_list("instrument_id", "payload")
    return Profile.load(universe, default_model(), {pk: bytes(payload) for pk, payload in rows})


def newest_profile_session(*, lineage: str, before: int) -> int:
    """Return the newest session, earlier than `before`, that a profile of the lineage ends with; 0 if none."""
    sessions = InstrumentProfile.objects.filter(lineage=lineage, session__lt=before).order_by("-session")
    return sessions.values_list("session", flat=True).first() or 0


def delete_old_records(*, before: datetime, keep_runs: Collection[int]) -> int:
    """Delete records of instants before `before`, except those of `keep_runs`; return how many went."""
    deleted, _ = RiskRecord.objects.filter(instant__lt=before).exclude(run__in=keep_runs).delete()
    return deleted
