"""The only writer of the machine's half of alerts, in the pipeline's commit and for the watchdog."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alerts import memory, timeline
from alerts.conditions import Change, ConditionBench
from alerts.judging import Closing, Happened, Judged
from alerts.messages import alert_message
from alerts.models import Alert, AlertEvent, ScoreMemory, Status
from alerts.notifications.enqueueing import enqueue
from alerts.score_bench import Bench
from alerts.upkeep_services import note_by_platform
from audit import services as audit
from risk.models import Instrument
from riskplatform.lib.broadcast import publish_on_commit

PIPELINE = "pipeline"  # the actor of what the machine did
MACHINE_FIELDS = (
    "severity", "peak_severity", "peak_score", "peak", "driver", "crossings", "phase", "end_reason", "peak_at",
    "ended_at",
)  # fmt: skip


@dataclass(frozen=True)
class RunEnd:
    """A run whose last record instant has passed."""

    run: int
    instant: int


@transaction.atomic
def judge_records(batches: Sequence[Judged | Closing], *, ended: Sequence[RunEnd], partition: int) -> None:
    """Open, change and end the alerts of a commit's records, in log order, with their audit entries.

    Runs follow one another in `batches`; an ended run's alerts end after its last batch.
    """
    bench = score_bench(partition)
    before = bench.run, bench.memory.tobytes()
    ends = {end.run: end for end in ended}
    runs = list(dict.fromkeys([batch.run for batch in batches] + [end.run for end in ended]))
    for run in sorted(runs):  # runs are numbered in the order in which they were opened
        for batch in batches:
            if batch.run == run:
                bench.take(batch)
        if run in ends:
            bench.end_run(run, ends[run].instant)
    _store(bench)
    if (bench.run, bench.memory.tobytes()) != before:
        remembered = {"run": bench.run, "entries": memory.packed(bench.memory)}
        ScoreMemory.objects.update_or_create(partition=partition, defaults=remembered)


def score_bench(partition: int) -> Bench:
    """Return what the score rule remembers of a partition; without a memory, what its alerts that go on say."""
    mine = Alert.objects.unended().filter(of_partition(partition), rule=Alert.Rule.SCORE)

    def load(instruments: Collection[int]) -> dict[int, Alert]:
        found = mine.filter(instrument__in=instruments).select_related("instrument")
        return {alert.instrument_id or 0: alert for alert in found}

    stored = ScoreMemory.objects.filter(pk=partition).first()
    if stored is not None:
        return Bench(memory.unpacked(stored.entries), partition, stored.run, load)
    going = list(mine)
    return Bench(memory.of_alerts(going), partition, max((alert.run for alert in going), default=0), load)


@transaction.atomic
def keep_conditions(
    changes: Iterable[Change], *, ended: Sequence[RunEnd], partition: int, source_of: Callable[[int], str]
) -> None:
    """Open and end the alerts of conditions that a partition's fold found to begin or end, in log order."""
    listed = list(changes)
    if not listed and not ended:
        return
    bench = ConditionBench(_firing_conditions(of_partition(partition)), partition, source_of)
    ends = {end.run: end for end in ended}
    for run in sorted({change.run for change in listed} | ends.keys()):
        for change in listed:
            if change.run == run:
                bench.take(change)
        if run in ends:
            bench.end_run(run, ends[run].instant)
    _store(bench)


@transaction.atomic
def keep_platform_condition(change: Change, *, source: str) -> None:
    """Open or end an alert of the whole platform, which no fold decides; nothing happens where it is so already."""
    firing = _firing_conditions(Q(partition=None))
    bench = ConditionBench(firing, None, lambda run: source)
    bench.take(change)
    _store(bench)


@transaction.atomic
def forget_run(*, run: int, partition: int) -> int:
    """Delete the alerts of a run that is folded again; the fold raises them anew."""
    ScoreMemory.objects.filter(partition=partition, run=run).delete()
    _, deleted = Alert.objects.filter(of_partition(partition), run=run).delete()
    return deleted.get(Alert._meta.label, 0)


def of_partition(partition: int) -> Q:
    """Return the condition of the alerts that a partition's fold decides."""
    return Q(partition=partition)


def _firing_conditions(those: Q) -> dict[tuple[str, int | None], Alert]:
    firing = Alert.objects.firing().filter(those).exclude(rule=Alert.Rule.SCORE).select_related("instrument")
    return {(alert.rule, alert.instrument_id): alert for alert in firing}


def _store(bench: Bench | ConditionBench) -> None:
    if not bench.happened and not bench.changed:
        return
    now = timezone.now()
    if bench.changed:
        Alert.objects.bulk_update(bench.changed.values(), MACHINE_FIELDS)
    _create(bench.opened)
    audit.record_many(audit_drafts(bench.happened))
    AlertEvent.objects.bulk_create(timeline.machine_lines(bench.happened, by=PIPELINE, now=now))
    _call_again([alert for alert in bench.risen if alert.pk in bench.changed], now=now)
    enqueue(bench.happened)
    newest = {happened.alert.pk: happened for happened in bench.happened}
    publish_on_commit("alert", [alert_message(one.alert, event=one.step.value) for one in newest.values()])


def audit_drafts(steps: Sequence[Happened]) -> list[audit.Draft]:
    """Return the entries that record `steps`; alerts that are not stored have no id in them."""
    return [
        audit.Draft(
            action=f"alert_{happened.step.value}",
            actor_name=PIPELINE,
            object_type="alert",
            object_id=happened.alert.pk,
            detail=_detail(happened),
        )
        for happened in steps
    ]


def _call_again(risen: list[Alert], *, now: datetime) -> None:
    """Take back acknowledgement and snooze of what rose: they were given to something milder.

    The rows decide, locked, and not what was read before.
    """
    if not risen:
        return
    rows = {row.pk: row for row in Alert.objects.select_for_update().filter(pk__in=[alert.pk for alert in risen])}
    taken_back = [alert for alert in risen if rows[alert.pk].status == Status.ACKNOWLEDGED]
    woken = [alert for alert in risen if rows[alert.pk].snoozed_until is not None]
    Alert.objects.filter(pk__in=[alert.pk for alert in taken_back]).update(status=Status.OPEN)
    Alert.objects.filter(pk__in=[alert.pk for alert in woken]).update(snoozed_until=None)
    for alert in risen:
        alert.status, alert.snoozed_until = rows[alert.pk].status, None
    for alert in taken_back:
        alert.status = Status.OPEN.value
    note_by_platform(taken_back, AlertEvent.Kind.ACKNOWLEDGEMENT_WITHDRAWN, now=now)
    note_by_platform(woken, AlertEvent.Kind.WOKEN, now=now)


def _create(opened: list[Alert]) -> None:
    instruments = Instrument.objects.in_bulk([alert.instrument_id for alert in opened if alert.instrument_id])
    for alert in opened:
        alert.instrument = instruments[alert.instrument_id] if alert.instrument_id else None
    Alert.objects.bulk_create(opened)


def _detail(happened: Happened) -> dict[str, object]:
    alert = happened.alert
    return {
        "symbol": alert.symbol,
        "rule": alert.rule,
        "partition": alert.partition,
        "run": alert.run,
        "from": happened.before,
        "to": happened.after,
        "score": happened.score,
        "record": happened.record_id,
        "instant": happened.instant,
        "config_version": alert.config_version,
        **({"summary": alert.summary} if alert.summary else {}),
        **({"reason": alert.end_reason} if happened.after is None else {}),
    }
