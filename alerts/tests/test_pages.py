"""The alerts' pages, as a browser without JavaScript uses them."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import make_user
from alerts import people_services as people
from alerts.models import Alert, Classification
from alerts.tests.factories import judge_path, make_alert
from risk.models import Instrument
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db


@pytest.fixture
def mahindra() -> Instrument:
    return make_instruments()[2]


def browser(role: str, *, checks_csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=checks_csrf)
    client.force_login(make_user(role))
    return client


@pytest.mark.parametrize(
    ("posted", "kind"),
    [
        ({"verb": "acknowledge", "note": ""}, "acknowledged"),
        ({"verb": "resolve", "classification": "news", "note": "results"}, "resolved"),
        ({"verb": "assign", "assignee": "analyst"}, "assigned"),
        ({"verb": "snooze", "minutes": "30"}, "snoozed"),
        ({"verb": "comment", "note": "<b>seen</b>"}, "commented"),
    ],
)
def test_an_analyst_takes_care_of_an_alert_with_plain_forms(
    mahindra: Instrument, posted: dict[str, str], kind: str
) -> None:
    alert, client = make_alert(mahindra), browser("analyst")

    answer = client.post(f"/alerts/{alert.pk}", posted, follow=True)

    assert answer.redirect_chain == [(f"/alerts/{alert.pk}", 302)]
    assert alert.events.get().kind == kind
    assert "<b>seen</b>" not in answer.text


def test_a_resolved_alert_is_opened_again(mahindra: Instrument) -> None:
    alert, client = make_alert(mahindra, status="resolved"), browser("analyst")

    assert "Open again" in client.post(f"/alerts/{alert.pk}", {"verb": "reopen", "note": ""}, follow=True).text
    assert Alert.objects.get().status == "open"


def test_who_is_slower_is_told_how_it_stands_now(mahindra: Instrument) -> None:
    alert, client = make_alert(mahindra), browser("analyst")
    asha = make_user("analyst", username="asha")
    people.resolve(alert.pk, by=asha, classification=Classification.NEWS, note="results")

    answer = client.post(f"/alerts/{alert.pk}", {"verb": "acknowledge"})

    assert answer.status_code == 409
    assert "resolved already, by asha. This is how it stands now." in answer.text
    assert 'value="acknowledge"' not in answer.text


@pytest.mark.parametrize(
    "posted",
    [{"verb": "resolve", "classification": "", "note": ""}, {"verb": "comment"}, {"verb": "delete"}, {},
     {"verb": "snooze", "minutes": "-1"}, {"verb": "assign", "assignee": "nobody-of-that-name"}],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_changes_nothing(mahindra: Instrument, posted: dict[str, str]) -> None:
    alert, client = make_alert(mahindra), browser("analyst")

    answer = client.post(f"/alerts/{alert.pk}", posted)

    assert answer.status_code == 400 and 'role="alert"' in answer.text
    assert not alert.events.exists()


def test_a_viewer_sees_and_cannot_act(mahindra: Instrument) -> None:
    alert, client = make_alert(mahindra), browser("viewer")

    page = client.get(f"/alerts/{alert.pk}").text

    assert "M&amp;M" in page and '<form method="post">' not in page.split("<main", 1)[1]
    assert client.post(f"/alerts/{alert.pk}", {"verb": "acknowledge"}).status_code == 403
    assert Alert.objects.get().status == "open"


def test_a_form_of_another_site_is_refused(mahindra: Instrument) -> None:
    alert, client = make_alert(mahindra), browser("analyst", checks_csrf=True)

    assert client.post(f"/alerts/{alert.pk}", {"verb": "acknowledge"}).status_code == 403
    assert Alert.objects.get().status == "open"


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_alert_that_is_not_there_is_missing(method: str) -> None:
    answer = getattr(browser("analyst"), method)("/alerts/999999999999999999", {"verb": "acknowledge"})

    assert answer.status_code == 404


def test_the_page_tells_the_whole_life(mahindra: Instrument) -> None:
    judge_path(mahindra, [0.55, 0.95, 0.6, 0.1, 0.1])

    page = browser("viewer").get(f"/alerts/{Alert.objects.get().pk}").text

    for told in ("Opened", "Rose", "MEDIUM → CRITICAL", "Fell", "Recovering", "Ended", "0.950", "Recent moves",
                 "25 Nov 2026, 10:30:02 IST"):  # fmt: skip
        assert told in page, told


def test_an_alert_without_scores_says_what_was_found(mahindra: Instrument) -> None:
    alert = make_alert(mahindra, rule="stale_feed", peak_score=None, peak={}, driver="",
                       opening={"summary": "No tick of M&M for 70 s."})  # fmt: skip

    page = browser("viewer").get(f"/alerts/{alert.pk}").text

    assert "No tick of M&amp;M for 70 s." in page and "Points of the score" not in page


def test_the_list_shows_what_waits_or_all(mahindra: Instrument) -> None:
    nifty = make_instruments()[0]
    waiting, done = make_alert(mahindra), make_alert(nifty, status="resolved")
    client = browser("viewer")

    assert f"/alerts/{waiting.pk}" in client.get("/alerts").text
    assert f"/alerts/{done.pk}" not in client.get("/alerts/").text
    assert f"/alerts/{done.pk}" in client.get("/alerts?show=all").text
    assert f"/alerts/{done.pk}" not in client.get(f"/alerts?show=all&before={done.pk}").text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "²", "\0"])
def test_a_place_in_the_list_that_makes_no_sense_is_its_beginning(mahindra: Instrument, before: str) -> None:
    alert = make_alert(mahindra)

    assert f"/alerts/{alert.pk}" in browser("viewer").get("/alerts", {"before": before}).text


def test_the_list_is_cut_into_pages_and_needs_few_queries(
    mahindra: Instrument, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for second in range(51):
        make_alert(mahindra, second=-second, phase="ended", ended_at="2026-11-26T00:00:00Z")
    client = browser("viewer")

    with django_assert_max_num_queries(4):
        first = client.get("/alerts").text

    oldest = Alert.objects.earliest("id").pk
    assert f'/alerts/{oldest}"' not in first and f"before={oldest + 1}" in first
    assert f'/alerts/{oldest}"' in client.get(f"/alerts?before={oldest + 1}").text
