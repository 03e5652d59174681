"""The machine's half, in a commit."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from alerts import services
from alerts.judging import Closing
from alerts.models import Alert, Phase
from alerts.tests.factories import AT_ONCE, BEGAN, BEGAN_US, SECOND, batch, judge_path, make_alert
from audit.models import AuditEntry
from risk.configuration import RiskConfig, Version
from risk.models import Instrument
from risk.tests.rows import make_instruments
from riskplatform.lib import broadcast

pytestmark = pytest.mark.django_db


@pytest.fixture
def nifty() -> Instrument:
    return make_instruments()[0]


def forget() -> None:
    services.forget_run(run=1, partition=0)


def steps() -> list[str]:
    return list(AuditEntry.objects.in_order().values_list("action", flat=True))


def test_one_excursion_is_one_alert_with_its_peak_and_its_end(nifty: Instrument) -> None:
    judge_path(nifty, [0.2, 0.55, 0.85, 0.75, 0.60, 0.45, 0.30, 0.30])

    alert = Alert.objects.get()
    assert (alert.phase, alert.end_reason, alert.peak_severity, alert.peak_score) == (
        "ended",
        "below_exit",
        "HIGH",
        0.85,
    )
    assert (alert.opening["risk_score"], alert.opening["id"]) == (0.55, 2000)
    assert alert.peak["decomposition"]["base"] == 0.3
    assert alert.driver == "recent_moves"
    assert [(at - BEGAN).total_seconds() for at in (alert.opened_at, alert.peak_at, alert.ended_at or BEGAN)] == [
        2,
        3,
        8,
    ]
    assert alert.crossings == 1
    assert steps() == ["alert_opened", "alert_rose", "alert_fell", "alert_recovering", "alert_ended"]


def test_a_score_that_trembles_at_a_threshold_makes_one_alert(nifty: Instrument) -> None:
    judge_path(nifty, [0.51, 0.49, 0.51, 0.48, 0.50, 0.45])

    assert Alert.objects.get().crossings == 3
    assert steps() == ["alert_opened"]


def test_a_second_excursion_is_a_second_alert(nifty: Instrument) -> None:
    judge_path(nifty, [0.55, 0.1, 0.1, 0.55])

    assert list(Alert.objects.order_by("id").values_list("phase", flat=True)) == ["ended", "firing"]


def test_alerts_of_several_instants_in_one_commit_are_those_of_a_commit_each(nifty: Instrument) -> None:
    path = [0.55, 0.1, 0.1, 0.85, 0.95, 0.5, 0.3, 0.6, 0.3, 0.3, 0.6]
    batches = [batch({nifty.pk: score}, second=second) for second, score in enumerate(path, start=1)]

    services.judge_records(batches, ended=[], partition=0)

    at_once = list(Alert.objects.order_by("opened_at").values_list("severity", "peak_score", "phase", "opened_at"))
    told = steps()
    with transaction.atomic():
        forget()
        judge_path(nifty, path)
    assert (
        list(Alert.objects.order_by("opened_at").values_list("severity", "peak_score", "phase", "opened_at")) == at_once
    )
    assert steps()[len(told) :] == told


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(st.sampled_from([0.1, 0.45, 0.55, 0.75, 0.85, 0.95]), max_size=8), cut=st.integers(0, 8))
def test_where_commits_lie_does_not_matter(nifty: Instrument, path: list[float], cut: int) -> None:
    batches = [batch({nifty.pk: score}, second=second) for second, score in enumerate(path, start=1)]
    kept = []
    for parts in ([batches], [batches[:cut], batches[cut:]]):
        forget()
        for part in parts:
            services.judge_records(part, ended=[], partition=0)
        kept.append(list(Alert.objects.order_by("opened_at").values("severity", "peak_score", "phase", "ended_at")))

    assert kept[0] == kept[1]


def test_a_closed_market_ends_the_alert(nifty: Instrument) -> None:
    judge_path(nifty, [0.85])

    services.judge_records([Closing(1, BEGAN_US + 9 * SECOND)], ended=[], partition=0)

    alert = Alert.objects.get()
    assert (alert.phase, alert.end_reason, alert.ended_at) == ("ended", "market_closed", BEGAN + timedelta(seconds=9))


def test_records_of_a_closed_market_open_nothing(nifty: Instrument) -> None:
    services.judge_records([batch({nifty.pk: 0.95}, second=1, state=3)], ended=[], partition=0)

    assert not Alert.objects.exists()


def test_the_pause_between_two_sessions_is_no_time_in_which_a_score_stands(nifty: Instrument) -> None:
    version = Version(1, RiskConfig())
    for instant in (batch({nifty.pk: 0.6}, second=0, version=version), Closing(1, BEGAN_US + SECOND),
                    batch({nifty.pk: 0.6}, second=60_000, version=version)):  # fmt: skip
        services.judge_records([instant], ended=[], partition=0)
    assert not Alert.objects.exists()

    services.judge_records([batch({nifty.pk: 0.6}, second=60_015, version=version)], ended=[], partition=0)

    assert Alert.objects.get().opened_at == BEGAN + timedelta(seconds=60_015)


def test_a_run_that_ends_ends_its_alerts(nifty: Instrument) -> None:
    judge_path(nifty, [0.85])

    services.judge_records([], ended=[services.RunEnd(1, BEGAN_US + 60 * SECOND)], partition=0)

    assert (Alert.objects.get().phase, Alert.objects.get().end_reason) == (Phase.ENDED, "run_ended")


def test_an_alert_of_another_run_does_not_hold_one_of_this_run(nifty: Instrument) -> None:
    judge_path(nifty, [0.85])

    services.judge_records([batch({nifty.pk: 0.85}, second=5, run=2)], ended=[], partition=0)

    assert list(Alert.objects.order_by("run").values_list("run", "phase")) == [(1, "ended"), (2, "firing")]


def test_a_new_configuration_judges_a_firing_alert(nifty: Instrument) -> None:
    judge_path(nifty, [0.6])
    judge_path(nifty, [0.6, 0.6], start=2, version=Version(2, replace(AT_ONCE, medium_threshold=0.7, medium_exit=0.65)))

    assert Alert.objects.get().phase == Phase.ENDED


def test_the_store_refuses_a_second_firing_alert_of_an_instrument(nifty: Instrument) -> None:
    make_alert(nifty)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_alert(nifty, second=1)


@pytest.mark.parametrize("score", [float("nan"), 1.5])
def test_the_store_refuses_a_score_that_is_none(nifty: Instrument, score: float) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_alert(nifty, peak_score=score)


def test_browsers_hear_of_each_alert_once_a_commit(
    nifty: Instrument,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent: list[tuple[str, str, str]] = []

    def hear(kind: str, payload: list[dict[str, str]]) -> None:
        sent.extend((kind, message["event"], message["severity"]) for message in payload)

    monkeypatch.setattr(broadcast, "publish", hear)
    path = [batch({nifty.pk: score}, second=second) for second, score in enumerate((0.55, 0.85), start=1)]
    with django_capture_on_commit_callbacks(execute=True):
        services.judge_records(path, ended=[], partition=0)

    assert sent == [("alert", "rose", "HIGH")]


def test_every_step_is_a_line_of_the_timeline(nifty: Instrument) -> None:
    judge_path(nifty, [0.55, 0.95, 0.6, 0.1, 0.1])

    lines = Alert.objects.get().events.order_by("id")
    assert [(line.kind, line.before, line.after, line.actor) for line in lines] == [
        ("opened", "", "MEDIUM", "pipeline"),
        ("rose", "MEDIUM", "CRITICAL", "pipeline"),
        ("fell", "CRITICAL", "MEDIUM", "pipeline"),
        ("recovering", "MEDIUM", "MEDIUM", "pipeline"),
        ("ended", "MEDIUM", "", "pipeline"),
    ]
    assert [line.at for line in lines] == [BEGAN + timedelta(seconds=second) for second in range(1, 6)]
    assert lines[1].detail == {"score": 0.95, "record": 2000} and lines[4].detail["reason"] == "below_exit"


def test_a_line_of_the_timeline_is_never_changed(nifty: Instrument) -> None:
    judge_path(nifty, [0.55])
    line = Alert.objects.get().events.get()

    with pytest.raises(TypeError, match="never changed"):
        line.save()


def test_what_happens_to_one_symbol_reads_no_other_alert(
    django_assert_num_queries: DjangoAssertNumQueries, nifty: Instrument
) -> None:
    others = make_instruments(tuple("ABCDEFGH"))
    version = Version(1, RiskConfig())
    scores = {one.pk: 0.95 for one in others}
    services.judge_records([batch(scores, second=1, version=version)], ended=[], partition=0)

    with django_assert_num_queries(3):  # the memory, inside its savepoint
        services.judge_records([batch(scores, second=2, version=version)], ended=[], partition=0)
