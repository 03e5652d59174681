"""Health probes of the stream; registered when the app is ready."""

from django.conf import settings
from django.utils import timezone

from risk import config_services as configuration
from riskplatform.lib.health import Probe, register_probe
from riskplatform.lib.redis_client import connect
from streaming.models import Heartbeat
from streaming.source_queries import problem_of_choice
from streaming.status import pipeline_status

# What an earlier start of the platform committed says nothing about this one.
_started = timezone.now()


def probe_log() -> Probe:
    connect().ping()
    return Probe("ok", "the tick log answers")


def probe_pipeline() -> Probe:
    """Report ok only once a record was committed under our eyes: before that nobody knows whether scoring works."""
    status = pipeline_status()
    if status.log_replaced:
        return Probe("down", f"LOG_REPLACED: {status.log_replaced} (manage.py accept_log)")
    if status.head is None:
        return Probe("unknown", "the tick log is empty or does not answer")
    if status.is_stalled:
        who, most = status.silent_processes[0], settings.PIPELINE_STALLED_AFTER_SECONDS
        return Probe("down", f"PIPELINE_STALLED: the {who} has not reported for {most} s or more")
    if status.committed_at is None or status.committed_at < _started or status.records_written == 0:
        return Probe("unknown", "no record was committed since this process started")
    if (lag := status.overload_seconds or 0.0) > configuration.in_force().config.lag_alert_seconds:
        return Probe("degraded", f"ticks wait {lag:.1f} s to be scored: they come faster than they are folded")
    return Probe("ok", f"position {status.position}, lag {status.lag_seconds or 0.0:.1f} s")


def probe_feed() -> Probe:
    status = pipeline_status()
    if status.feed_state in {"simulated", "replay", "live"}:
        return Probe("ok", status.feed_state)
    if (problem := problem_of_choice()) is not None:
        return Probe("degraded", f"the chosen source cannot be fed: {problem}")
    return Probe("degraded", f"the feed is {status.feed_state}")


def probe_watchdog() -> Probe:
    """Report a silent watchdog as degraded: what it watches may be well, but nobody would be told if it were not."""
    last = Heartbeat.objects.filter(name="watchdog").values_list("beat_at", flat=True).first()
    most = settings.PIPELINE_STALLED_AFTER_SECONDS
    if last is None or (timezone.now() - last).total_seconds() > most:
        return Probe("degraded", f"the watchdog has not looked for {most} s or more: a stall would raise no alert")
    return Probe("ok", "the watchdog looks")


def register() -> None:
    register_probe("log", probe_log)
    register_probe("pipeline", probe_pipeline)
    register_probe("feed", probe_feed)
    register_probe("watchdog", probe_watchdog)
