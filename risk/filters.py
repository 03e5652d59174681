"""Which query parameters the lists of risks take, and what is wrong with those that they refuse."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django_filters import rest_framework as filters

from risk.models import Instrument, LatestRisk, RiskRecord, Severity
from risk.record_queries import RecordQuery, matching
from riskplatform.lib.api_filters import PeriodFilterSet

MOST_NAMES: Final = 500
MOST_ID: Final = 2**63 - 1
BUCKET_MINUTES: Final = (1, 5, 15, 60)


class NamesField(forms.Field):
    """Several names: the parameter repeated, or one with commas; None when there is none."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str] | None:
        names = sorted({name.strip() for text in value or () for name in str(text).split(",")} - {""})
        if len(names) > MOST_NAMES:
            raise ValidationError(f"At most {MOST_NAMES} names at once, were {len(names)}.")
        return self.known(names) if names else None

    def known(self, names: list[str]) -> Any:
        raise NotImplementedError


class SymbolsField(NamesField):
    """Symbols or aliases, as the ids of their instruments."""

    def known(self, names: list[str]) -> list[int]:
        ids = {} if any("\0" in name for name in names) else instruments_named(names)
        if unknown := [name for name in names if name not in ids]:
            raise ValidationError("There is no symbol %(name)r.", params={"name": unknown[0]})
        return sorted(set(ids.values()))


class SeveritiesField(NamesField):
    def known(self, names: list[str]) -> list[str]:
        if unknown := [name for name in names if name not in Severity.values]:
            expected = f"A severity is one of {', '.join(Severity.values)}"
            raise ValidationError(f"{expected}, was %(name)r.", params={"name": unknown[0]})
        return names


class SymbolFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = SymbolsField


class SeverityFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = SeveritiesField


class ScoreFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = forms.FloatField


class RunFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = forms.IntegerField


class BucketFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = forms.TypedChoiceField


class RiskFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Which symbols, which severities, from which score on."""

    symbol = SymbolFilter(label="symbols or aliases: repeated, or with commas")
    severity = SeverityFilter(label=f"of {', '.join(Severity.values)}: repeated, or with commas")
    min_score = ScoreFilter(min_value=0.0, max_value=1.0, label="scores from here on, from 0 to 1")


class LiveFilter(RiskFilter):
    """Of the newest records."""

    def filter_queryset(self, queryset: QuerySet[LatestRisk]) -> QuerySet[LatestRisk]:
        asked = self.form.cleaned_data
        if asked["symbol"] is not None:
            queryset = queryset.filter(instrument__in=asked["symbol"])
        if asked["severity"]:
            queryset = queryset.filter(severity__in=asked["severity"])
        return queryset if asked["min_score"] is None else queryset.filter(score__gte=asked["min_score"])


class PeriodFilter(PeriodFilterSet):
    """Which time and which run."""

    run = RunFilter(min_value=1, max_value=MOST_ID, label="this run only")

    class Meta(PeriodFilterSet.Meta):
        pass


class HistoryFilter(RiskFilter, PeriodFilter):
    """Of all stored records."""

    class Meta(PeriodFilter.Meta):
        pass

    def filter_queryset(self, queryset: QuerySet[RiskRecord]) -> QuerySet[RiskRecord]:
        return matching(self.query(), among=queryset)

    def query(self) -> RecordQuery:
        asked = self.form.cleaned_data
        return RecordQuery(
            instruments=asked["symbol"],
            severities=asked["severity"] or (),
            min_score=asked["min_score"],
            since=asked["from"],
            until=asked["to"],
            run=asked["run"],
        )


class StatsFilter(PeriodFilter):
    """Which time and run statistics are of, and how long their buckets are."""

    bucket = BucketFilter(
        choices=[(minutes, minutes) for minutes in BUCKET_MINUTES],
        coerce=int,
        empty_value=BUCKET_MINUTES[1],
        label="minutes of a bucket; without, 5",
    )

    class Meta(PeriodFilter.Meta):
        pass

    def filter_queryset(self, queryset: QuerySet[LatestRisk]) -> QuerySet[LatestRisk]:
        return queryset


def instruments_named(names: list[str]) -> dict[str, int]:
    """Return the ids of instruments, active or not, by those of `names` that are a symbol or an alias."""
    named = Q(symbol__in=names) | Q(aliases__alias__in=names)
    found: dict[str, int] = {}
    for pk, symbol, alias in Instrument.objects.filter(named).values_list("id", "symbol", "aliases__alias"):
        if alias is not None:
            found.setdefault(alias, pk)
        found[symbol] = pk
    return found
