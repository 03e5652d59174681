"""Does the database hold exactly what its tick log says it must? Folds the log again, in memory, and compares.

The log is folded a portion at a time, and each portion is held against the same stretch of the database: records and
minute bars at once, alerts and the pipeline's own audit entries at the end.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max, Q

from alerts import services as alert_services
from alerts.judging import Happened
from alerts.models import Alert
from audit import verification as chain
from audit.models import AuditEntry
from risk.models import MinuteBar, RiskRecord
from risk.quant.calendar import MINUTE_US
from risk.quant.market import GRACE_US
from risk.storage import microseconds, moment
from streaming import facts, resumption, retention
from streaming.comparison import Comparison
from streaming.facts import Fact
from streaming.models import FoldCursor
from streaming.rebuilding import REBUILT
from streaming.refolding import Beginning, Portion, Refold, Span, beginning_of
from streaming.tick_entries import parse_id
from streaming.tick_log import TickLog

CLOSES_AFTER_US: Final = MINUTE_US + GRACE_US


def compare_with_log(log: TickLog, *, partition: int = 0, run: int | None = None) -> Comparison:
    """Fold the kept log up to the committed cursor again, or one run of it, and compare with the database.

    Others may go on writing meanwhile.  Raises StateNotReadable when the log begins at another engine's checkpoint.
    """
    result, beginning = Comparison(partition), beginning_of(log, partition, run=run)
    if beginning is None or not beginning.after:
        result.was_possible = False
        result.notes.append((beginning and beginning.note) or "the log keeps nothing of it")
        return result
    result.notes += [beginning.note] if beginning.note else []
    standing = _standing(partition, from_run=parse_id(beginning.after)[0])
    _Comparing(result, Refold.begin(partition, beginning), beginning, standing, run).compare(log)
    return result


@dataclass(frozen=True)
class _Standing:
    """Cursor, alerts and the newest audit entry of a partition as one commit left them."""

    cursor: FoldCursor
    alerts: list[Alert]
    score_memory: bytes
    audit_sequence: int


@transaction.atomic
def _standing(partition: int, *, from_run: int) -> _Standing:
    """Read them with the cursor locked, so that no commit comes in between."""
    cursor = FoldCursor.objects.select_for_update().filter(pk=partition).first() or FoldCursor(partition=partition)
    alerts = Alert.objects.filter(alert_services.of_partition(partition), run__gte=from_run)
    score_memory = alert_services.score_bench(partition).memory.tobytes()
    return _Standing(cursor, list(alerts), score_memory, chain.standing().newest)


@dataclass
class _Comparing:
    """One comparison under way; `places` numbers the compared runs in the order of the log."""

    result: Comparison
    refold: Refold
    beginning: Beginning
    standing: _Standing
    run: int | None
    places: dict[int, int] = field(default_factory=dict)
    kept_since: dict[int, datetime] = field(default_factory=dict)

    def compare(self, log: TickLog) -> None:
        partition, until, steps = self.result.partition, self.standing.cursor.position, list[Happened]()
        for portion in self.refold.portions(log, partition, after=self.beginning.after, until=until, run=self.run):
            self.result.entries += portion.entries
            self.result.ticks += portion.ticks
            steps += portion.steps
            for span in portion.spans:
                if self.run in (None, span.run):
                    self.places.setdefault(span.run, len(self.places))
                    self._compare_records(portion, span)
                    self._compare_bars(portion, span)
        self._compare_alerts()
        self._compare_audit(steps)
        if self.refold.fold.position == until and self.refold.fold.market is not None:
            folded = self.refold.fold.market.dump(), self.refold.bench.memory.tobytes()
            self.result.is_state_equal = folded == (bytes(self.standing.cursor.state), self.standing.score_memory)

    def _hold(self, kind: str, folded: Iterable[Fact], stored: Iterable[Fact]) -> None:
        self.result.tallies[kind].compare(folded, stored, self.places)

    def _compare_records(self, portion: Portion, span: Span) -> None:
        since = self._records_since(span.run)
        stored = RiskRecord.objects.filter(
            self._in("instant", span), run=span.run, instrument__in=self._members(span.run), instant__gte=since
        )
        scored = [
            one for one in portion.harvest.scored if one.run_id == span.run and one.instant >= microseconds(since)
        ]
        self._hold("records", (fact for one in scored for fact in facts.folded_records(one)),
                   facts.stored_records(stored))  # fmt: skip

    def _records_since(self, run: int) -> datetime:
        """Return from when on a run must have its records, asked once."""
        if run not in self.kept_since:
            self.kept_since[run] = retention.records_kept_since(run)
        return self.kept_since[run]

    def _compare_bars(self, portion: Portion, span: Span) -> None:
        stored = MinuteBar.objects.filter(
            self._in("start", span, closes_after=CLOSES_AFTER_US),
            run=span.run,
            instrument__in=self._members(span.run),
            is_warm_up=False,
        )
        closed = [one for one in portion.harvest.closed if one.run_id == span.run]
        self._hold("bars", (fact for one in closed for fact in facts.folded_bars(one)), facts.stored_bars(stored))

    def _members(self, run: int) -> Collection[int]:
        return resumption.members_of(run, self.result.partition)

    @staticmethod
    def _in(name: str, span: Span, *, closes_after: int = 0) -> Q:
        """Return the condition that a row belongs to a span, by the instant `closes_after` behind the named column."""
        condition = Q()
        if span.after is not None:
            condition &= Q(**{f"{name}__gt": moment(span.after - closes_after)})
        if span.until is not None:
            condition &= Q(**{f"{name}__lte": moment(span.until - closes_after)})
        return condition

    def _compare_alerts(self) -> None:
        """Compare alerts, those left out that their retention may have taken."""
        stored = [alert for alert in self.standing.alerts if alert.run in self.places and self._is_refolded(alert)]
        have, since = set(map(_identity, stored)), retention.alerts_kept_since()
        folded = [
            alert
            for alert in self.refold.alerts
            if alert.run in self.places
            and (_identity(alert) in have or alert.ended_at is None or alert.ended_at >= since)
        ]
        self._hold("alerts", facts.alert_facts(folded), facts.alert_facts(stored))

    def _is_refolded(self, alert: Alert) -> bool:
        """Return whether an alert opened, or still fired, in what was folded again."""
        checkpoint = self.beginning.checkpoint
        if checkpoint is None or alert.run != checkpoint.run_id:
            return True
        fired = set(map(_identity, self.refold.known))
        return microseconds(alert.opened_at) > checkpoint.instant or _identity(alert) in fired

    def _compare_audit(self, steps: list[Happened]) -> None:
        mine = [step for step in steps if step.alert.run in self.places]
        self._hold("audit", facts.folded_audit(mine), facts.stored_audit(self._stored_audit()))

    def _stored_audit(self) -> Iterable[AuditEntry]:
        """Return the pipeline's entries of the compared runs, without those of a fold that was dropped."""
        checkpoint, own = self.beginning.checkpoint, AuditEntry.objects.filter(actor_name=alert_services.PIPELINE)
        first = checkpoint.audit_sequence if checkpoint else 0
        for run in self.places:
            dropped = own.filter(action=REBUILT, detail__run=run, detail__partition=self.result.partition)
            after = max(first, dropped.aggregate(last=Max("sequence"))["last"] or 0)
            entries = own.filter(object_type="alert", detail__run=run, sequence__gt=after)
            for entry in entries.filter(sequence__lte=self.standing.audit_sequence).iterator():
                if facts.partition_of(entry.detail) == self.result.partition:
                    yield entry


def _identity(alert: Alert) -> tuple[int, str, int | None, int]:
    return alert.run, alert.rule, alert.instrument_id, microseconds(alert.opened_at)
