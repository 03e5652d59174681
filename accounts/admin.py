"""Accounts and their credentials in the admin: every change goes through the services, no hash is shown."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts import family_services, service_token_services, user_services
from accounts import registration_services as registration
from accounts.account_rules import Changes
from accounts.admin_actions import each, who
from accounts.capabilities import Role
from accounts.forms import EDITABLE, AccountForm, NewAccountForm
from accounts.models import Attempts, RoleRequest, ServiceToken, TokenFamily, User
from accounts.user_services import Author
from riskplatform.lib.errors import DomainError

# Roles are what gives rights here; a group would be a second way, past the services and the audit log.
assert auth_admin  # it registers groups when it is imported, which has to come before
admin.site.unregister(Group)


@admin.register(User)
class AccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    list_display = ["username", "email", "role", "is_active", "is_staff", "last_login"]
    list_filter = ["role", "is_active"]
    search_fields = ["username", "email", "first_name", "last_name"]
    ordering = ["username"]
    readonly_fields = ["username", "is_staff", "is_superuser", "last_login", "date_joined"]
    actions = ["deactivate", "activate", "make_viewer", "make_analyst", "make_admin"]

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **options: Any) -> Any:
        return AccountForm if obj else NewAccountForm

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return [*NewAccountForm.Meta.fields, "password"]
        return ["username", *EDITABLE, "is_staff", "is_superuser", "last_login", "date_joined"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return self.readonly_fields if obj else []

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        return self._or_say_why(request, lambda: super(AccountAdmin, self).changeform_view(request, *args, **options))

    def delete_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        return self._or_say_why(request, lambda: super(AccountAdmin, self).delete_view(request, *args, **options))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            user_services.change(pk=obj.pk, changes=form.changes(), by=who(request))
        else:
            obj.pk = user_services.create(form.wanted(), by=Author(who(request))).pk

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        user_services.delete(pk=obj.pk, by=who(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        each(self, request, queryset, lambda user: user_services.delete(pk=user.pk, by=who(request)))

    @admin.action(description="Deactivate")
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._change(request, queryset, Changes(is_active=False))

    @admin.action(description="Activate")
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._change(request, queryset, Changes(is_active=True))

    @admin.action(description="Make a viewer")
    def make_viewer(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._change(request, queryset, Changes(role=Role.VIEWER.value))

    @admin.action(description="Make an analyst")
    def make_analyst(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._change(request, queryset, Changes(role=Role.ANALYST.value))

    @admin.action(description="Make an administrator")
    def make_admin(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self._change(request, queryset, Changes(role=Role.ADMIN.value))

    def _change(self, request: HttpRequest, queryset: QuerySet[User], changes: Changes) -> None:
        each(self, request, queryset, lambda user: user_services.change(pk=user.pk, changes=changes, by=who(request)))

    def _or_say_why(self, request: HttpRequest, view: Any) -> HttpResponse:
        """Say a service's refusal on the page instead of failing; its transaction is rolled back by then."""
        try:
            answer: HttpResponse = view()
        except DomainError as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return HttpResponseRedirect(request.path)
        return answer


class FactsAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic in the stubs only
    """Rows to read and to end, not to edit."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RoleRequest)
class RoleRequestAdmin(FactsAdmin):
    list_display = ["user", "role", "status", "created_at", "decided_by", "decided_at"]
    list_select_related = ["user", "decided_by"]
    list_filter = ["status"]
    actions = ["approve", "refuse"]

    @admin.action(description="Approve")
    def approve(self, request: HttpRequest, queryset: QuerySet[RoleRequest]) -> None:
        each(self, request, queryset, lambda asked: registration.approve(pk=asked.pk, by=who(request)))

    @admin.action(description="Refuse")
    def refuse(self, request: HttpRequest, queryset: QuerySet[RoleRequest]) -> None:
        each(self, request, queryset, lambda asked: registration.refuse(pk=asked.pk, by=who(request)))


@admin.register(TokenFamily)
class TokenFamilyAdmin(FactsAdmin):
    list_display = ["user", "address", "user_agent", "created_at", "last_used_at", "expires_at", "revoked_reason"]
    list_select_related = ["user"]
    search_fields = ["user__username", "address"]
    exclude = ["current_hash"]
    actions = ["end"]

    @admin.action(description="End these sign-ins")
    def end(self, request: HttpRequest, queryset: QuerySet[TokenFamily]) -> None:
        open_ones = queryset.filter(revoked_at=None).select_related("user")
        each(self, request, open_ones, lambda family: family_services.end_by_operator(family, by=who(request)))


@admin.register(ServiceToken)
class ServiceTokenAdmin(FactsAdmin):
    list_display = ["identifier", "name", "owner", "scopes", "last_used_at", "expires_at", "revoked_at"]
    list_select_related = ["owner"]
    search_fields = ["identifier", "name", "owner__username"]
    exclude = ["secret_hash"]
    actions = ["revoke"]

    @admin.action(description="Revoke")
    def revoke(self, request: HttpRequest, queryset: QuerySet[ServiceToken]) -> None:
        each(self, request, queryset, lambda token: service_token_services.revoke(pk=token.pk, by=who(request)))


@admin.register(Attempts)
class AttemptsAdmin(FactsAdmin):
    list_display = ["kind", "made", "is_reported", "ends_at"]
    list_filter = ["kind", "is_reported"]
    exclude = ["key"]
