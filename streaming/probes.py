"""Health probes of the stream; registered when the app is ready."""

from django.conf import settings
from django.utils import timezone

from riskplatform.lib.health import Probe, register_probe
from riskplatform.lib.redis_client import connect
from streaming.status import pipeline_status

# What an earlier start of the platform committed says nothing about this one.
_started = timezone.now()


def probe_log() -> Probe:
    connect().ping()
    return Probe("ok", "the tick log answers")


def probe_pipeline() -> Probe:
    """Report ok only once a record was committed under our eyes: before that nobody knows whether scoring works."""
    status = pipeline_status()
    if status.head is None:
        return Probe("unknown", "the tick log is empty or does not answer")
    if status.is_stalled:
        return Probe("down", f"the worker has not reported for {settings.PIPELINE_STALLED_AFTER_SECONDS} s or more")
    if status.committed_at is None or status.committed_at < _started or status.records_written == 0:
        return Probe("unknown", "no record was committed since this process started")
    return Probe("ok", f"position {status.position}, lag {status.lag_seconds or 0.0:.1f} s")


def probe_feed() -> Probe:
    status = pipeline_status()
    if status.feed_state in {"simulated", "replay", "live"}:
        return Probe("ok", status.feed_state)
    return Probe("degraded", f"the feed is {status.feed_state}")


def register() -> None:
    register_probe("log", probe_log)
    register_probe("pipeline", probe_pipeline)
    register_probe("feed", probe_feed)
