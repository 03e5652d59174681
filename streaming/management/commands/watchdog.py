"""`manage.py watchdog`: not the worker, so that it can see that the worker is gone or silent."""

import time
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections

from streaming import services
from streaming.status import PipelineStatus, pipeline_status

logger = structlog.get_logger(__name__)
LOOK_EVERY_SECONDS = 2.0
SECONDS_BETWEEN_RESTARTS = 30.0


class Command(BaseCommand):
    requires_system_checks = ()  # `up` and the deployment check once, not every process
    help = "Watch the pipeline; ask the supervisor to restart a worker that is alive but silent."

    def handle(self, *args: Any, **options: Any) -> None:
        watch = Watch(request=settings.RISK_HOME / "run" / "restart-worker", started=time.monotonic())
        while True:
            try:
                close_old_connections()
                watch.look(pipeline_status(), now=time.monotonic())
            except OperationalError as problem:
                logger.warning("database does not answer", error=str(problem))
            time.sleep(LOOK_EVERY_SECONDS)


class Watch:
    """Judges each look at the pipeline; asks for a restart once per patience, only while the log answers."""

    def __init__(self, *, request: Path, started: float) -> None:
        self._request = request
        self._patient_until = started + settings.PIPELINE_STALLED_AFTER_SECONDS

    def look(self, status: PipelineStatus, *, now: float) -> None:
        services.beat("watchdog", feed_state=status.feed_state, lag_seconds=status.lag_seconds)
        if not status.is_stalled or status.head is None or now < self._patient_until:
            return
        logger.error("PIPELINE_STALLED", worker_silent_seconds=status.worker_silent_seconds, position=status.position)
        self._request.parent.mkdir(parents=True, exist_ok=True)
        self._request.touch()
        self._patient_until = now + SECONDS_BETWEEN_RESTARTS
