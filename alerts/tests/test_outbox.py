"""What is written with an alert, and what the notifier makes of it: grouped, held, dropped, repeated, escalated."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.tests.factories import make_user
from alerts import people_services as people
from alerts import services
from alerts.models import Alert
from alerts.notification_models import Channel, EscalationStep, NotificationPolicy, Preference
from alerts.notifications import audience
from alerts.notifications.assembling import MOST_PER_MESSAGE, assemble
from alerts.notifications.delivering import Outcome, claim, settle
from alerts.notifications.enqueueing import enqueue
from alerts.outbox_models import Delivery, Notice
from alerts.tests.factories import judge_path, make_alert
from alerts.tests.notification_factories import NOW, ended, make_channel, opened, rose
from audit.models import AuditEntry
from risk.models import Instrument
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def nifty() -> Instrument:
    return make_instruments()[0]


@pytest.fixture
def asha() -> User:
    return make_user("analyst", username="asha")


@pytest.fixture
def hook(asha: User) -> Channel:
    return make_channel(asha)


def states() -> list[tuple[str, str]]:
    return list(Notice.objects.order_by("pk").values_list("event", "state"))


def messages() -> list[list[str]]:
    """Return the events of each message, in order."""
    return [list(one.notices.order_by("pk").values_list("event", flat=True)) for one in Delivery.objects.order_by("pk")]


def test_an_alert_of_the_pipeline_writes_its_notices_in_the_same_transaction(nifty: Instrument, hook: Channel) -> None:
    judge_path(nifty, [0.55, 0.85, 0.60, 0.30, 0.30])

    assert [event for event, _ in states()] == ["opened", "rose", "ended"]
    assert set(Notice.objects.values_list("alert_id", flat=True)) == {Alert.objects.get().pk}


def test_a_commit_that_fails_leaves_no_notice(nifty: Instrument, hook: Channel) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        judge_path(nifty, [0.85])
        raise RuntimeError("the cursor has moved")

    assert not Notice.objects.exists()


def test_an_alert_that_is_raised_anew_by_a_fold_of_the_same_log_tells_nobody_twice(
    nifty: Instrument, hook: Channel
) -> None:
    judge_path(nifty, [0.55, 0.85])
    services.forget_run(run=1, partition=0)

    judge_path(nifty, [0.55, 0.85])

    assert [event for event, _ in states()] == ["opened", "rose"]


@pytest.mark.parametrize(
    ("changes", "severity", "is_told"),
    [
        ({"minimum_severity": "HIGH"}, "MEDIUM", False),
        ({"minimum_severity": "HIGH"}, "HIGH", True),
        ({"minimum_severity": "HIGH"}, "CRITICAL", True),
        ({"is_enabled": False}, "CRITICAL", False),
    ],
)
def test_a_channel_hears_from_its_severity_on(
    nifty: Instrument, asha: User, changes: dict[str, Any], severity: str, is_told: bool
) -> None:
    make_channel(asha, **changes)

    enqueue([opened(make_alert(nifty, severity=severity))], now=NOW)

    assert Notice.objects.exists() is is_told


@pytest.mark.parametrize(("symbols", "is_told"), [([], True), (["NIFTY"], True), (["SBIN"], False)])
def test_a_person_may_name_symbols(
    nifty: Instrument, asha: User, hook: Channel, symbols: list[str], is_told: bool
) -> None:
    Preference.objects.create(user=asha, symbols=symbols)

    enqueue([opened(make_alert(nifty))], now=NOW)

    assert Notice.objects.exists() is is_told


def test_endings_are_told_to_who_wants_them(nifty: Instrument, asha: User, hook: Channel) -> None:
    other = make_channel(make_user("analyst", username="ravi"))
    Preference.objects.create(user=asha, tells_endings=False)

    enqueue([ended(make_alert(nifty))], now=NOW)

    assert [notice.channel for notice in Notice.objects.all()] == [other]


@pytest.mark.parametrize(("source", "is_told"), [("simulated", True), ("live", True), ("replay", False)])
def test_a_replay_tells_nobody_unless_the_policy_says_so(
    nifty: Instrument, hook: Channel, source: str, is_told: bool
) -> None:
    enqueue([opened(make_alert(nifty, source=source))], now=NOW)

    assert Notice.objects.exists() is is_told


def test_an_inactive_person_and_a_former_reader_hear_nothing(nifty: Instrument, asha: User, hook: Channel) -> None:
    enqueue([opened(make_alert(nifty))], now=NOW)
    User.objects.filter(pk=asha.pk).update(is_active=False)

    assemble(now=NOW + MINUTE)

    assert states() == [("opened", "dropped")]


def test_events_within_half_a_minute_make_one_message(nifty: Instrument, hook: Channel) -> None:
    first, second = make_alert(nifty), make_alert(nifty, second=20, phase="ended", ended_at=NOW + HOUR)
    enqueue([opened(first)], now=NOW)
    enqueue([opened(second)], now=NOW + 20 * SECOND)

    assemble(now=NOW + 29 * SECOND)
    assert messages() == []

    assemble(now=NOW + 30 * SECOND)
    assert messages() == [["opened", "opened"]]


def test_a_critical_event_waits_for_nobody_and_takes_along_what_waits(nifty: Instrument, hook: Channel) -> None:
    enqueue([opened(make_alert(nifty))], now=NOW)
    critical = make_alert(nifty, severity="CRITICAL", second=1, phase="ended", ended_at=NOW + HOUR)
    enqueue([opened(critical)], now=NOW + SECOND)

    assemble(now=NOW + SECOND)

    assert messages() == [["opened", "opened"]]


def test_a_list_in_the_application_waits_for_nobody(nifty: Instrument, asha: User) -> None:
    audience.ensure_lists()

    enqueue([opened(make_alert(nifty))], now=NOW)
    assemble(now=NOW)

    assert Notice.objects.shown_to(asha.pk).count() == 1
    assert not Delivery.objects.exists()


def test_everyone_who_handles_alerts_has_a_list_and_nobody_two(asha: User) -> None:
    make_user("viewer")
    make_user("admin")

    audience.ensure_lists()
    audience.ensure_lists()

    owners = sorted(Channel.objects.filter(kind="in_app").values_list("owner__username", flat=True))
    assert owners == ["admin", "asha"]


QUIET_AT_NIGHT = {"quiet_from": time(22), "quiet_to": time(7)}
NIGHT = datetime(2026, 11, 25, 18, tzinfo=UTC)  # 23:30 in India
MORNING = datetime(2026, 11, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("severity", "wishes", "is_held"),
    [("HIGH", {}, True), ("CRITICAL", {}, False), ("CRITICAL", {"quiet_holds_critical": True}, True)],
)
def test_quiet_hours_hold_what_is_not_critical_until_they_end(
    nifty: Instrument, asha: User, hook: Channel, severity: str, wishes: dict[str, Any], is_held: bool
) -> None:
    Preference.objects.create(user=asha, **QUIET_AT_NIGHT, **wishes)
    enqueue([opened(make_alert(nifty, severity=severity))], now=NIGHT)

    assemble(now=NIGHT + MINUTE)
    assert messages() == ([] if is_held else [["opened"]])

    assemble(now=MORNING - SECOND)
    assert messages() == ([] if is_held else [["opened"]])
    assemble(now=MORNING)
    assert messages() == [["opened"]]


def look(at: datetime) -> None:
    """Assemble, and let everything arrive."""
    assemble(now=at)
    while delivery := claim(now=at):
        settle(delivery, Outcome(answer="taken"), now=at)


def test_an_alert_is_repeated_every_four_hours_until_somebody_acknowledges(
    nifty: Instrument, asha: User, hook: Channel
) -> None:
    alert = make_alert(nifty)
    enqueue([opened(alert)], now=NOW)
    look(NOW + 30 * SECOND)

    look(NOW + 30 * SECOND + 4 * HOUR - SECOND)
    assert messages() == [["opened"]]
    look(NOW + 30 * SECOND + 4 * HOUR)
    assert messages() == [["opened"], ["repeat"]]
    look(NOW + 30 * SECOND + 8 * HOUR)
    assert messages() == [["opened"], ["repeat"], ["repeat"]]

    people.acknowledge(alert.pk, by=asha)
    look(NOW + 30 * SECOND + 12 * HOUR)
    assert messages() == [["opened"], ["repeat"], ["repeat"]]
    assert Notice.objects.get(state="dropped").reason == "the alert is acknowledged"


def test_an_alert_that_ended_is_not_repeated(nifty: Instrument, hook: Channel) -> None:
    alert = make_alert(nifty)
    enqueue([opened(alert)], now=NOW)
    look(NOW + MINUTE)
    Alert.objects.filter(pk=alert.pk).update(phase="ended", ended_at=NOW + HOUR)

    look(NOW + 5 * HOUR)

    assert messages() == [["opened"]]


def test_a_rise_takes_the_place_of_the_repeat_before_it(nifty: Instrument, hook: Channel) -> None:
    alert = make_alert(nifty)
    enqueue([opened(alert)], now=NOW)
    look(NOW + MINUTE)
    enqueue([rose(alert, seconds=3600)], now=NOW + HOUR)
    look(NOW + HOUR + MINUTE)

    look(NOW + 4 * HOUR + 2 * MINUTE)

    assert messages() == [["opened"], ["rose"]]
    assert Notice.objects.get(state="dropped").reason == "something newer was told of the alert"


def test_nobody_is_reminded_of_what_has_not_arrived(nifty: Instrument, hook: Channel) -> None:
    enqueue([opened(make_alert(nifty))], now=NOW)
    assemble(now=NOW + MINUTE)

    assemble(now=NOW + 9 * HOUR)

    assert messages() == [["opened"]]


def test_a_snooze_holds_reminders_back_until_it_ends(nifty: Instrument, asha: User, hook: Channel) -> None:
    alert = make_alert(nifty)
    enqueue([opened(alert)], now=NOW)
    look(NOW + MINUTE)
    Alert.objects.filter(pk=alert.pk).update(snoozed_until=NOW + 6 * HOUR)

    look(NOW + 5 * HOUR)
    assert messages() == [["opened"]]
    look(NOW + 6 * HOUR)
    assert messages() == [["opened"], ["repeat"]]


def test_who_is_given_an_alert_is_told_and_who_takes_it_is_not(nifty: Instrument, asha: User, hook: Channel) -> None:
    alert, ravi = make_alert(nifty), make_user("analyst", username="ravi")
    others = make_channel(ravi, minimum_severity="CRITICAL")

    people.assign(alert.pk, by=asha, to=asha)
    people.assign(alert.pk, by=asha, to=ravi)

    notice = Notice.objects.get()
    assert (notice.channel, notice.event) == (others, "assigned")
    assert notice.sentence.startswith("HIGH NIFTY: assigned to you.")


@pytest.fixture
def order(nifty: Instrument, asha: User) -> tuple[Channel, Channel]:
    """Two people: after ten minutes for HIGH, after thirty for CRITICAL only."""
    ravi = make_user("analyst", username="ravi")
    channels = make_channel(asha, minimum_severity="CRITICAL"), make_channel(ravi, minimum_severity="CRITICAL")
    EscalationStep.objects.create(position=1, user=asha, delay_minutes=10, minimum_severity="HIGH")
    EscalationStep.objects.create(position=2, user=ravi, delay_minutes=30, minimum_severity="CRITICAL")
    return channels


def escalated_to(now: datetime) -> list[str]:
    assemble(now=now)
    told = Notice.objects.filter(event="escalated", state="grouped").order_by("pk")
    return [str(notice.channel.owner) for notice in told.select_related("channel__owner")]


def test_an_unacknowledged_alert_goes_from_one_person_to_the_next(
    nifty: Instrument, order: tuple[Channel, Channel]
) -> None:
    enqueue([opened(make_alert(nifty, severity="CRITICAL"))], now=NOW)

    assert escalated_to(NOW + 10 * MINUTE - SECOND) == []
    assert escalated_to(NOW + 10 * MINUTE) == ["asha"]
    assert escalated_to(NOW + 30 * MINUTE) == ["asha", "ravi"]
    assert AuditEntry.objects.filter(action="alert_escalated", actor_name="notifier").count() == 2


def test_a_milder_alert_passes_over_who_is_there_for_critical_ones(
    nifty: Instrument, order: tuple[Channel, Channel]
) -> None:
    enqueue([opened(make_alert(nifty, severity="HIGH"))], now=NOW)

    assert escalated_to(NOW + HOUR) == ["asha"]


def test_medium_is_never_escalated(nifty: Instrument, order: tuple[Channel, Channel]) -> None:
    enqueue([opened(make_alert(nifty, severity="MEDIUM"))], now=NOW)

    assert escalated_to(NOW + 24 * HOUR) == []


def test_an_acknowledgement_stops_the_escalation(nifty: Instrument, asha: User, order: tuple[Channel, Channel]) -> None:
    alert = make_alert(nifty, severity="CRITICAL")
    enqueue([opened(alert)], now=NOW)
    assert escalated_to(NOW + 10 * MINUTE) == ["asha"]

    people.acknowledge(alert.pk, by=asha)

    assert escalated_to(NOW + HOUR) == ["asha"]


def test_the_minutes_of_an_escalation_are_those_of_the_market(
    nifty: Instrument, order: tuple[Channel, Channel]
) -> None:
    # 15:10 in India on Wednesday: five minutes until continuous trading ends, five more from 9:15 on Thursday.
    enqueue([opened(make_alert(nifty, source="live"))], now=datetime(2026, 11, 25, 9, 40, tzinfo=UTC))

    assert escalated_to(datetime(2026, 11, 26, 3, 49, 59, tzinfo=UTC)) == []
    assert escalated_to(datetime(2026, 11, 26, 3, 50, tzinfo=UTC)) == ["asha"]


def test_a_rise_begins_the_escalation_anew(nifty: Instrument, order: tuple[Channel, Channel]) -> None:
    alert = make_alert(nifty, severity="CRITICAL")
    enqueue([opened(make_alert(nifty, severity="HIGH", phase="ended", ended_at=NOW, second=-9))], now=NOW)
    enqueue([opened(alert)], now=NOW)
    enqueue([rose(alert, seconds=300)], now=NOW + 5 * MINUTE)

    escalated_to(NOW + 10 * MINUTE)
    told = Notice.objects.filter(event="escalated", state="grouped", alert_id=alert.pk)

    assert not told.exists()
    escalated_to(NOW + 15 * MINUTE)
    assert told.count() == 1


def test_a_long_queue_goes_in_parts(nifty: Instrument, hook: Channel) -> None:
    steps = [opened(_past_alert(nifty, second)) for second in range(MOST_PER_MESSAGE + 5)]
    enqueue(steps, now=NOW)

    assemble(now=NOW + MINUTE)
    assemble(now=NOW + MINUTE)

    assert [len(events) for events in messages()] == [MOST_PER_MESSAGE, 5]


def _past_alert(instrument: Instrument, second: int) -> Alert:
    return make_alert(instrument, second=second, phase="ended", ended_at=NOW + HOUR)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gaps=st.lists(st.integers(0, 45), min_size=1, max_size=12), looks=st.lists(st.integers(0, 120), max_size=8))
def test_grouping_loses_nothing_doubles_nothing_and_holds_nothing_too_long(
    db: None, gaps: Sequence[int], looks: Sequence[int]
) -> None:
    """Events at random times, looked at at random times: half a minute after an event it is in one message."""
    with transaction.atomic():
        nifty, asha = make_instruments()[0], make_user("analyst", username="asha")
        make_channel(asha)
        times = [sum(gaps[: n + 1]) for n in range(len(gaps))]
        for at in sorted({*times, *looks, *(at + 30 for at in times)}):
            for number in [n for n, of in enumerate(times) if of == at]:
                enqueue([opened(_past_alert(nifty, number))], now=NOW + at * SECOND)
            assemble(now=NOW + at * SECOND)
            late = Notice.objects.filter(event="opened", state="waiting", created_at__isnull=False)
            assert not late.filter(due_at__lte=NOW + at * SECOND).exists()

        told = Notice.objects.filter(event="opened")
        assert told.count() == len(times) and not told.exclude(state="grouped").exists()
        for notice in told.select_related("delivery"):
            assert notice.delivery is not None
            assert notice.not_before <= notice.delivery.due_at <= notice.not_before + 30 * SECOND
        transaction.set_rollback(True)


def test_the_policy_is_made_once_with_its_defaults(db: None) -> None:
    first, second = audience.policy(), audience.policy()

    assert first == second and NotificationPolicy.objects.count() == 1
    assert (first.group_seconds, first.repeat_hours, first.sources) == (30, 4, ["live", "simulated"])
