"""Celery: the doorbell. Beat rings, a task takes a partition for a slice; no message carries data."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riskplatform.settings")

app = Celery("riskplatform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["streaming", "audit", "alerts"])
app.conf.task_routes = {"streaming.drain": {"queue": "drain"}}
app.conf.beat_schedule = {
    # `expires` drops rings that nobody heard: one waiting doorbell is enough.
    "drain": {"task": "streaming.drain", "schedule": 1.0, "options": {"expires": 2}},
    "trim the tick log": {"task": "streaming.trim_log", "schedule": 60.0, "options": {"expires": 50}},
    "delete old records": {"task": "streaming.delete_old_records", "schedule": 3600.0, "options": {"expires": 3000}},
    "sign the audit chain": {"task": "audit.checkpoint", "schedule": 3600.0, "options": {"expires": 3000}},
    "notify": {"task": "alerts.notify", "schedule": 2.0, "options": {"expires": 4}},
    "delete old notifications": {
        "task": "alerts.delete_old_notifications",
        "schedule": 3600.0,
        "options": {"expires": 3000},
    },
    "acknowledge forgotten alerts": {
        "task": "streaming.acknowledge_forgotten_alerts",
        "schedule": 600.0,
        "options": {"expires": 500},
    },
    "delete old alerts": {"task": "streaming.delete_old_alerts", "schedule": 3600.0, "options": {"expires": 3000}},
}
