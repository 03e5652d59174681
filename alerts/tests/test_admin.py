import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import make_user
from alerts.models import Alert
from alerts.tests.factories import judge_path, make_alert
from audit.models import AuditEntry
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db
WHY = {"classification": "news", "note": "results"}
LIST = "admin:alerts_alert_changelist"


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(make_user("admin", is_staff=True, is_superuser=True))
    return client


@pytest.mark.parametrize("verb", ["acknowledge", "resolve"])
def test_actions_go_through_the_services(operator: Client, verb: str) -> None:
    alerts = [make_alert(instrument) for instrument in make_instruments()]

    operator.post(reverse(LIST), {"action": verb, "_selected_action": [alert.pk for alert in alerts], **WHY})

    assert Alert.objects.filter(**{f"{verb}d_by": "admin"}).count() == 3
    assert AuditEntry.objects.filter(action=f"alert_{verb}d", actor_name="admin").count() == 3


def test_an_alert_that_cannot_be_moved_is_named_and_holds_up_no_other(operator: Client) -> None:
    first, second, _ = make_instruments()
    done, waiting = make_alert(first, status="resolved", resolved_by="asha"), make_alert(second)

    page = operator.post(
        reverse(LIST), {"action": "resolve", "_selected_action": [done.pk, waiting.pk], **WHY}, follow=True
    ).text

    assert f"Alert {done.pk}: The alert is resolved already, by asha." in page
    assert "1 resolved." in page


@pytest.mark.parametrize("missing", ["classification", "note"])
def test_resolving_takes_a_classification_and_a_note(operator: Client, missing: str) -> None:
    alert = make_alert(make_instruments()[0])

    page = operator.post(
        reverse(LIST), {"action": "resolve", "_selected_action": [alert.pk], **WHY, missing: ""}, follow=True
    ).text

    assert "Resolving takes a classification and a note." in page
    assert Alert.objects.get().status == "open"


def test_the_timeline_is_shown_and_cannot_be_written(operator: Client) -> None:
    judge_path(make_instruments()[0], [0.55, 0.95])
    address = reverse("admin:alerts_alert_change", args=[Alert.objects.get().pk])

    page = operator.get(address).text

    assert "rose" in page and "CRITICAL" in page and "pipeline" in page
    assert 'name="events-0-note"' not in page


def test_what_happened_is_not_edited(operator: Client) -> None:
    alert = make_alert(make_instruments()[0])
    address = reverse("admin:alerts_alert_change", args=[alert.pk])

    page = operator.get(address).text

    assert "opening record" in page and "audit entries" in page
    assert operator.post(address, {"severity": "LOW"}).status_code == 403
    assert operator.get(reverse("admin:alerts_alert_add")).status_code == 403


def test_the_list_needs_a_fixed_number_of_queries(operator: Client, django_assert_max_num_queries: object) -> None:
    for instrument in make_instruments(tuple("ABCDEFGH")):
        make_alert(instrument)

    with django_assert_max_num_queries(10):  # type: ignore[operator]
        operator.get(reverse(LIST))
