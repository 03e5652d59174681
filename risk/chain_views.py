"""The stored option chain of a symbol, to read."""

from datetime import date

from django import forms
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.capabilities import Capability
from risk import chain_queries as chains
from risk.chain_serializers import ChainAnswerSerializer
from risk.chart_filters import OneSymbolFilter
from risk.models import ChainSummary, Instrument
from riskplatform.lib.api import requires
from riskplatform.lib.api_filters import StrictFilterBackend, asked


class DayFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = forms.DateField


class ChainFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Which symbol and expiry."""

    symbol = OneSymbolFilter(required=True, label="one symbol or alias")
    expiry = DayFilter(
        input_formats=["%Y-%m-%d"], label="an expiry of the newest stored day; without, the one that the score reads"
    )

    def filter_queryset(self, queryset: QuerySet[Instrument]) -> QuerySet[Instrument]:
        return queryset


class RiskChainView(GenericAPIView[Instrument]):
    """The newest stored option chain of a symbol: its figures, and each contract with its Greeks."""

    permission_classes = [requires(Capability.READ_RISK)]
    pagination_class = None
    filter_backends = [StrictFilterBackend]
    filterset_class = ChainFilter
    queryset = Instrument.objects.all()
    serializer_class = ChainAnswerSerializer

    @extend_schema(responses=ChainAnswerSerializer, filters=True)
    def get(self, request: Request) -> Response:
        """Return the chain of one expiry, or null and the reason why there is none."""
        query = asked(self)
        instrument: Instrument = query["symbol"]
        expiry: date | None = query["expiry"]
        found = chains.newest_chains(instrument)
        chain = chains.chosen_chain(found, expiry)
        return Response(
            {
                "symbol": instrument.symbol,
                "chain": chain and chains.chain_shown(chain),
                "reason": None if chain else _reason(instrument, found, expiry),
                "expiries": [chains.head_shown(one) for one in found],
                "facts": chains.facts_shown(instrument, found[0].trading_date) if found else None,
            }
        )


def _reason(instrument: Instrument, found: list[ChainSummary], expiry: date | None) -> str:
    if not found:
        return f"No option chain of {instrument.symbol} is stored."
    return f"The chains of {found[0].trading_date} have no expiry {expiry}."
