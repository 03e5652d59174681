"""The instruments of the platform, to search and to choose from."""

from typing import Any, Final

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.capabilities import Capability
from risk.messages import change_percent, stamp
from risk.models import ChainSummary, Instrument, LatestRisk, SymbolAlias
from risk.serializers import UNKNOWN_SOURCE
from risk.views import SourcesOfRuns, no_sources
from riskplatform.lib.api import CappedCursorPagination, requires
from riskplatform.lib.api_filters import StrictFilterBackend

EXCHANGES: Final = ("NSE", "BSE")
YES_NO: Final = (("true", "true"), ("false", "false"))


class LastPriceSerializer(serializers.Serializer[Any]):
    """The price that was scored last, when it was traded, and in which run."""

    price = serializers.FloatField()
    change_percent = serializers.FloatField(allow_null=True)
    tick_time = serializers.DateTimeField()
    run = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # declared fields are not attributes of the class


class InstrumentSerializer(serializers.Serializer[Any]):
    """An instrument; `last` is null before its first score, `has_chain` says that option chains of it are stored."""

    symbol = serializers.CharField()
    name = serializers.CharField()
    exchange = serializers.CharField()
    kind = serializers.ChoiceField(choices=Instrument.Kind.choices)
    aliases = serializers.ListField(child=serializers.CharField())
    active = serializers.BooleanField()
    last = LastPriceSerializer(allow_null=True)
    has_chain = serializers.BooleanField()


@extend_schema_serializer(many=False)  # the page itself, not a page of pages
class InstrumentPageSerializer(serializers.Serializer[Any]):
    results = InstrumentSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class TextFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = forms.CharField


class ChosenFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = forms.ChoiceField


class InstrumentFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Which instruments: by a part of symbol, name or alias, by exchange, kind and whether they are active."""

    search = TextFilter(max_length=64, label="a part of the symbol, the name or an alias")
    exchange = ChosenFilter(choices=[(name, name) for name in EXCHANGES], label="NSE or BSE")
    kind = ChosenFilter(choices=Instrument.Kind.choices, label="index or share")
    active = ChosenFilter(choices=YES_NO, label="whether it is traded here; without, both")

    def filter_queryset(self, queryset: QuerySet[Instrument]) -> QuerySet[Instrument]:
        asked = self.form.cleaned_data
        if text := asked["search"]:
            aliases = SymbolAlias.objects.filter(instrument=OuterRef("pk"), alias__icontains=text)
            queryset = queryset.filter(Q(symbol__icontains=text) | Q(name__icontains=text) | Exists(aliases))
        for name in ("exchange", "kind"):
            if asked[name]:
                queryset = queryset.filter(**{name: asked[name]})
        return queryset.filter(is_active=asked["active"] == "true") if asked["active"] else queryset


class InstrumentPagination(CappedCursorPagination):
    ordering = "symbol"


class InstrumentsView(ListAPIView[Instrument]):
    """Instruments by symbol, with their last price and whether option chains of them are stored."""

    permission_classes = [requires(Capability.READ_RISK)]
    pagination_class = InstrumentPagination
    serializer_class = InstrumentSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = InstrumentFilter
    sources_of_runs: SourcesOfRuns = staticmethod(no_sources)

    def get_queryset(self) -> QuerySet[Instrument]:
        chains = ChainSummary.objects.filter(symbol=OuterRef("symbol"))
        return (
            Instrument.objects.select_related("latest").prefetch_related("aliases").annotate(has_chain=Exists(chains))
        )

    @extend_schema(responses=InstrumentPageSerializer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return instruments in the order of their symbols."""
        return self.list(request)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        sources = self.sources_of_runs({latest.run for row in page if (latest := _latest(row)) is not None})
        return self.get_paginated_response([_shown(row, sources) for row in page])


def _latest(row: Instrument) -> LatestRisk | None:
    return getattr(row, "latest", None)


def _shown(row: Any, sources: Any) -> dict[str, object]:
    latest = _latest(row)
    return {
        "symbol": row.symbol,
        "name": row.name,
        "exchange": row.exchange,
        "kind": row.kind,
        "aliases": sorted(alias.alias for alias in row.aliases.all()),
        "active": row.is_active,
        "last": latest and _last(latest, sources.get(latest.run, UNKNOWN_SOURCE)),
        "has_chain": row.has_chain,
    }


def _last(latest: LatestRisk, source: str) -> dict[str, object]:
    price, previous = float(latest.price), latest.previous_close
    return {
        "price": price,
        "change_percent": change_percent(price, float(previous) if previous else None),
        "tick_time": stamp(latest.tick_time),
        "run": latest.run,
        "source": source,
    }
