"""The audit log in the admin: to find and to read, never to edit."""

import json
from typing import Final

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html

from audit import verification
from audit.models import AuditEntry, Checkpoint
from riskplatform.lib.errors import DomainError

# Kind of thing in an entry -> its page in the admin; entries outlive things, so that a page may be gone.
PAGES: Final = {
    "user": "accounts_user",
    "alert": "alerts_alert",
    "config": "risk_configversion",
    "instrument": "risk_instrument",
    "risk_record": "risk_riskrecord",
}


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "at", "actor_name", "action", "object_type", "object_id", "request_id"]
    list_filter = ["action", "object_type", "at"]
    search_fields = ["=actor_name", "=object_id", "=request_id"]
    ordering = ["-sequence"]
    actions = ["verify_chain"]
    fields = ["sequence", "at", "actor_id", "actor_name", "action", "described", "facts", "request_id", "previous_hash",
              "hash"]  # fmt: skip

    @admin.display(description="about")
    def described(self, entry: AuditEntry) -> str:
        text = f"{entry.object_type} {entry.object_id}".strip()
        address = _page(entry)
        return format_html('<a href="{}">{}</a>', address, text) if address else text

    @admin.display(description="detail")
    def facts(self, entry: AuditEntry) -> str:
        return format_html("<pre>{}</pre>", json.dumps(entry.detail, indent=2, ensure_ascii=False, sort_keys=True))

    @admin.action(description="Verify the whole chain (whatever is selected)", permissions=["view"])
    def verify_chain(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> None:
        try:
            outcome = verification.verify()
        except DomainError as problem:
            self.message_user(request, problem.sentence, messages.ERROR)
            return
        if outcome.broken is not None:
            told = f"The chain breaks at entry {outcome.broken} ({outcome.check}): {outcome.reason}."
            self.message_user(request, told, messages.ERROR)
            return
        told = f"The chain holds: {outcome.entries} entries, {outcome.checkpoints} checkpoints."
        self.message_user(request, told, messages.SUCCESS)


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnlyAdmin):
    list_display = ["sequence", "hash", "at"]


def _page(entry: AuditEntry) -> str:
    """Return the admin page of what the entry is about, where it still exists."""
    label = PAGES.get(entry.object_type, "")
    try:
        model = apps.get_model(label.replace("_", ".", 1)) if label else None
        if model is None or not model._base_manager.filter(pk=entry.object_id).exists():
            return ""
        return reverse(f"admin:{label}_change", args=[entry.object_id])
    except (LookupError, NoReverseMatch, ValueError, ValidationError):
        return ""
