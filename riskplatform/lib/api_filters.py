"""Query parameters of lists: strict, so that a typing error never passes for a default, and moments in time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError as FieldRefused
from django.utils.dateparse import parse_datetime
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

OF_PAGES = ("cursor", "page_size")


class StrictFilterBackend(filters.DjangoFilterBackend):  # type: ignore[misc]  # django-filter has no types
    """Refuse parameters that neither the filter set, nor pagination, nor `format` declares."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        declared_here = self.get_filterset_class(view, queryset)
        of_pages = OF_PAGES if getattr(view, "paginator", None) else ()
        declared = (*(declared_here.get_filters() if declared_here else ()), *of_pages, "format")
        if unknown := sorted(set(request.query_params) - set(declared)):
            sentence = f"This parameter is not known here; known: {', '.join(declared)}."
            raise ValidationError({name: [sentence] for name in unknown})
        # PostgreSQL cannot hold NUL, so that no value with it is anywhere; asking for it would be our error.
        if broken := sorted(name for name, values in request.query_params.lists() if "\0" in "".join(values)):
            raise ValidationError({name: ["A NUL character has no place here."] for name in broken})
        return super().filter_queryset(request, queryset, view)


def asked(view: GenericAPIView[Any]) -> dict[str, Any]:
    """Return the query of a view as its filter set read it; its StrictFilterBackend refuses what is wrong with it."""
    queryset = view.filter_queryset(view.get_queryset())
    form = view.filterset_class(view.request.query_params, queryset=queryset).form  # type: ignore[attr-defined]  # django-filter's name
    form.is_valid()  # the filter backend has refused everything else
    facts: dict[str, Any] = form.cleaned_data
    return facts


def refuse_parameters(request: Request) -> None:
    """Refuse every parameter but `format`, for an address that takes none."""
    if unknown := sorted(set(request.query_params) - {"format"}):
        raise ValidationError({name: ["This parameter is not known here; known: format."] for name in unknown})


class InstantField(forms.Field):
    """An instant as RFC 3339 spells it, with its offset from UTC: without one it could be anywhere in half a day."""

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            instant = parse_datetime(str(value)) if str(value).isascii() else None
            if instant is not None and instant.tzinfo is not None:
                return instant.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise FieldRefused(
            "Must be an instant with its offset from UTC, such as 2026-01-30T09:15:00Z (a + is written %%2B), "
            "was %(came)r.",
            params={"came": value},
        )


class InstantFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = InstantField


class PeriodForm(forms.Form):
    """`from` comes before `to`."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("from"), cleaned.get("to")
        if since and until and not since < until:
            self.add_error("to", f"Must be later than from ({since.isoformat()}), was {until.isoformat()}.")
        return cleaned


class PeriodFilterSet(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """A filter set with `from` and `to`; `period_field` is the column that they limit."""

    period_field = "at"

    class Meta:
        form = PeriodForm

    @classmethod
    def get_filters(cls) -> Mapping[str, Any]:
        # `from` is a word of Python's own, so that it cannot stand in the class body.
        name = cls.period_field
        since = InstantFilter(
            field_name=name, lookup_expr="gte", label="from this instant on (RFC 3339, with its offset)"
        )
        until = InstantFilter(
            field_name=name, lookup_expr="lt", label="before this instant (RFC 3339, with its offset)"
        )
        return {**super().get_filters(), "from": since, "to": until}
