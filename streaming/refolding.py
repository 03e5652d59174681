"""The tick log folded again in memory, a portion at a time: what the database must hold. Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from alerts.conditions import ConditionBench
from alerts.judging import Happened, Judged, in_log_order
from alerts.models import Alert
from alerts.rules import blank
from alerts.score_bench import Bench
from risk.models import Instrument
from risk.record_services import update_from_row
from streaming import fold_checkpoints, resumption
from streaming.harvest import Harvest, Scored
from streaming.models import FoldCheckpoint
from streaming.partition_fold import PartitionFold
from streaming.tick_entries import START, Entry, parse_id
from streaming.tick_log import TickLog

ENTRIES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Span:
    """Record instants of a run that a portion passed: behind `after` (None: from its beginning) up to `until`
    (None: to its end), in microseconds."""

    run: int
    after: int | None
    until: int | None


@dataclass(frozen=True)
class Portion:
    """What one stretch of the log gave."""

    entries: int
    ticks: int
    harvest: Harvest
    spans: list[Span]
    steps: list[Happened]


@dataclass(frozen=True)
class Beginning:
    """Where a refold begins: after the log's position `after`, at `checkpoint` where there is one; `note` says what
    lies before and cannot be folded again."""

    after: str
    checkpoint: FoldCheckpoint | None = None
    note: str = ""


def beginning_of(log: TickLog, partition: int, *, run: int | None) -> Beginning | None:
    """Return where a refold of the whole kept log, or of one run of it, can begin; None where nothing is kept of it."""
    first = _first(log, partition, run=run or 0)
    if first is None or run not in (None, first.run_id):
        return None
    if first.number == 1:
        return Beginning(_before(first))
    checkpoint = fold_checkpoints.just_before(partition, first.id)
    if checkpoint is not None:
        note = f"the log begins with entry {first.id}: the fold begins at the checkpoint behind {checkpoint.position}"
        return Beginning(checkpoint.position, checkpoint, note)
    following = None if run is not None else _first(log, partition, run=first.run_id + 1)
    lost = f"run {first.run_id} is kept from entry {first.id} on and no checkpoint stands before it"
    if following is None:
        return Beginning("", None, f"{lost}: it cannot be folded again")
    return Beginning(_before(following), None, f"{lost}: compared is from entry {following.id} on")


@dataclass
class Refold:
    """One partition's fold and its alerts, in memory."""

    fold: PartitionFold
    bench: Bench
    conditions: ConditionBench
    known: list[Alert] = field(default_factory=list)  # alerts that fired at the checkpoint already

    @classmethod
    def begin(cls, partition: int, beginning: Beginning) -> "Refold":
        """Raises StateNotReadable when another engine stored the checkpoint."""
        if beginning.checkpoint is None:
            return cls(
                resumption.fresh_fold(partition),
                Bench(blank(np.empty(0, dtype=np.int64)), partition),
                ConditionBench({}, partition, resumption.source_of),
            )
        known = fold_checkpoints.alerts_at(beginning.checkpoint)
        _name(known)
        others = {(alert.rule, alert.instrument_id): alert for alert in known if alert.rule != Alert.Rule.SCORE}
        conditions = ConditionBench(others, partition, resumption.source_of)
        scores = fold_checkpoints.score_bench_at(beginning.checkpoint, known)
        return cls(fold_checkpoints.fold_at(beginning.checkpoint), scores, conditions, known)

    @property
    def alerts(self) -> list[Alert]:
        return self.known + self.bench.opened + self.conditions.opened

    def portions(
        self, log: TickLog, partition: int, *, after: str, until: str, run: int | None = None
    ) -> Iterator[Portion]:
        """Fold the entries behind `after` up to `until`; of one run only, up to what follows it."""
        position = after
        while entries := _kept(log.read(partition, after=position, count=ENTRIES_AT_ONCE), until=until, run=run):
            position = entries[-1].id
            yield self._portion(entries)
            if run is not None and entries[-1].run_id > run:
                return

    def _portion(self, entries: list[Entry]) -> Portion:
        run, instant = self.fold.run_id, self.fold.instant
        self.fold.take(entries)
        harvest = self.fold.harvested()
        self._judge(harvest)
        self._keep_conditions(harvest)
        steps = self.bench.happened + self.conditions.happened
        self.bench.happened, self.conditions.happened = [], []
        runs = dict.fromkeys(([run] if run else []) + [entry.run_id for entry in entries])
        spans = [
            Span(one, instant if one == run else None, self.fold.instant if one == self.fold.run_id else None)
            for one in runs
        ]
        return Portion(len(entries), sum(len(entry.ticks) for entry in entries), harvest, spans, steps)

    def _judge(self, harvest: Harvest) -> None:
        """As `alerts.services.judge_records` does, run by run."""
        ends = {end.run_id: end.instant for end in harvest.ended}
        batches = in_log_order([_judged(scored) for scored in harvest.scored], harvest.closings)
        for run in sorted({batch.run for batch in batches} | ends.keys()):
            opened = len(self.bench.opened)
            for batch in (one for one in batches if one.run == run):
                self.bench.take(batch)
            _name(self.bench.opened[opened:])
            if run in ends:
                self.bench.end_run(run, ends[run])

    def _keep_conditions(self, harvest: Harvest) -> None:
        """As `alerts.services.keep_conditions` does, run by run."""
        ends = {end.run_id: end.instant for end in harvest.ended}
        for run in sorted({change.run for change in harvest.conditions} | ends.keys()):
            opened = len(self.conditions.opened)
            for change in (one for one in harvest.conditions if one.run == run):
                self.conditions.take(change)
            _name(self.conditions.opened[opened:])
            if run in ends:
                self.conditions.end_run(run, ends[run])


def _judged(scored: Scored) -> Judged:
    source, config = resumption.run_of(scored.run_id).source, scored.version.config
    updates = [
        update_from_row(row, run=scored.run_id, record_id=None, instant=scored.instant, source=source, config=config)
        for row in scored.rows
    ]
    return Judged(scored.run_id, scored.instant, scored.rows, updates, scored.version)


def _name(opened: list[Alert]) -> None:
    instruments = Instrument.objects.in_bulk({alert.instrument_id for alert in opened if alert.instrument_id})
    for alert in opened:
        alert.instrument = instruments[alert.instrument_id] if alert.instrument_id else None


def _first(log: TickLog, partition: int, *, run: int) -> Entry | None:
    entries = log.range(partition, f"{run}-0", "+", count=1)
    return entries[0] if entries else None


def _before(first: Entry) -> str:
    return f"{first.run_id}-{first.number - 1}" if first.run_id else START


def _kept(entries: list[Entry], *, until: str, run: int | None) -> list[Entry]:
    """Return the entries up to the position `until`, and of a run no more than one entry of what follows."""
    limit, kept = parse_id(until), list[Entry]()
    for entry in entries:
        if (entry.run_id, entry.number) > limit:
            break
        kept.append(entry)
        if run is not None and entry.run_id > run:
            break
    return kept
