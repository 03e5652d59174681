"""Risks, to read."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.capabilities import Capability
from risk.filters import LiveFilter
from risk.live_state import mark_stale
from risk.models import LatestRisk, MinuteBar, RiskRecord
from risk.response_serializers import LiveRiskPageSerializer, RecordDetailSerializer
from risk.serializers import RANK_MINUTES, UNKNOWN_SOURCE, ScoreSerializer, record_detail
from riskplatform.lib.api import CappedCursorPagination, requires
from riskplatform.lib.api_filters import StrictFilterBackend

SourcesOfRuns = Callable[[Iterable[int]], Mapping[int, str]]


def no_sources(runs: Iterable[int]) -> Mapping[int, str]:
    """Stand in where nobody knows runs; the routes pass the stream's own look-up."""
    return {}


class LivePagination(CappedCursorPagination):
    ordering = "instrument_id"
    page_size = 500


class LiveRiskView(ListAPIView[LatestRisk]):
    """The newest record of every active instrument, with its state as of now."""

    permission_classes = [requires(Capability.READ_RISK)]
    pagination_class = LivePagination
    serializer_class = ScoreSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = LiveFilter
    sources_of_runs: SourcesOfRuns = staticmethod(no_sources)

    def get_queryset(self) -> QuerySet[LatestRisk]:
        return LatestRisk.objects.filter(instrument__is_active=True).select_related("instrument")

    @extend_schema(responses=LiveRiskPageSerializer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the newest record of every active instrument, in their order, and how the feed stands."""
        return self.list(request)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page: Any = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        sources = self.sources_of_runs({row.run for row in page})
        feed = mark_stale(page)
        answer = self.get_paginated_response(ScoreSerializer(page, many=True, context={"sources": sources}).data)
        answer.data["feed"] = feed
        return answer


class RiskRecordView(RetrieveAPIView[RiskRecord]):
    """One stored record, as it was: why it said so, and the features of its instrument at the last closed minute."""

    permission_classes = [requires(Capability.READ_RISK)]
    queryset = RiskRecord.objects.select_related("instrument")
    serializer_class = ScoreSerializer
    sources_of_runs: SourcesOfRuns = staticmethod(no_sources)

    @extend_schema(responses=RecordDetailSerializer)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return one stored record with its reasons."""
        return self.retrieve(request)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        record = self.get_object()
        sources = self.sources_of_runs({record.run})
        minutes = list(MinuteBar.objects.closed_by(record)[: 1 + RANK_MINUTES])
        return Response(record_detail(record, minutes=minutes, source=sources.get(record.run, UNKNOWN_SOURCE)))
