from rest_framework import serializers

from audit.models import AuditEntry


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    """One entry with its place in the chain."""

    class Meta:
        model = AuditEntry
        fields = [
            "sequence", "at", "actor_id", "actor_name", "action", "object_type", "object_id", "detail", "request_id",
            "previous_hash", "hash",
        ]  # fmt: skip
        read_only_fields = fields
