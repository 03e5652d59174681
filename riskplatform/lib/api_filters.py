"""Filters that refuse what they do not know: a mistyped parameter must not pass for "everything"."""

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions
from rest_framework.request import Request

ALWAYS_KNOWN = frozenset({"cursor", "page_size", "format"})


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]  # django-filter has no types
    """django-filter's backend, refusing parameters that neither the view's filters nor its pages declare (HTTP 400)."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filters = self.get_filterset_class(view, queryset)
        known = ALWAYS_KNOWN | set(filters.base_filters if filters else ())
        if unknown := sorted(set(request.query_params) - known):
            sentence = f"This parameter is not known here; known: {', '.join(sorted(known))}."
            raise exceptions.ValidationError({name: [sentence] for name in unknown})
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered
