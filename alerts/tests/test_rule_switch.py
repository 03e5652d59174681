"""The built-in score rule switched off: its alerts end, none opens, and nothing stays pending."""

from dataclasses import replace

import pytest

from alerts import services
from alerts.models import Alert, ScoreMemory
from alerts.tests.factories import AT_ONCE, batch, judge_path
from risk.configuration import RiskConfig, Version
from risk.tests.rows import make_instruments

pytestmark = pytest.mark.django_db
OFF = Version(
    2,
    replace(
        AT_ONCE, rules=tuple(rule.switched(enabled=rule.key != "score") for rule in RiskConfig().rules)
    ),
)  # fmt: skip


def test_switching_the_score_off_ends_its_alerts_as_changed_and_opens_none() -> None:
    nifty, reliance, _ = make_instruments()
    judge_path(nifty, [0.85, 0.85])

    services.judge_records([batch({nifty.pk: 0.85, reliance.pk: 0.95}, second=3, version=OFF)], ended=[], partition=0)

    alert = Alert.objects.get()
    assert (alert.instrument, alert.phase, alert.end_reason) == (nifty, "ended", "rule_changed")
    assert ScoreMemory.objects.get().entries == []


def test_switching_it_on_again_begins_anew() -> None:
    nifty, *_ = make_instruments()
    judge_path(nifty, [0.85])
    judge_path(nifty, [0.85], start=2, version=OFF)

    judge_path(nifty, [0.85], start=3)

    assert [one.end_reason for one in Alert.objects.order_by("id")] == ["rule_changed", ""]
