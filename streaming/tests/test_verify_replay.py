"""`manage.py verify_replay` as an operator runs it: the table, the first differences, the exit code."""

from collections.abc import Callable
from io import StringIO

import pytest
import redis
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from accounts.tests.factories import make_user
from alerts.models import Alert
from audit import triggers
from audit.models import AuditEntry
from risk import config_services as configuration
from risk.models import MinuteBar, RiskRecord
from streaming import pipeline, refolding, resumption
from streaming.tests.log_factories import fill_log, make_run
from streaming.tests.test_fold_checkpoints import CROSSING
from streaming.tick_log import TickLog

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]


@pytest.fixture
def log(redis_client: redis.Redis, redis_prefix: str, settings: Settings) -> TickLog:
    settings.RECORD_RETENTION_DAYS = 365
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    configuration.change(values=CROSSING, reason="so that scores cross", by=make_user("admin"))
    log = fill_log(redis_client, redis_prefix, run=make_run(), seconds=70)
    left = iter(range(2))
    pipeline.drain(lambda: {0}, log=log, is_over=lambda: next(left, None) is None)
    return log


def verify(**options: int) -> tuple[int, str]:
    """Return exit code and output."""
    out, code = StringIO(), 0
    try:
        call_command("verify_replay", stdout=out, **options)
    except SystemExit as ending:
        code = int(ending.code or 0)
    return code, out.getvalue()


def digests(text: str, kind: str) -> tuple[str, str]:
    line = next(line for line in text.splitlines() if line.strip().startswith(kind))
    folded, _, stored = line.split()[-3:]
    return folded, stored


def test_an_honest_database_has_equal_digests_of_every_kind(log: TickLog) -> None:
    code, text = verify()

    assert code == 0, text
    for kind in ("records", "bars", "alerts", "audit"):
        folded, stored = digests(text, kind)
        assert folded == stored and len(folded) == 64
        assert " 0 " not in next(line for line in text.splitlines() if line.strip().startswith(kind))[:28]
    assert "fold state equal, bit for bit" in text


def test_the_digest_does_not_depend_on_how_the_log_is_read(log: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    _, at_once = verify()
    monkeypatch.setattr(refolding, "ENTRIES_AT_ONCE", 37)
    code, in_portions = verify()

    assert code == 0
    assert digests(at_once, "alerts") == digests(in_portions, "alerts")
    assert digests(at_once, "records") == digests(in_portions, "records")


def change_record() -> None:
    record = RiskRecord.objects.order_by("id")[100]
    RiskRecord.objects.filter(pk=record.pk).update(barrier=record.barrier / 2)


def change_bar() -> None:
    bar = MinuteBar.objects.filter(is_warm_up=False).order_by("id")[0]
    MinuteBar.objects.filter(pk=bar.pk).update(ticks=bar.ticks + 1)


def repeat_alert() -> None:
    alert = Alert.objects.order_by("id")[0]
    alert.pk, alert.opened_at = None, alert.opened_at.replace(microsecond=1)
    alert.save()


def repeat_audit_entry() -> None:
    entry = AuditEntry.objects.filter(action="alert_opened").order_by("sequence")[0]
    entry.pk, entry._state.adding, entry.sequence, entry.hash = None, True, 1_000_000, "f" * 64
    entry.save()


def lose_audit_entry() -> None:
    triggers.drop(connection)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE action = 'alert_opened' AND sequence = "
                       "(SELECT min(sequence) FROM audit_auditentry WHERE action = 'alert_opened')")  # fmt: skip
    triggers.create(connection)


@pytest.mark.parametrize(
    ("damage", "kind"),
    [(change_record, "records"), (change_bar, "bars"), (repeat_alert, "alerts"), (repeat_audit_entry, "audit"),
     (lose_audit_entry, "audit")],
)  # fmt: skip
def test_what_differs_is_named_and_the_exit_code_is_1(log: TickLog, damage: Callable[[], None], kind: str) -> None:
    damage()

    code, text = verify()

    assert code == 1
    folded, stored = digests(text, kind)
    assert folded != stored
    assert f"  {kind}: run " in text and "    folded: " in text and "    stored: " in text
    assert "NOT what its log says" in text


def test_a_run_that_the_log_does_not_hold_is_an_error(log: TickLog) -> None:
    with pytest.raises(CommandError, match="nothing could be compared"):
        call_command("verify_replay", run=999_999, stdout=StringIO())
