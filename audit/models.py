"""Audit entries: appended, never changed.  Plain columns name actors and objects, so that entries outlive them."""

from typing import Any, Never, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from audit.chain import GENESIS, Content, entry_hash


class AppendOnly(Exception):
    """An audit entry was about to be changed or deleted."""


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **fields: Any) -> Never:
        raise AppendOnly("Audit entries are never changed.")

    def delete(self) -> Never:
        raise AppendOnly("Audit entries are never deleted.")

    def in_order(self) -> Self:
        return self.order_by("sequence")


class AuditEntry(models.Model):
    sequence = models.BigIntegerField(unique=True)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=254, blank=True)
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=64, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(max_length=64, blank=True, default="")  # of the log line that belongs to it
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["-at"], name="audit_newest_first"),  # the log as people read it
            models.Index(fields=["action", "-sequence"], name="audit_action"),  # "who signed in last week?"
            models.Index(fields=["actor_name", "-sequence"], name="audit_actor"),  # "what did she do?"
            models.Index(fields=["actor_id", "-sequence"], name="audit_actor_id"),  # the same, whatever the name was
            # "what happened to this alert?"
            models.Index(fields=["object_type", "object_id", "-sequence"], name="audit_object"),
        ]

    def __str__(self) -> str:
        return f"#{self.sequence} {self.action} by {self.actor_name or 'nobody'}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise AppendOnly("Audit entries are never changed.")
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> Never:
        raise AppendOnly("Audit entries are never deleted.")

    def content(self) -> Content:
        return Content(
            sequence=self.sequence,
            at=self.at,
            actor_id=self.actor_id,
            actor_name=self.actor_name,
            action=self.action,
            object_type=self.object_type,
            object_id=self.object_id,
            detail=self.detail,
            request_id=self.request_id,
        )

    def expected_hash(self) -> str:
        return entry_hash(self.content(), previous=self.previous_hash)


class Checkpoint(models.Model):
    """A signed statement of where the chain stood: it betrays a tail cut off, and a past written anew, before it."""

    sequence = models.BigIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["sequence"]

    def __str__(self) -> str:
        return f"checkpoint at #{self.sequence}"


class ChainHead(models.Model):
    """One row: the newest entry.  Locking it puts writers in line; it also betrays a cut-off tail."""

    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"chain head at #{self.sequence}"
