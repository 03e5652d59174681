"""What the audit log may be filtered by."""

from typing import Any, Final

from django.http import QueryDict
from django_filters import rest_framework as filters

from audit.models import AuditQuerySet
from riskplatform.lib.api_filters import PeriodFilterSet

LONGEST_ID: Final = 18  # digits that a 64-bit number always holds


class AuditFilter(PeriodFilterSet):
    """`actor` is a name or an id; `action` may be repeated; times are when entries were written."""

    actor = filters.CharFilter(method="by_actor", max_length=254, label="name or id of who acted")
    action = filters.CharFilter(method="by_actions", max_length=64, label="what was done; may be repeated")
    object_type = filters.CharFilter(max_length=64, label="kind of thing, such as alert or user")
    object_id = filters.CharFilter(max_length=64, label="which one of its kind")

    def by_actor(self, entries: AuditQuerySet, name: str, value: str) -> AuditQuerySet:
        if value.isascii() and value.isdigit() and len(value) <= LONGEST_ID:
            return entries.filter(actor_id=int(value))
        return entries.filter(actor_name=value)

    def by_actions(self, entries: AuditQuerySet, name: str, value: str) -> AuditQuerySet:
        return entries.filter(action__in=_every(self.data, name) or [value])


def asked_filters(params: QueryDict) -> dict[str, list[str]]:
    """Return the filters of a request, as they are audited."""
    return {name: _every(params, name) for name in sorted(AuditFilter.get_filters()) if name in params}


def _every(params: Any, name: str) -> list[str]:
    return [str(one) for one in params.getlist(name)] if isinstance(params, QueryDict) else []
