"""Query parameters of lists: one that nobody declared is refused, so that a typing error never passes for a default."""

from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

OF_PAGES = ("cursor", "page_size")


class StrictFilterBackend(DjangoFilterBackend):  # type: ignore[misc]  # django-filter has no types
    """Refuse parameters that neither the filter set, nor pagination, nor `format` declares."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        filters = self.get_filterset_class(view, queryset)
        of_pages = OF_PAGES if getattr(view, "paginator", None) else ()
        declared = (*(filters.base_filters if filters else ()), *of_pages, "format")
        if unknown := sorted(set(request.query_params) - set(declared)):
            sentence = f"This parameter is not known here; known: {', '.join(declared)}."
            raise ValidationError({name: [sentence] for name in unknown})
        # PostgreSQL cannot hold NUL, so that no value with it is anywhere; asking for it would be our error.
        if broken := sorted(name for name, values in request.query_params.lists() if "\0" in "".join(values)):
            raise ValidationError({name: ["A NUL character has no place here."] for name in broken})
        return super().filter_queryset(request, queryset, view)
