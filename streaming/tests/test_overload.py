"""More ticks than are folded in time: seen by everyone, bounded in memory, caught up, and nothing left out."""

from pathlib import Path

import pytest
import redis

from alerts.models import Alert
from risk.models import RiskRecord
from streaming import pipeline, probes, resumption, services
from streaming.models import Heartbeat
from streaming.socket_facts import heartbeat_facts
from streaming.status import pipeline_status
from streaming.tests.log_factories import fill_log, make_run
from streaming.tests.quiet_logs import rounds
from streaming.tick_entries import Entry
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log
from streaming.watching import Watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
AT_ONCE = 100


@pytest.fixture
def backlog(redis_client: redis.Redis, redis_prefix: str, monkeypatch: pytest.MonkeyPatch) -> TickLog:
    """A log of 600 entries that were written long ago, of which a worker that is at work has folded the first."""
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    monkeypatch.setattr(pipeline, "ENTRIES_AT_ONCE", AT_ONCE)
    log = fill_log(redis_client, redis_prefix, run=make_run(), seconds=60)
    pipeline.drain(lambda: {0}, log=log, is_over=rounds(1))
    return log


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(requests=tmp_path, started=-1_000.0)


def test_waiting_ticks_are_seen_everywhere(backlog: TickLog, watch: Watch) -> None:
    watch.look(pipeline_status(), now=0.0)

    alert = Alert.objects.get(rule="pipeline_lag")
    assert (alert.phase, alert.severity) == ("firing", "HIGH")
    assert "5 s are allowed" in alert.summary
    assert probes.probe_pipeline().status in {"degraded", "unknown"}
    assert Heartbeat.objects.get(name="watchdog").detail["lag_seconds"] > 5.0
    assert (heartbeat_facts()["pipeline_lag_ms"] or 0) > 5_000


def test_health_is_degraded_while_ticks_wait(backlog: TickLog) -> None:
    assert RiskRecord.objects.exists()

    found = probes.probe_pipeline()

    assert found.status == "degraded"
    assert "they come faster than they are folded" in found.detail


def test_the_backlog_is_caught_up_without_a_loss_and_the_alert_ends(backlog: TickLog, watch: Watch) -> None:
    watch.look(pipeline_status(), now=0.0)

    pipeline.drain(lambda: {0}, log=backlog, is_over=rounds(12))
    watch.look(pipeline_status(), now=2.0)

    assert Alert.objects.get(rule="pipeline_lag").end_reason == "recovered"
    assert probes.probe_pipeline().status == "ok"
    found = compare_with_log(backlog)
    assert found.is_equal and found.records == 3 * 60


def test_no_more_is_held_than_is_read_at_once(backlog: TickLog, monkeypatch: pytest.MonkeyPatch) -> None:
    read, held, sent = TickLog.read, [0], [0]
    commit = pipeline.commit

    def counting(self: TickLog, *places: int, count: int, **more: object) -> list[Entry]:
        assert count == AT_ONCE
        entries = read(self, *places, count=count, **more)  # type: ignore[arg-type]
        held[0] += len(entries)
        assert held[0] <= AT_ONCE, "what was read before is committed before more is read"
        return entries

    def committing(*facts: object, **more: object) -> None:
        commit(*facts, **more)  # type: ignore[arg-type]
        held[0] = 0

    monkeypatch.setattr(TickLog, "read", counting)
    monkeypatch.setattr(pipeline, "commit", committing)
    monkeypatch.setattr(services, "publish_live", lambda *_, **__: sent.append(1))
    pipeline.drain(lambda: {0}, log=backlog, is_over=rounds(5))

    assert sent == [0], "values that are old already are not sent as live"
