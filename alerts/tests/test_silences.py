"""Silences by people: who may make and end them, what they must say, and what alerts say of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.tests.factories import make_user
from alerts import silence_services
from alerts.models import Alert, AlertEvent
from alerts.mute_services import mark_muted
from alerts.silence_models import Silence
from alerts.tests.factories import make_alert
from alerts.tests.silence_factories import make_market_alert, make_silence
from audit.models import AuditEntry
from risk.models import Instrument
from risk.tests.rows import make_instruments
from riskplatform.lib import errors

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/alerts/silences"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def nifty() -> Instrument:
    return make_instruments()[0]


@pytest.fixture
def asha() -> User:
    return make_user("analyst", username="asha")


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def page(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(**changes: Any) -> dict[str, Any]:
    ends_at = timezone.now() + HOUR
    return {"symbols": ["NIFTY"], "reason": "results day", "ends_at": ends_at.isoformat(), **changes}


def test_a_silence_is_made_with_who_and_why(asha: User, nifty: Instrument) -> None:
    made = api(asha).post(ADDRESS, asked(), format="json")

    assert made.status_code == 201
    assert (made.json()["author"], made.json()["reason"], made.json()["state"]) == ("asha", "results day", "active")
    assert made.json()["max_severity"] == "HIGH"
    entry = AuditEntry.objects.get(action="silence_created")
    assert (entry.actor_name, entry.detail["symbols"]) == ("asha", ["NIFTY"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"reason": " "}, "takes a reason"),
        ({"symbols": []}, "names at least one"),
        ({"symbols": ["ATLANTIS"]}, "no instrument 'ATLANTIS'"),
        ({"exchanges": ["LSE"]}, "no exchange"),
        ({"rules": ["gut feeling"]}, "not a valid choice"),
        ({"ends_at": "2020-01-01T00:00:00Z"}, "ends after it starts"),
        ({"ends_at": (timezone.now() + 31 * DAY).isoformat()}, "lasts 30 days at most"),
        ({"starts_at": (timezone.now() + 2 * HOUR).isoformat()}, "ends after it starts"),
    ],
)
def test_a_silence_that_makes_no_sense_is_refused(
    asha: User, nifty: Instrument, changes: dict[str, Any], said: str
) -> None:
    refused = api(asha).post(ADDRESS, asked(**changes), format="json")

    assert refused.status_code == 400
    assert said in refused.content.decode()
    assert not Silence.objects.exists()


def test_a_silence_has_an_end(asha: User, nifty: Instrument) -> None:
    body = asked()
    del body["ends_at"]

    assert "A silence has an end." in api(asha).post(ADDRESS, body, format="json").content.decode()


@pytest.mark.parametrize(("role", "status"), [("analyst", 403), ("admin", 201)])
def test_critical_is_silenced_by_administrators_only(nifty: Instrument, role: str, status: int) -> None:
    answer = api(make_user(role)).post(ADDRESS, asked(max_severity="CRITICAL"), format="json")

    assert answer.status_code == status


def test_anybody_who_handles_alerts_ends_it_early_and_the_audit_knows_who(asha: User) -> None:
    silence = make_silence(make_user("admin", username="boss"))

    ended = api(asha).post(f"{ADDRESS}/{silence.pk}/end")

    assert (ended.json()["state"], ended.json()["ended_by"]) == ("over", "asha")
    assert AuditEntry.objects.get(action="silence_ended").actor_name == "asha"


def test_a_silence_ends_once(asha: User) -> None:
    silence = make_silence(asha)
    api(asha).post(f"{ADDRESS}/{silence.pk}/end")

    again = api(asha).post(f"{ADDRESS}/{silence.pk}/end")

    assert (again.status_code, again.json()["code"]) == (409, "silence_over")
    assert AuditEntry.objects.filter(action="silence_ended").count() == 1


def test_a_silence_that_is_not_there_is_missing(asha: User) -> None:
    with pytest.raises(errors.Missing):
        silence_services.end(77, by=asha)


def test_silences_are_listed_by_state(asha: User) -> None:
    now = timezone.now()
    active, pending, over = (make_silence(asha, at=now + shift * DAY) for shift in (0, 1, -1))

    found = {
        state: [row["id"] for row in api(asha).get(ADDRESS, {"state": state}).json()["results"]]
        for state in ("active", "pending", "over")
    }

    assert found == {"active": [active.pk], "pending": [pending.pk], "over": [over.pk]}


def test_the_alert_says_who_silenced_it_why_and_until_when(asha: User, nifty: Instrument) -> None:
    alert = make_alert(nifty)
    silence = api(asha).post(ADDRESS, asked(), format="json").json()

    shown = api(asha).get(f"/api/v1/alerts/{alert.pk}").json()["silenced_by"]

    assert (shown["id"], shown["author"], shown["reason"]) == (silence["id"], "asha", "results day")
    assert shown["ends_at"][:19] == silence["ends_at"][:19]
    assert AuditEntry.objects.get(action="alert_silenced").object_id == str(alert.pk)


def test_an_alert_says_no_longer_that_it_is_silenced_when_that_is_over(asha: User, nifty: Instrument) -> None:
    alert = make_alert(nifty)
    silence = make_silence(asha)
    mark_muted(now=timezone.now())

    silence_services.end(silence.pk, by=asha)

    alert.refresh_from_db()
    assert alert.silenced_by is None
    assert list(alert.events.order_by("id").values_list("kind", flat=True)) == ["silenced", "unsilenced"]


def test_a_silence_that_runs_out_is_noted_by_the_notifier(asha: User, nifty: Instrument) -> None:
    alert = make_alert(nifty)
    silence = make_silence(asha)
    mark_muted(now=silence.starts_at)

    mark_muted(now=silence.ends_at)

    alert.refresh_from_db()
    assert alert.silenced_by is None


def test_marking_again_changes_nothing(asha: User, nifty: Instrument) -> None:
    make_alert(nifty)
    make_silence(asha)
    mark_muted(now=timezone.now())

    assert mark_muted(now=timezone.now()) == 0
    assert AlertEvent.objects.count() == 1


def test_the_inhibited_alert_says_by_which(asha: User, nifty: Instrument) -> None:
    index, alert = make_alert(nifty), make_market_alert(make_instruments()[1])

    mark_muted(now=timezone.now())

    assert api(asha).get(f"/api/v1/alerts/{alert.pk}").json()["inhibited_by"] == index.pk
    Alert.objects.filter(pk=index.pk).update(phase="ended", ended_at=index.opened_at)
    mark_muted(now=timezone.now())
    assert api(asha).get(f"/api/v1/alerts/{alert.pk}").json()["inhibited_by"] is None


def test_the_page_lists_what_is_silenced_and_ends_it(asha: User, nifty: Instrument) -> None:
    alert = make_alert(nifty)
    page(asha).post("/alerts/silences", {"symbols": "nifty", "reason": "budget", "hours": "2", "max_severity": "HIGH"})
    silence = Silence.objects.get()

    listed = page(asha).get("/alerts").content.decode()
    shown = page(asha).get(f"/alerts/{alert.pk}").content.decode()
    page(asha).post(f"/alerts/silences/{silence.pk}/end")

    assert "budget" in listed and f"End silence {silence.pk}" in listed
    assert "Silenced by asha until" in shown
    silence.refresh_from_db()
    assert silence.ended_by == "asha"


def test_the_page_says_why_a_silence_is_refused(asha: User, nifty: Instrument) -> None:
    form = {"symbols": "ATLANTIS", "reason": "budget", "hours": "2", "max_severity": "HIGH"}

    answer = page(asha).post("/alerts/silences", form, follow=True)

    assert "There is no instrument &#x27;ATLANTIS&#x27;." in answer.content.decode()


def test_a_viewer_sees_silences_and_makes_none(asha: User) -> None:
    silence = make_silence(asha)
    viewer = page(make_user("viewer"))

    assert "results day" in viewer.get("/alerts").content.decode()
    assert viewer.post("/alerts/silences", {"reason": "no"}).status_code == 403
    assert viewer.post(f"/alerts/silences/{silence.pk}/end").status_code == 403


def test_an_administrator_ends_a_silence_in_the_admin(asha: User) -> None:
    silence = make_silence(asha)
    admin = make_user("admin", username="boss")

    page(admin).post("/admin/alerts/silence/", {"action": "end_now", "_selected_action": [str(silence.pk)]})

    silence.refresh_from_db()
    assert silence.ended_by == "boss"
