"""The configuration's versions in the admin: to read, and to roll back to."""

from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import User
from risk import config_services as configuration
from risk.config_models import ConfigAdoption, ConfigVersion
from riskplatform.lib.errors import DomainError


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows that nobody adds, changes or deletes by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(ConfigVersion)
class ConfigVersionAdmin(ReadOnlyAdmin):
    list_display = ["number", "author_name", "reason", "difference", "rolled_back_to", "created_at"]
    search_fields = ["author_name", "reason"]
    date_hierarchy = "created_at"
    actions = ["roll_back"]

    @admin.display(description="changes")
    def difference(self, version: ConfigVersion) -> str:
        return ", ".join(f"{one['name']} {one['before']} → {one['after']}" for one in version.changes) or "–"

    @admin.action(description="Roll back to the selected version", permissions=["view"])
    def roll_back(self, request: HttpRequest, queryset: QuerySet[ConfigVersion]) -> None:
        if queryset.count() != 1:
            self.message_user(request, "Select exactly one version to roll back to.", messages.ERROR)
            return
        number = queryset.get().number
        try:
            stored = configuration.roll_back(to=number, reason="rolled back in the admin", by=cast(User, request.user))
        except DomainError as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return
        self.message_user(request, f"Version {stored.number} has the values of version {number}.", messages.SUCCESS)


@admin.register(ConfigAdoption)
class ConfigAdoptionAdmin(ReadOnlyAdmin):
    list_display = ["run", "partition", "instant", "version", "adopted_at"]
    list_select_related = ["version"]
    ordering = ["-id"]
