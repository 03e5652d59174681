"""Which query parameters the addresses for charts take."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from risk.filters import BUCKET_MINUTES, MOST_ID, BucketFilter, PeriodFilter, RunFilter, SymbolFilter
from risk.models import Instrument

TREND: Final = 60
LONGEST_TREND: Final = 375  # minutes of a session


class OneSymbolField(forms.CharField):
    """A symbol or alias, as its instrument."""

    def clean(self, value: Any) -> Any:
        name = super().clean(value)
        if not name:
            return None
        found = Instrument.objects.filter(Q(symbol=name) | Q(aliases__alias=name)) if "\0" not in name else None
        # A symbol goes before an alias of the same name.
        rows = sorted(found.distinct() if found is not None else (), key=lambda row: row.symbol != name)
        if not rows:
            raise ValidationError("There is no symbol %(name)r.", params={"name": name})
        return rows[0]


class OneSymbolFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = OneSymbolField


class MinutesFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = forms.IntegerField


class TrendFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Which symbols, how many minutes, of which run."""

    symbol = SymbolFilter(label="symbols or aliases: repeated, or with commas; without, every active one")
    minutes = MinutesFilter(
        min_value=1, max_value=LONGEST_TREND, label=f"how many minutes, at most {LONGEST_TREND}; without, {TREND}"
    )
    run = RunFilter(min_value=1, max_value=MOST_ID, label="this run only")

    def filter_queryset(self, queryset: QuerySet[Instrument]) -> QuerySet[Instrument]:
        return queryset


class BarsFilter(PeriodFilter):
    """Which symbol, time and run, and how long the bars are."""

    symbol = OneSymbolFilter(required=True, label="one symbol or alias")
    bucket = BucketFilter(
        choices=[(minutes, minutes) for minutes in BUCKET_MINUTES],
        coerce=int,
        empty_value=BUCKET_MINUTES[0],
        label="minutes of a bar; without, 1",
    )

    class Meta(PeriodFilter.Meta):
        pass

    def filter_queryset(self, queryset: QuerySet[Instrument]) -> QuerySet[Instrument]:
        return queryset
