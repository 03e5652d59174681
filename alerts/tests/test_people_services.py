"""The people's half: each act by conditional update, beside a machine that goes its own way."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import transaction

from accounts.models import User
from accounts.tests.factories import make_user
from alerts import act_services as acts
from alerts import people_services as people
from alerts import snooze_services as snoozes
from alerts.models import Alert, Classification, Status
from alerts.snoozing import after_trading_minutes
from alerts.tests.factories import BEGAN, BEGAN_US, SECOND, judge_path, make_alert
from audit.models import AuditEntry
from risk.models import Instrument
from risk.quant.calendar import ExchangeClock, SimulatedClock
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db
Verb = Callable[..., Alert]
resolve = partial(people.resolve, classification=Classification.NEWS, note="results")
snooze = partial(snoozes.snooze, minutes=30)
comment = partial(people.comment, note="seen")


@pytest.fixture
def nifty() -> Instrument:
    return make_instruments()[0]


@pytest.fixture
def analyst() -> User:
    return make_user("analyst")


def assign(alert_id: int, *, by: User) -> Alert:
    return people.assign(alert_id, by=by, to=by)


def steps() -> list[str]:
    return list(AuditEntry.objects.in_order().values_list("action", flat=True))


def test_people_and_machine_do_not_depend_on_each_other(nifty: Instrument, analyst: User) -> None:
    judge_path(nifty, [0.85])
    people.acknowledge(Alert.objects.get().pk, by=analyst)
    judge_path(nifty, [0.1, 0.1], start=2)
    alert = resolve(Alert.objects.get().pk, by=analyst)

    assert (alert.phase, alert.status, alert.acknowledged_by, alert.note) == ("ended", "resolved", "analyst", "results")


def test_a_rise_withdraws_the_acknowledgement_of_something_milder(nifty: Instrument, analyst: User) -> None:
    judge_path(nifty, [0.55])
    people.acknowledge(Alert.objects.get().pk, by=analyst)
    judge_path(nifty, [0.56], start=2)
    assert Alert.objects.get().status == Status.ACKNOWLEDGED

    judge_path(nifty, [0.95], start=3)

    assert Alert.objects.get().status == Status.OPEN


def test_a_rise_does_not_open_what_was_resolved(nifty: Instrument, analyst: User) -> None:
    judge_path(nifty, [0.55])
    resolve(Alert.objects.get().pk, by=analyst)
    judge_path(nifty, [0.95], start=2)

    assert Alert.objects.get().status == Status.RESOLVED


def test_what_a_rise_takes_back_is_in_timeline_and_audit(nifty: Instrument, analyst: User) -> None:
    judge_path(nifty, [0.55])
    people.acknowledge(Alert.objects.get().pk, by=analyst)
    snooze(Alert.objects.get().pk, by=analyst)

    judge_path(nifty, [0.95], start=2)

    alert = Alert.objects.get()
    assert (alert.status, alert.snoozed_until) == ("open", None)
    assert set(alert.events.values_list("kind", "actor")) >= {("withdrawn", "platform"), ("woken", "platform")}
    assert steps()[-2:] == ["alert_withdrawn", "alert_woken"]


@pytest.mark.parametrize(
    ("status", "verb"),
    [("acknowledged", people.acknowledge), ("resolved", people.acknowledge), ("resolved", resolve),
     ("resolved", snooze), ("resolved", assign)],
)  # fmt: skip
def test_what_somebody_did_already_is_a_conflict_that_says_so(
    nifty: Instrument, analyst: User, status: str, verb: Verb
) -> None:
    alert = make_alert(nifty, status=status, acknowledged_by="asha", resolved_by="asha")

    with pytest.raises(acts.AlertMoved, match=f"{status} already, by asha") as refusal:
        verb(alert.pk, by=analyst)

    assert refusal.value.current["status"] == status
    assert not AuditEntry.objects.exists() and not alert.events.exists()


@pytest.mark.parametrize("status", ["open", "acknowledged"])
def test_only_what_is_resolved_is_opened_again(nifty: Instrument, analyst: User, status: str) -> None:
    alert = make_alert(nifty, status=status)

    with pytest.raises(acts.AlertMoved, match=f"{status} already"):
        people.reopen(alert.pk, by=analyst)


def test_an_alert_that_is_opened_again_has_no_resolution_but_in_its_timeline(nifty: Instrument, analyst: User) -> None:
    alert = make_alert(nifty)
    resolve(alert.pk, by=analyst)

    alert = people.reopen(alert.pk, by=analyst, note="not news after all")

    assert (alert.status, alert.classification, alert.resolved_by, alert.resolved_at) == ("open", "", "", None)
    assert [(line.kind, line.before, line.after, line.note) for line in alert.events.order_by("id")] == [
        ("resolved", "open", "resolved", "results"),
        ("reopened", "resolved", "open", "not news after all"),
    ]
    assert alert.events.get(kind="reopened").detail == {"was": "news", "resolved_by": "analyst"}


def test_an_alert_is_handed_over_and_given_back(nifty: Instrument, analyst: User) -> None:
    alert, asha = make_alert(nifty), make_user("analyst", username="asha")

    people.assign(alert.pk, by=analyst, to=analyst)
    people.assign(alert.pk, by=analyst, to=asha)
    alert = people.assign(alert.pk, by=asha, to=None)

    assert (alert.assignee_id, alert.assignee) == (None, "")
    assert [(line.kind, line.before, line.after) for line in alert.events.order_by("id")] == [
        ("assigned", "", "analyst"),
        ("assigned", "analyst", "asha"),
        ("unassigned", "asha", ""),
    ]


def test_who_has_it_already_does_not_get_it_again(nifty: Instrument, analyst: User) -> None:
    alert = make_alert(nifty)
    assign(alert.pk, by=analyst)

    with pytest.raises(acts.AlertMoved, match="assigned to analyst already"):
        assign(alert.pk, by=analyst)


@pytest.mark.parametrize(("role", "is_active"), [("viewer", True), ("analyst", False)])
def test_who_may_not_take_care_of_alerts_gets_none(
    nifty: Instrument, analyst: User, role: str, is_active: bool
) -> None:
    unfit = make_user(role, username="unfit", is_active=is_active)

    with pytest.raises(people.UnfitAssignee, match="unfit may not take care"):
        people.assign(make_alert(nifty).pk, by=analyst, to=unfit)


def test_a_comment_changes_nothing_but_the_timeline(nifty: Instrument, analyst: User) -> None:
    alert = make_alert(nifty, status="resolved", note="first")

    alert = comment(alert.pk, by=analyst)

    assert (alert.status, alert.note) == ("resolved", "first")
    assert [(line.kind, line.actor, line.note) for line in alert.events.all()] == [("commented", "analyst", "seen")]


def test_a_snooze_counts_minutes_of_log_time(nifty: Instrument, analyst: User) -> None:
    assert snooze(make_alert(nifty).pk, by=analyst).snoozed_until == BEGAN + timedelta(minutes=30)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=-1), timedelta(days=14, seconds=1)])
def test_a_snooze_lies_ahead_and_not_far(nifty: Instrument, analyst: User, late: timedelta) -> None:
    with pytest.raises(snoozes.BadSnooze, match="within 14 days"):
        snoozes.snooze(make_alert(nifty).pk, by=analyst, until=BEGAN + late)


def test_the_pause_between_sessions_is_no_part_of_a_snooze() -> None:
    # NSE on 16 and 19 April 2021, Friday and Monday: 09:15 to 15:30 IST, 03:45 to 10:00 UTC.
    before_the_close = datetime(2021, 4, 16, 9, 50, tzinfo=UTC)
    monday = datetime(2021, 4, 19, 4, 5, tzinfo=UTC)

    found = after_trading_minutes(ExchangeClock(), instant=round(before_the_close.timestamp()) * SECOND, minutes=30)

    assert found == round(monday.timestamp()) * SECOND


def test_where_sessions_follow_one_another_minutes_are_minutes() -> None:
    assert after_trading_minutes(SimulatedClock(), instant=BEGAN_US, minutes=1000) == BEGAN_US + 60_000 * SECOND


def test_where_the_calendar_ends_a_snooze_is_refused(nifty: Instrument, analyst: User) -> None:
    beyond = datetime(2090, 1, 1, tzinfo=UTC)
    alert = make_alert(nifty, source="replay", opened_at=beyond, peak_at=beyond)

    with pytest.raises(snoozes.BadSnooze, match="calendar ends"):
        snooze(alert.pk, by=analyst)


@pytest.mark.parametrize("verb", [people.acknowledge, resolve, people.reopen, assign, comment, snooze])
def test_an_alert_that_is_not_there_is_missing(analyst: User, verb: Verb) -> None:
    with pytest.raises(acts.AlertMissing):
        verb(7, by=analyst)


@pytest.mark.parametrize("verb", [people.acknowledge, resolve, assign, comment, snooze])
def test_each_act_of_a_person_is_audited_in_its_transaction(nifty: Instrument, analyst: User, verb: Verb) -> None:
    alert = make_alert(nifty)
    with pytest.raises(RuntimeError), transaction.atomic():
        verb(alert.pk, by=analyst)
        raise RuntimeError("power cut")
    verb(alert.pk, by=analyst)

    entry, line = AuditEntry.objects.get(), alert.events.get()
    assert (entry.action, entry.actor_name, entry.object_id) == (f"alert_{line.kind}", "analyst", str(alert.pk))
    assert entry.detail["note"] == line.note
