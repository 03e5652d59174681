"""How good the model is."""

from django import forms
from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.capabilities import Capability
from risk.filters import MOST_ID
from risk.models import BacktestResult
from risk.quality_queries import quality
from risk.quality_serializers import QualitySerializer
from riskplatform.lib.api import requires
from riskplatform.lib.api_filters import StrictFilterBackend, asked
from riskplatform.lib.errors import Missing


class ResultMissing(Missing):
    code = "result_not_found"


class NumberFilter(filters.Filter):  # type: ignore[misc]  # django-filter has no types
    field_class = forms.IntegerField


class QualityFilter(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Which stored result."""

    result = NumberFilter(min_value=1, max_value=MOST_ID, label="this stored result; without, the newest")

    def filter_queryset(self, queryset: QuerySet[BacktestResult]) -> QuerySet[BacktestResult]:
        return queryset


class ModelQualityView(GenericAPIView[BacktestResult]):
    """The account of a walk-forward backtest: of a stored one, or of that which is shipped with the model."""

    permission_classes = [requires(Capability.READ_RISK)]
    pagination_class = None
    filter_backends = [StrictFilterBackend]
    filterset_class = QualityFilter
    queryset = BacktestResult.objects.all()
    serializer_class = QualitySerializer

    @extend_schema(responses=QualitySerializer, filters=True)
    def get(self, request: Request) -> Response:
        """Return the newest stored account, or the one that is asked for; before any, the shipped one."""
        number: int | None = asked(self)["result"]
        found = quality(number)
        if found is None:
            raise ResultMissing(f"There is no stored result {number}.")
        return Response(found)
