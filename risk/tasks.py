"""Tasks of the clock."""

from celery import shared_task

from risk import services


@shared_task(name="risk.delete_old_records", time_limit=600)
def delete_old_records() -> int:
    return services.delete_old_records()
