"""What silences and the market's alert withhold, and that it is told when they end and the alert still fires."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.tests.factories import make_user
from alerts import people_services as people
from alerts import silence_services, snooze_services
from alerts.models import Alert, Classification
from alerts.notification_models import Channel, EscalationStep
from alerts.notifications import audience
from alerts.notifications.assembling import assemble
from alerts.notifications.delivering import Outcome, claim, settle
from alerts.notifications.enqueueing import enqueue
from alerts.outbox_models import Delivery, Notice
from alerts.silence_models import Silence
from alerts.tests.factories import make_alert
from alerts.tests.notification_factories import NOW, ended, make_channel, opened, rose
from alerts.tests.silence_factories import make_market_alert, make_silence
from risk import config_services
from risk.models import Instrument
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LATER = NOW + MINUTE


@pytest.fixture
def nifty() -> Instrument:
    return make_instruments()[0]


@pytest.fixture
def reliance() -> Instrument:
    return make_instruments()[1]


@pytest.fixture
def asha() -> User:
    return make_user("analyst", username="asha")


@pytest.fixture
def hook(asha: User) -> Channel:
    return make_channel(asha)


def notices() -> list[tuple[str, str, str]]:
    return list(Notice.objects.order_by("pk").values_list("event", "state", "reason"))


def messages() -> list[list[str]]:
    return [list(one.notices.order_by("pk").values_list("event", flat=True)) for one in Delivery.objects.order_by("pk")]


def close(alert: Alert) -> None:
    """End the episode as the pipeline does."""
    Alert.objects.filter(pk=alert.pk).update(phase="ended", ended_at=alert.opened_at + MINUTE)


def look(at: datetime) -> None:
    """Assemble, and let everything arrive."""
    assemble(now=at)
    while delivery := claim(now=at):
        settle(delivery, Outcome(answer="taken"), now=at)


def test_a_silence_withholds_and_the_outbox_says_by_which(reliance: Instrument, asha: User, hook: Channel) -> None:
    silence = make_silence(asha, at=NOW, symbols=["RELIANCE"])
    enqueue([opened(make_alert(reliance))], now=NOW)

    assemble(now=LATER)

    assert notices() == [("opened", "withheld", f"withheld: silence {silence.pk}")]
    assert messages() == []


def test_every_channel_is_silenced_also_the_list_in_the_application(reliance: Instrument, asha: User) -> None:
    audience.ensure_lists()
    make_silence(asha, at=NOW, symbols=["RELIANCE"])
    enqueue([opened(make_alert(reliance))], now=NOW)

    assemble(now=NOW)

    assert not Notice.objects.shown_to(asha.pk).exists()


def test_when_a_silence_runs_out_what_still_fires_is_told_in_one_message(
    nifty: Instrument, reliance: Instrument, asha: User, hook: Channel
) -> None:
    make_silence(asha, at=NOW, hours=2, exchanges=["NSE"])
    enqueue([opened(make_alert(nifty)), opened(make_alert(reliance))], now=NOW)
    assemble(now=LATER)

    assemble(now=NOW + 2 * HOUR - SECOND)
    assert messages() == []
    assemble(now=NOW + 2 * HOUR)

    assert messages() == [["opened", "opened"]]


def test_ending_a_silence_early_tells_what_it_withheld(reliance: Instrument, asha: User, hook: Channel) -> None:
    silence = make_silence(asha, hours=400)
    enqueue([opened(make_alert(reliance))], now=silence.starts_at)
    assemble(now=silence.starts_at + MINUTE)

    silence_services.end(silence.pk, by=asha)
    assemble(now=silence.starts_at + 2 * MINUTE)

    assert messages() == [["opened"]]


@pytest.mark.parametrize(("most", "is_told"), [("HIGH", True), ("CRITICAL", False)])
def test_critical_is_silenced_only_by_a_silence_that_says_so(
    reliance: Instrument, asha: User, hook: Channel, most: str, is_told: bool
) -> None:
    make_silence(asha, at=NOW, symbols=["RELIANCE"], max_severity=most)
    enqueue([opened(make_alert(reliance, severity="CRITICAL"))], now=NOW)

    assemble(now=NOW)

    assert messages() == ([["opened"]] if is_told else [])


def test_an_alert_that_rises_above_its_silence_is_told_with_what_was_withheld(
    reliance: Instrument, asha: User, hook: Channel
) -> None:
    make_silence(asha, at=NOW, symbols=["RELIANCE"])
    alert = make_alert(reliance)
    enqueue([opened(alert)], now=NOW)
    assemble(now=LATER)
    Alert.objects.filter(pk=alert.pk).update(severity="CRITICAL", peak_severity="CRITICAL")
    alert.refresh_from_db()
    enqueue([rose(alert, seconds=90)], now=NOW + 90 * SECOND)

    assemble(now=NOW + 90 * SECOND)

    assert messages() == [["opened", "rose"]]


def test_an_episode_that_ends_under_its_silence_is_never_told(reliance: Instrument, asha: User, hook: Channel) -> None:
    silence = make_silence(asha, at=NOW, symbols=["RELIANCE"])
    alert = make_alert(reliance)
    enqueue([opened(alert)], now=NOW)
    assemble(now=LATER)
    close(alert)
    alert.refresh_from_db()
    enqueue([ended(alert)], now=NOW + HOUR)

    assemble(now=NOW + HOUR + MINUTE)
    assemble(now=NOW + 3 * HOUR)

    why = f"withheld: silence {silence.pk}; the alert has ended"
    assert notices() == [("opened", "dropped", why), ("ended", "dropped", why)]


def test_an_end_after_the_silence_is_not_told_to_who_never_heard_of_the_beginning(
    reliance: Instrument, asha: User, hook: Channel
) -> None:
    make_silence(asha, at=NOW, hours=1, symbols=["RELIANCE"])
    alert = make_alert(reliance)
    enqueue([opened(alert)], now=NOW)
    assemble(now=LATER)
    close(alert)
    assemble(now=NOW + 30 * MINUTE)
    alert.refresh_from_db()
    enqueue([ended(alert)], now=NOW + HOUR)

    assemble(now=NOW + HOUR + MINUTE)

    assert messages() == []
    assert notices()[1] == ("ended", "dropped", "its beginning was withheld")


def test_an_acknowledged_alert_is_not_told_when_its_silence_ends(
    reliance: Instrument, asha: User, hook: Channel
) -> None:
    silence = make_silence(asha, at=NOW, symbols=["RELIANCE"])
    alert = make_alert(reliance)
    enqueue([opened(alert)], now=NOW)
    assemble(now=LATER)
    people.acknowledge(alert.pk, by=asha)

    assemble(now=NOW + 3 * HOUR)

    assert notices() == [("opened", "dropped", f"withheld: silence {silence.pk}; the alert is acknowledged")]


def test_a_silence_withholds_reminders(reliance: Instrument, asha: User, hook: Channel) -> None:
    enqueue([opened(make_alert(reliance))], now=NOW)
    look(LATER)
    make_silence(asha, at=NOW + HOUR, hours=6, symbols=["RELIANCE"])

    look(LATER + 4 * HOUR)
    assert messages() == [["opened"]]
    look(NOW + 7 * HOUR)

    assert messages() == [["opened"], ["repeat"]]


def test_a_silence_withholds_escalations_until_it_ends(reliance: Instrument, asha: User, hook: Channel) -> None:
    boss = make_user("analyst", username="boss")
    make_channel(boss, minimum_severity="CRITICAL")
    EscalationStep.objects.create(position=1, user=boss, delay_minutes=10, minimum_severity="HIGH")
    make_silence(asha, at=NOW, hours=1, symbols=["RELIANCE"])
    alert = make_alert(reliance)
    enqueue([opened(alert)], now=NOW)

    assemble(now=NOW + 30 * MINUTE)
    assert messages() == []
    close(alert)  # it needs somebody all the same
    assemble(now=NOW + HOUR)

    assert messages() == [["escalated"]]


def test_what_a_colleague_says_is_not_withheld(reliance: Instrument, asha: User, hook: Channel) -> None:
    make_silence(asha, symbols=["RELIANCE"])
    alert = make_alert(reliance)

    people.assign(alert.pk, by=make_user("analyst", username="ravi"), to=asha)
    assemble(now=Notice.objects.get().due_at)

    assert messages() == [["assigned"]]


def test_a_notice_whose_alert_is_gone_is_told_rather_than_lost(reliance: Instrument, asha: User, hook: Channel) -> None:
    make_silence(asha, at=NOW, symbols=["RELIANCE"])
    alert = make_alert(reliance)
    enqueue([opened(alert)], now=NOW)
    assemble(now=LATER)
    alert.delete()

    assemble(now=LATER + SECOND)

    assert messages() == [["opened"]]


def test_the_markets_alert_speaks_for_what_the_market_explains(
    nifty: Instrument, reliance: Instrument, hook: Channel
) -> None:
    index = make_alert(nifty)
    enqueue([opened(index), opened(make_market_alert(reliance))], now=NOW)

    assemble(now=LATER)

    assert messages() == [["opened"]]
    assert notices()[1] == ("opened", "withheld", f"withheld: alert {index.pk} of the market")


def test_when_the_market_eases_what_still_fires_is_told_in_one_message(nifty: Instrument, hook: Channel) -> None:
    index = make_alert(nifty)
    others = [make_market_alert(one) for one in make_instruments(("RELIANCE", "SBIN"))]
    enqueue([opened(one) for one in (index, *others)], now=NOW)
    assemble(now=LATER)

    close(index)
    assemble(now=LATER + SECOND)

    assert messages() == [["opened"], ["opened", "opened"]]


def test_a_resolved_index_alert_speaks_for_nobody(
    nifty: Instrument, reliance: Instrument, asha: User, hook: Channel
) -> None:
    index = make_alert(nifty)
    people.resolve(index.pk, by=asha, classification=Classification.NEWS, note="budget")

    enqueue([opened(make_market_alert(reliance))], now=NOW)
    assemble(now=LATER)

    assert messages() == [["opened"]]


@pytest.mark.parametrize(("share", "is_told"), [(0.85, False), (0.95, True)])
def test_the_share_is_a_setting(
    nifty: Instrument, reliance: Instrument, hook: Channel, share: float, is_told: bool
) -> None:
    config_services.change(values={"inhibit_market_share": share}, reason="why", by=make_user("admin"))
    make_alert(nifty)

    enqueue([opened(make_market_alert(reliance))], now=NOW)  # nine tenths are the market's
    assemble(now=LATER)

    assert messages() == ([["opened"]] if is_told else [])


def test_cancelling_a_snooze_tells_at_once_what_it_held(reliance: Instrument, asha: User, hook: Channel) -> None:
    alert = make_alert(reliance)
    enqueue([opened(alert)], now=NOW)
    look(LATER)
    Alert.objects.filter(pk=alert.pk).update(snoozed_until=NOW + 300 * HOUR)
    look(LATER + 4 * HOUR)
    assert notices()[1] == ("repeat", "waiting", "held: the alert is snoozed")

    snooze_services.unsnooze(alert.pk, by=asha)
    look(Notice.objects.get(event="repeat").due_at)

    assert messages() == [["opened"], ["repeat"]]


STEPS = ["silence", "end silence", "index", "index ends", "ends", "acknowledge", "rise", "wait"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(st.sampled_from(STEPS), max_size=12))
def test_whatever_happens_a_withheld_notice_goes_out_or_its_alert_is_over_or_looked_after(
    path: list[str], nifty: Instrument, reliance: Instrument, asha: User, hook: Channel
) -> None:
    for model in (Notice, Delivery, Alert, Silence):
        model.objects.all().delete()
    alert, at = make_market_alert(reliance, severity="MEDIUM"), NOW
    enqueue([opened(alert)], now=at)

    for number, step in enumerate(path):
        at = NOW + (number + 1) * MINUTE
        alert.refresh_from_db()
        if step == "silence":
            make_silence(asha, at=at, symbols=["RELIANCE"], max_severity="CRITICAL")
        elif step == "end silence":
            Silence.objects.update(ended_at=at)
        elif step == "index" and not Alert.objects.unended().filter(instrument=nifty).exists():
            make_alert(nifty, second=number, severity="HIGH")
        elif step == "index ends":
            for index in Alert.objects.unended().filter(instrument=nifty):
                close(index)
        elif step == "ends" and alert.phase != "ended":
            close(alert)
            alert.refresh_from_db()
            enqueue([ended(alert)], now=at)
        elif step == "acknowledge" and alert.status == "open":
            people.acknowledge(alert.pk, by=asha)
        elif step == "rise" and alert.phase != "ended" and alert.severity != "CRITICAL":
            higher = {"MEDIUM": "HIGH", "HIGH": "CRITICAL"}[alert.severity]
            Alert.objects.filter(pk=alert.pk).update(severity=higher, peak_severity=higher)
            alert.refresh_from_db()
            enqueue([rose(alert, seconds=60 * number)], now=at)
        assemble(now=at)
    Silence.objects.update(ended_at=at)
    for index in Alert.objects.unended().filter(instrument=nifty):
        close(index)
    assemble(now=at + MINUTE)
    assemble(now=at + 2 * MINUTE)

    alert.refresh_from_db()
    begun = Notice.objects.filter(alert_id=alert.pk, event__in=["opened", "rose"])
    is_settled = alert.phase == "ended" or alert.status == "acknowledged"
    assert not Notice.objects.filter(state="withheld").exists()
    assert is_settled or set(begun.values_list("state", flat=True)) <= {"grouped"}
