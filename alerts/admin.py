"""Alerts for operators: to find, to read and to take care of; what happened is not edited."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from alerts import services
from alerts.models import Alert
from riskplatform.lib.errors import DomainError


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = [
        "id", "rule", "instrument", "severity", "peak_severity", "peak_score", "driver", "phase", "status", "opened_at",
        "ended_at", "acknowledged_by", "source",
    ]  # fmt: skip
    list_select_related = ["instrument"]
    list_filter = ["status", "phase", "rule", "peak_severity", "source"]
    search_fields = ["=instrument__symbol", "acknowledged_by", "resolved_by"]
    date_hierarchy = "raised_at"
    ordering = ["-id"]
    show_full_result_count = False
    actions = ["acknowledge", "resolve"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "rule",
                    "instrument",
                    "summary",
                    "severity",
                    "peak_severity",
                    "driver",
                    "links",
                ]
            },
        ),
        ("Episode", {"fields": ["phase", "opened_at", "peak_at", "peak_score", "ended_at", "end_reason", "raised_at"]}),
        ("People", {"fields": ["status", "acknowledged_by", "acknowledged_at", "resolved_by", "resolved_at", "note"]}),
        ("Origin", {"fields": ["source", "partition", "run", "config_version", "opening", "peak"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Alert | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Alert | None = None) -> bool:
        return False

    @admin.display(description="see also")
    def links(self, alert: Alert) -> str:
        entries = f"{reverse('admin:audit_auditentry_changelist')}?object_type=alert&object_id={alert.pk}"
        if "id" not in alert.opening:
            return format_html('<a href="{}">audit entries</a>', entries)
        record = reverse("admin:risk_riskrecord_change", args=[alert.opening["id"]])
        return format_html('<a href="{}">opening record</a> · <a href="{}">audit entries</a>', record, entries)

    @admin.action(description="Acknowledge selected alerts", permissions=["view"])
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        self._each(request, queryset, services.acknowledge, "acknowledged")

    @admin.action(description="Resolve selected alerts", permissions=["view"])
    def resolve(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        self._each(request, queryset, services.resolve, "resolved")

    def _each(self, request: HttpRequest, queryset: QuerySet[Alert], verb: Callable[..., Any], done: str) -> None:
        moved = 0
        for pk in queryset.values_list("pk", flat=True):
            try:
                verb(pk, by=cast(User, request.user))
                moved += 1
            except DomainError as refusal:
                self.message_user(request, f"Alert {pk}: {refusal.sentence}", messages.WARNING)
        if moved:
            self.message_user(request, f"{moved} {done}.", messages.SUCCESS)
