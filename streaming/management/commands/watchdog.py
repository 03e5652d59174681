"""`manage.py watchdog`: not the worker, so that it can see that the worker is gone or silent."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from streaming.watching import Watch

LOOK_EVERY_SECONDS = 2.0


class Command(BaseCommand):
    requires_system_checks = ()  # `up` and the deployment check once, not every process
    help = "Watch the pipeline; ask the supervisor to restart a worker that is alive but silent."

    def handle(self, *args: Any, **options: Any) -> None:
        watch = Watch(requests=settings.RISK_HOME / "run", started=time.monotonic())
        while True:
            close_old_connections()
            watch.look_once(now=time.monotonic())
            time.sleep(LOOK_EVERY_SECONDS)
