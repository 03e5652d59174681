"""The printable report, from stored records, rollups and alerts."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import make_user
from alerts.tests.factories import make_alert
from audit.models import AuditEntry
from risk.models import RiskRecord
from risk.quant.model import default_model
from risk.tests.rows import make_instruments, store_record
from streaming.models import FeedRun

pytestmark = pytest.mark.django_db
AT = datetime(2026, 1, 30, 20, 0, tzinfo=UTC)  # the 31st in India
DAY = "2026-01-31"


def make_run(source: str = "simulated", **changes: object) -> FeedRun:
    facts = {"lineage": "simulated", "description": "<i>test</i>", "started_at": timezone.now(), **changes}
    return FeedRun.objects.create(source=source, assignment={"members": {"0": []}, "copies": {}}, **facts)


@pytest.fixture
def run() -> FeedRun:
    """NIFTY at .9 and .5, M&M at .2."""
    run, (nifty, _, mahindra) = make_run(), make_instruments()
    model = default_model().version
    facts: dict[str, Any] = {"run": run.pk, "model_version": f"{model}+h60", "config_version": 3}
    store_record(nifty, record_id=1, instant=AT, score=0.9, severity="CRITICAL", **facts)
    store_record(nifty, record_id=2, instant=AT + timedelta(minutes=1), score=0.5, severity="MEDIUM", **facts)
    store_record(mahindra, record_id=3, instant=AT + timedelta(minutes=1), score=0.2, severity="NORMAL",
                 state="PRIOR", **facts)  # fmt: skip
    return run


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


def get(client: Client, run: FeedRun | int, day: str = DAY) -> str:
    return client.get("/report", {"run": str(run if isinstance(run, int) else run.pk), "day": day}).text


def cells(page: str, symbol: str) -> list[str]:
    found = re.search(rf'<th scope="row"><b>{symbol}</b>.*?</tr>', page, re.S)
    assert found
    return [re.sub(r"<.*?>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", found[0], re.S)]


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("analyst", 200), ("viewer", 200), ("nobody", 302)])
def test_everybody_who_is_signed_in_takes_reports(client: Client, run: FeedRun, role: str, status: int) -> None:
    if role != "nobody":
        client.force_login(make_user(role))

    assert client.get("/report").status_code == status
    assert client.get("/report", {"run": str(run.pk), "day": DAY}).status_code == status


def test_symbols_come_by_their_highest_score_with_their_figures(viewer: Client, run: FeedRun) -> None:
    page = get(viewer, run)

    # highest, up to, mean, lowest, last, critical, high, records, state: by hand from the fixture
    assert cells(page, "NIFTY") == ["0.900", "CRITICAL", "0.700", "0.500", "0.500", "1", "0", "2", "OK"]
    assert cells(page, "M&amp;M") == ["0.200", "NORMAL", "0.200", "0.200", "0.200", "0", "0", "1", "PRIOR"]
    assert page.index("<b>NIFTY</b>") < page.index("<b>M&amp;M</b>")
    assert page.count("33.3 %") == 3  # one record each of CRITICAL, MEDIUM and NORMAL


def test_the_day_is_an_indian_one(viewer: Client, run: FeedRun) -> None:
    answer = viewer.get("/report", {"run": str(run.pk), "day": "2026-01-30"})

    assert answer.status_code == 404 and "has no scores of 30 Jan 2026" in answer.text


@pytest.mark.parametrize(("source", "badge", "warning"), [("simulated", "SIMULATED", "No market had them"),
                                                          ("replay", "REPLAY", "recorded prices of the past"),
                                                          ("live", "LIVE DATA", "")])  # fmt: skip
def test_where_the_numbers_come_from_is_printed(
    viewer: Client, run: FeedRun, source: str, badge: str, warning: str
) -> None:
    FeedRun.objects.update(source=source)

    page = get(viewer, run)

    assert f'class="badge {source}">{badge}<' in page and warning in page
    assert "<b>PRIOR</b>: the score of M&amp;M leans on" in page
    assert "&lt;i&gt;test" in page and "<i>test" not in page


def test_the_model_is_named_with_how_it_was_fitted(viewer: Client, run: FeedRun) -> None:
    page = get(viewer, run)

    assert f"{default_model().version}+h60" in page and "<dd>3</dd>" in page
    assert "penalised maximum likelihood" in page


def test_a_model_whose_file_is_gone_has_no_note(viewer: Client, run: FeedRun) -> None:
    RiskRecord.objects.update(model_version="2020-01-01.1")

    page = get(viewer, run)

    assert "2020-01-01.1" in page and "How this model was fitted is not known here" in page
    assert "penalised maximum likelihood" not in page


def test_deleted_records_leave_what_they_said_unknown(viewer: Client, run: FeedRun) -> None:
    RiskRecord.objects.all().delete()

    page = get(viewer, run)

    assert cells(page, "NIFTY")[-1] == "unknown" and "beyond their retention" in page
    assert cells(page, "NIFTY")[0] == "0.900"


def test_alerts_say_what_became_of_them(viewer: Client, run: FeedRun) -> None:
    nifty, other, mahindra = make_instruments()
    facts: dict[str, Any] = {"run": run.pk, "opened_at": AT}
    make_alert(nifty, status="resolved", resolved_by="asha", classification="news", note="<b>results</b>", **facts)
    make_alert(mahindra, status="acknowledged", acknowledged_by="ravi", **facts)
    make_alert(other, **facts)
    make_alert(other, rule="stale_feed", peak_score=None, run=run.pk, opened_at=AT - timedelta(days=2))

    page = get(viewer, run)

    assert "Alerts of the day: 3" in page
    assert "resolved by asha as news: &lt;b&gt;results&lt;/b&gt;" in page
    assert "acknowledged by ravi, not resolved" in page and "open: nobody has taken care of it" in page


def test_alerts_of_the_platform_belong_to_a_day_of_the_wall_clock_only(viewer: Client, run: FeedRun) -> None:
    make_alert(make_instruments()[0], rule="pipeline_stalled", peak_score=None, run=0, opened_at=AT, driver="",
               opening={"summary": "The worker does not report."}, peak={})  # fmt: skip
    assert "The worker does not report." in get(viewer, run)

    FeedRun.objects.update(source="replay")

    assert "The worker does not report." not in get(viewer, run)


def test_a_report_is_audited_as_an_export_and_choosing_is_not(viewer: Client, run: FeedRun) -> None:
    viewer.get("/report")
    get(viewer, run, "2020-01-01")
    assert AuditEntry.objects.latest("sequence").action == "login"

    get(viewer, run)

    entry = AuditEntry.objects.latest("sequence")
    assert (entry.action, entry.actor_name, entry.detail["day"]) == ("report_exported", "viewer", DAY)
    assert viewer.head("/report", {"run": str(run.pk), "day": DAY}).status_code == 405


def test_what_cannot_be_audited_is_not_shown(viewer: Client, run: FeedRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise RuntimeError("the audit log is full")

    monkeypatch.setattr("audit.services.record_many", full)
    viewer.raise_request_exception = False

    assert viewer.get("/report", {"run": str(run.pk), "day": DAY}).status_code == 500


@pytest.mark.parametrize(("number", "day", "status"), [
    ("x", DAY, 400), ("", DAY, 400), ("1", "x", 400), ("1", "2026-02-30", 400), ("1", "0001-01-01", 400),
    ("1", "", 400), ("9" * 18, DAY, 404), ("²", DAY, 400),
])  # fmt: skip
def test_what_makes_no_sense_is_said(viewer: Client, run: FeedRun, number: str, day: str, status: int) -> None:
    answer = viewer.get("/report", {"run": number, "day": day})

    assert answer.status_code == status and 'role="alert"' in answer.text


def test_runs_are_offered_with_their_days(viewer: Client, run: FeedRun) -> None:
    page = viewer.get("/report").text

    assert f'<option value="{run.pk}" selected>' in page and "31 Jan 2026" in page and f'value="{DAY}"' in page


def test_without_scores_nothing_is_offered(viewer: Client) -> None:
    make_run()

    assert "No run has scores yet" in viewer.get("/report").text


def test_the_report_takes_few_queries(
    viewer: Client, run: FeedRun, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for second in range(8):
        make_alert(make_instruments()[0], run=run.pk, opened_at=AT + timedelta(seconds=second), phase="ended",
                   ended_at=AT + timedelta(hours=second), peak_at=AT)  # fmt: skip

    with django_assert_max_num_queries(20):
        get(viewer, run)
