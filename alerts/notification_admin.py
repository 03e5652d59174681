"""The outbox for operators: dead letters to send again, channels to switch off, policy and escalation order."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.admin_actions import each, who
from alerts.notification_models import Channel, EscalationStep, NotificationPolicy
from alerts.notifications import channel_services, outbox_services, preference_services
from alerts.notifications.preference_services import Step
from alerts.outbox_models import Delivery, Notice
from riskplatform.lib.admin_pages import BoundedPaginator
from riskplatform.lib.errors import DomainError


class FactsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that nobody adds, changes or deletes by hand."""

    paginator = BoundedPaginator
    show_full_result_count = False
    ordering = ["-id"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Delivery)
class DeliveryAdmin(FactsAdmin):
    list_display = ["id", "state", "channel", "attempts", "due_at", "last_error", "answer", "created_at", "sent_at"]
    list_select_related = ["channel"]
    list_filter = ["state", "channel__kind"]
    search_fields = ["=key"]
    exclude = ["lease"]
    actions = ["send_again"]

    @admin.action(description="Send again (dead letters)", permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        each(self, request, queryset, lambda row: outbox_services.send_again(row.pk, by=who(request)))


@admin.register(Notice)
class NoticeAdmin(FactsAdmin):
    list_display = ["id", "event", "severity", "state", "reason", "channel", "alert_id", "due_at", "delivery"]
    list_select_related = ["channel", "delivery"]
    list_filter = ["state", "event", "severity"]
    search_fields = ["=alert_id"]


@admin.register(Channel)
class ChannelAdmin(FactsAdmin):
    list_display = ["id", "kind", "name", "owner", "address", "minimum_severity", "is_enabled", "created_at"]
    list_select_related = ["owner"]
    list_filter = ["kind", "is_enabled"]
    search_fields = ["name", "owner__username"]
    exclude = ["sealed_secret"]
    actions = ["switch_off", "switch_on"]

    @admin.action(description="Switch off", permissions=["view"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Channel]) -> None:
        each(self, request, queryset, lambda row: channel_services.switch(row.pk, on=False, by=who(request)))

    @admin.action(description="Switch on", permissions=["view"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[Channel]) -> None:
        each(self, request, queryset, lambda row: channel_services.switch(row.pk, on=True, by=who(request)))


class ServedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Forms that a service carries out; what it refuses is said on the page."""

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        return self._or_say_why(request, lambda: super(ServedAdmin, self).changeform_view(request, *args, **options))

    def delete_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        return self._or_say_why(request, lambda: super(ServedAdmin, self).delete_view(request, *args, **options))

    def _or_say_why(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        try:
            return view()
        except DomainError as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return HttpResponseRedirect(request.path)


@admin.register(EscalationStep)
class EscalationStepAdmin(ServedAdmin):
    list_display = ["position", "user", "delay_minutes", "minimum_severity"]
    list_select_related = ["user"]
    autocomplete_fields = ["user"]
    actions = None

    def save_model(self, request: HttpRequest, obj: EscalationStep, form: Any, change: bool) -> None:
        self._reorder(request, [*EscalationStep.objects.exclude(pk=obj.pk), obj])
        obj.pk = EscalationStep.objects.get(user=obj.user, delay_minutes=obj.delay_minutes).pk

    def delete_model(self, request: HttpRequest, obj: EscalationStep) -> None:
        self._reorder(request, list(EscalationStep.objects.exclude(pk=obj.pk)))

    def _reorder(self, request: HttpRequest, steps: list[EscalationStep]) -> None:
        """Store the whole order anew, by position."""
        order = [
            Step(step.user_id, step.delay_minutes, step.minimum_severity)
            for step in sorted(steps, key=lambda step: step.position)
        ]
        preference_services.change_policy({}, escalation=order, by=who(request))


@admin.register(NotificationPolicy)
class NotificationPolicyAdmin(ServedAdmin):
    list_display = ["__str__", "sources", "keep_days"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: NotificationPolicy, form: Any, change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        preference_services.change_policy(changes, escalation=None, by=who(request))
