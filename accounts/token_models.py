"""Credentials that the platform issued.  Only hashes are stored: who reads the tables cannot sign in."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class TokenFamilyQuerySet(models.QuerySet["TokenFamily"]):
    def open(self, *, at: datetime | None = None) -> Self:
        """Return the families whose tokens count."""
        return self.filter(revoked_at=None, expires_at__gt=at or timezone.now())


class TokenFamily(models.Model):
    """One sign-in by the API: every refresh token that came of it.  The newest one is known by the hash of its id."""

    class Reason(models.TextChoices):
        SIGNED_OUT = "signed_out"
        ENDED_BY_USER = "ended_by_user"
        ENDED_BY_ADMIN = "ended_by_admin"
        REUSE = "refresh_reuse"
        ACCOUNT_CHANGED = "account_changed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="token_families")
    user_agent = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    current_hash = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=32, choices=Reason.choices, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = TokenFamilyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "token families"
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_reason="") | (Q(revoked_at__isnull=False) & ~Q(revoked_reason="")),
                name="token_family_says_why_it_ended",
            )
        ]
        indexes = [
            models.Index(fields=["user", "-last_used_at"], name="token_family_of_user")
        ]  # "where am I signed in?"

    def __str__(self) -> str:
        return f"sign-in {self.id} of user {self.user_id}"

    def is_open(self, *, at: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > at


class ServiceToken(models.Model):
    """A machine's credential.  It acts as its owner, narrowed to its scopes, until it expires or is revoked."""

    identifier = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=100)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="service_tokens")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    scopes = models.JSONField(default=list)
    secret_hash = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="service_token_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"service token {self.identifier} ({self.name})"

    def is_open(self, *, at: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > at
