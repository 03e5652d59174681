"""Who uses the platform, and which role somebody asked for."""

from collections.abc import Iterator
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.attempt_models import Attempts as Attempts
from accounts.capabilities import CAPABILITIES, SELF_ASSIGNABLE, Capability, Role
from accounts.session_models import BrowserSession as BrowserSession
from accounts.token_models import ServiceToken as ServiceToken
from accounts.token_models import TokenFamily as TokenFamily


class User(AbstractUser):
    """A person with one role.  User names hold no `@`, so that a name and an e-mail address are never confused.

    `is_staff` and `is_superuser` follow the role: the services set them, and the database refuses them to anyone
    but an administrator, so that the admin site is no way round the roles.
    """

    scopes: ClassVar[frozenset[str] | None] = None
    """What a service token narrows its owner to; None for a person.  Set on the instance, never stored."""

    username = models.CharField(
        max_length=150,
        unique=True,
        validators=[RegexValidator(r"\A[\w.+-]+\Z", "Letters, digits and . + - _ only.")],
        error_messages={"unique": "A user with that name already exists."},
    )
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.VIEWER)
    token_version = models.PositiveIntegerField(default=0, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_is_known"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_unique_whatever_the_case"),
            models.UniqueConstraint(Lower("username"), name="user_name_unique_whatever_the_case"),
            models.CheckConstraint(
                condition=Q(role=Role.ADMIN) | Q(is_staff=False, is_superuser=False), name="user_only_admins_are_staff"
            ),
        ]

    def can(self, capability: str) -> bool:
        if not self.is_active or (self.scopes is not None and capability not in self.scopes):
            return False
        return capability in CAPABILITIES.get(self.role, frozenset[Capability]())

    def capabilities(self) -> list[str]:
        """Return what the user may do now, sorted; with a service token, only what its scopes leave."""
        return sorted(str(capability) for capability in Capability if self.can(capability))

    def token_stamp(self) -> str:
        """Return what a token must carry to be valid: it changes with the password and with `token_version`.

        The password's hash is in it, so that a change past the services ends tokens too.
        """
        return salted_hmac("accounts.token_stamp", f"{self.password}|{self.token_version}").hexdigest()

    def get_session_auth_hash(self) -> str:
        return f"{super().get_session_auth_hash()}.{self.token_version}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for kept in super().get_session_auth_fallback_hash():
            yield f"{kept}.{self.token_version}"


class RoleRequest(models.Model):
    """A registration that waits: the account is a viewer's until an administrator decides."""

    class Status(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        REFUSED = "refused"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="role_requests")
    role = models.CharField(max_length=16, choices=Role.choices)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(SELF_ASSIGNABLE)), name="role_request_never_for_administrator"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(status="pending"), name="role_request_one_pending_per_user"
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="role_request_waiting")]  # what an administrator must do

    def __str__(self) -> str:
        return f"{self.user_id} asks for {self.role}: {self.status}"
