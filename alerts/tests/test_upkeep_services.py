"""What the platform does with alerts that wait for nobody any more."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.tests.factories import make_user
from alerts import people_services, upkeep_services
from alerts.models import Alert, AlertEvent, Classification
from alerts.tests.factories import BEGAN, judge_path, make_alert
from audit.models import AuditEntry
from risk import config_services as configuration
from risk.models import Instrument
from risk.tests.rows import make_instruments
from streaming import retention

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(hours=30)


@pytest.fixture
def nifty() -> Instrument:
    return make_instruments()[0]


def ended_long_ago(instrument: Instrument, scores: list[float]) -> Alert:
    judge_path(instrument, scores)
    AlertEvent.objects.update(recorded_at=LONG_AGO)
    return Alert.objects.latest("id")


def wait_at_most(hours: int) -> None:
    configuration.change(values={"auto_acknowledge_hours": hours}, reason="r", by=make_user("admin"))


def test_what_ended_long_ago_and_was_mild_is_acknowledged_by_the_platform(nifty: Instrument) -> None:
    alert = ended_long_ago(nifty, [0.6, 0.1, 0.1])
    wait_at_most(24)

    assert (retention.acknowledge_forgotten_alerts(), retention.acknowledge_forgotten_alerts()) == (1, 0)

    alert.refresh_from_db()
    assert (alert.status, alert.acknowledged_by) == ("acknowledged", "platform")
    assert AuditEntry.objects.get(action="alert_acknowledged").actor_name == "platform"
    assert alert.events.filter(kind="acknowledged", actor="platform").count() == 1


def test_by_default_nothing_is_acknowledged_unseen(nifty: Instrument) -> None:
    ended_long_ago(nifty, [0.6, 0.1, 0.1])

    assert retention.acknowledge_forgotten_alerts() == 0


@pytest.mark.parametrize("scores", [[0.85, 0.1, 0.1], [0.6, 0.1], [0.6]])
def test_what_was_high_or_has_not_ended_waits_for_a_person(nifty: Instrument, scores: list[float]) -> None:
    ended_long_ago(nifty, scores)
    wait_at_most(24)

    assert retention.acknowledge_forgotten_alerts() == 0


def test_what_ended_lately_waits(nifty: Instrument) -> None:
    judge_path(nifty, [0.6, 0.1, 0.1])
    wait_at_most(24)

    assert retention.acknowledge_forgotten_alerts() == 0


def test_only_alerts_that_ended_and_were_resolved_long_ago_are_deleted(nifty: Instrument) -> None:
    ended: dict[str, Any] = {"phase": "ended", "end_reason": "below_exit", "ended_at": BEGAN}
    make_alert(nifty, second=-9, status="resolved", resolved_at=BEGAN, **ended)
    make_alert(nifty, second=-8, status="open", **ended)
    make_alert(nifty, second=-7, status="resolved", resolved_at=BEGAN)
    make_alert(nifty, second=-6, status="resolved", resolved_at=BEGAN + timedelta(days=300), **ended)

    assert upkeep_services.delete_old_alerts(before=BEGAN) == 0
    assert upkeep_services.delete_old_alerts(before=BEGAN + timedelta(days=1)) == 1
    assert Alert.objects.count() == 3


def test_a_timeline_goes_with_its_alert(nifty: Instrument) -> None:
    alert = ended_long_ago(nifty, [0.6, 0.1, 0.1])
    people_services.resolve(alert.pk, by=make_user("analyst"), classification=Classification.NEWS, note="results")

    assert upkeep_services.delete_old_alerts(before=timezone.now() + timedelta(days=1)) == 1
    assert not AlertEvent.objects.exists()
