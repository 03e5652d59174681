"""Silences for operators: to read, and to end early."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin_actions import each, who
from alerts import silence_services
from alerts.notification_admin import FactsAdmin
from alerts.silence_models import Silence


@admin.register(Silence)
class SilenceAdmin(FactsAdmin):
    list_display = ["id", "state_now", "what", "reason", "author", "starts_at", "ends_at", "ended_by"]
    list_filter = ["max_severity"]
    search_fields = ["author", "reason"]
    date_hierarchy = "starts_at"
    actions = ["end_now"]

    @admin.display(description="state")
    def state_now(self, silence: Silence) -> str:
        return silence.state(at=timezone.now())

    @admin.display(description="what")
    def what(self, silence: Silence) -> str:
        return f"{silence.named or 'all'}, up to {silence.max_severity}"

    @admin.action(description="End now", permissions=["view"])
    def end_now(self, request: HttpRequest, queryset: QuerySet[Silence]) -> None:
        each(self, request, queryset, lambda row: silence_services.end(row.pk, by=who(request)))
