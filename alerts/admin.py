"""Alerts for operators: to find, to read and to take care of; what happened is not edited."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm as BaseActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from alerts import people_services as people
from alerts.models import Alert, AlertEvent, Classification
from alerts.notification_admin import DeliveryAdmin as DeliveryAdmin  # registers the outbox's pages
from alerts.silence_admin import SilenceAdmin as SilenceAdmin  # likewise
from riskplatform.lib.errors import DomainError


class ActionForm(BaseActionForm):
    """What resolving takes; acknowledging needs none of it."""

    classification = forms.ChoiceField(choices=[("", "classification"), *Classification.choices], required=False)
    note = forms.CharField(max_length=2000, required=False)


class TimelineInline(admin.TabularInline):  # type: ignore[type-arg]  # generic in the stubs only
    """Everything that happened, oldest first."""

    model = AlertEvent
    verbose_name_plural = "timeline"
    ordering = ["id"]
    fields = ("recorded_at", "at", "kind", "actor", "before", "after", "note", "detail")
    readonly_fields = fields
    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Alert)
class AlertAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = [
        "id", "rule", "instrument", "severity", "phase", "status", "is_withheld", "opened_at", "peak_severity",
        "peak_score", "driver", "ended_at", "acknowledged_by", "source",
    ]  # fmt: skip
    list_select_related = ["instrument"]
    list_filter = ["status", "phase", "rule", "peak_severity", "source"]
    search_fields = ["=instrument__symbol", "acknowledged_by", "resolved_by"]
    date_hierarchy = "raised_at"
    ordering = ["-id"]
    show_full_result_count = False
    actions = ["acknowledge", "resolve"]
    action_form = ActionForm
    inlines = [TimelineInline]
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
        (
            "Episode",
            {
                "fields": [
                    "phase",
                    "crossings",
                    "opened_at",
                    "peak_at",
                    "peak_score",
                    "ended_at",
                    "end_reason",
                    "raised_at",
                ]
            },
        ),
        (
            "People",
            {
                "fields": [
                    "status",
                    "assignee",
                    "snoozed_until",
                    "silenced_by",
                    "inhibited_by",
                    "acknowledged_by",
                    "acknowledged_at",
                    "resolved_by",
                    "resolved_at",
                    "classification",
                    "note",
                ]
            },
        ),
        ("Origin", {"fields": ["source", "partition", "run", "config_version", "opening", "peak"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Alert | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Alert | None = None) -> bool:
        return False

    @admin.display(description="withheld", boolean=True)
    def is_withheld(self, alert: Alert) -> bool:
        return alert.silenced_by is not None or alert.inhibited_by is not None

    @admin.display(description="see also")
    def links(self, alert: Alert) -> str:
        entries = f"{reverse('admin:audit_auditentry_changelist')}?object_type=alert&object_id={alert.pk}"
        if "id" not in alert.opening:
            return format_html('<a href="{}">audit entries</a>', entries)
        record = reverse("admin:risk_riskrecord_change", args=[alert.opening["id"]])
        return format_html('<a href="{}">opening record</a> · <a href="{}">audit entries</a>', record, entries)

    @admin.action(description="Acknowledge selected alerts", permissions=["view"])
    def acknowledge(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        by, note = cast(User, request.user), request.POST.get("note", "")
        self._each(request, queryset, lambda pk: people.acknowledge(pk, by=by, note=note), "acknowledged")

    @admin.action(description="Resolve selected alerts", permissions=["view"])
    def resolve(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        found, note = request.POST.get("classification", ""), request.POST.get("note", "").strip()
        if found not in Classification.values or not note:
            self.message_user(request, "Resolving takes a classification and a note.", messages.ERROR)
            return
        by, classification = cast(User, request.user), Classification(found)
        self._each(
            request,
            queryset,
            lambda pk: people.resolve(pk, by=by, classification=classification, note=note),
            "resolved",
        )

    def _each(self, request: HttpRequest, queryset: QuerySet[Alert], act: Callable[[int], Alert], done: str) -> None:
        moved = 0
        for pk in queryset.values_list("pk", flat=True):
            try:
                act(pk)
                moved += 1
            except DomainError as refusal:
                self.message_user(request, f"Alert {pk}: {refusal.sentence}", messages.WARNING)
        if moved:
            self.message_user(request, f"{moved} {done}.", messages.SUCCESS)
