"""The features of a symbol against their normal."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.capabilities import Capability
from risk.chart_filters import OneSymbolFilter
from risk.chart_queries import newest_run_of
from risk.feature_queries import features_now
from risk.filters import MOST_ID, RunFilter
from risk.models import Instrument
from risk.response_serializers import ReadingSerializer
from risk.serializers import UNKNOWN_SOURCE
from risk.views import SourcesOfRuns, no_sources
from riskplatform.lib.api import requires
from riskplatform.lib.api_filters import StrictFilterBackend


class NormalSerializer(serializers.Serializer[Any]):
    """Median and the range of the middle four fifths of earlier minutes of the run."""

    median = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    minutes = serializers.IntegerField()


class FeatureSerializer(ReadingSerializer):
    """A feature; `place` is the share of the earlier minutes whose value was lower, a tie counting half."""

    name = serializers.CharField()
    normal = NormalSerializer(allow_null=True)
    place = serializers.FloatField(allow_null=True)


class FeaturesSerializer(serializers.Serializer[Any]):
    """The features at the end `at` of the last closed minute; null and empty where no minute has any."""

    symbol = serializers.CharField()
    run = serializers.IntegerField(allow_null=True)
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # declared fields are not attributes of the class
    at = serializers.DateTimeField(allow_null=True)
    features = FeatureSerializer(many=True)


class FeaturesFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Which symbol and run."""

    symbol = OneSymbolFilter(required=True, label="one symbol or alias")
    run = RunFilter(min_value=1, max_value=MOST_ID, label="this run only")

    def filter_queryset(self, queryset: QuerySet[Instrument]) -> QuerySet[Instrument]:
        return queryset


class RiskFeaturesView(GenericAPIView[Instrument]):
    """The features of one symbol at its last closed minute, each beside its own last minutes."""

    permission_classes = [requires(Capability.READ_RISK)]
    pagination_class = None
    filter_backends = [StrictFilterBackend]
    filterset_class = FeaturesFilter
    queryset = Instrument.objects.all()
    serializer_class = FeaturesSerializer
    sources_of_runs: SourcesOfRuns = staticmethod(no_sources)

    @extend_schema(responses=FeaturesSerializer)
    def get(self, request: Request) -> Response:
        """Return the features of the newest run that scored the symbol, or of the one that is asked for."""
        form = FeaturesFilter(request.query_params, queryset=self.filter_queryset(self.get_queryset())).form
        form.is_valid()  # the filter backend has refused everything else
        instrument: Instrument = form.cleaned_data["symbol"]
        run: int | None = form.cleaned_data["run"] or newest_run_of(instrument.pk)
        found = None if run is None else features_now(run, instrument.pk)
        at, features = found or (None, [])
        source = None if run is None else self.sources_of_runs([run]).get(run, UNKNOWN_SOURCE)
        return Response({"symbol": instrument.symbol, "run": run, "source": source, "at": at, "features": features})
