"""Stored risks of the past: pages of records, and the same as a file."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.renderers import BrowsableAPIRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.capabilities import Capability
from accounts.models import User
from risk.export_services import record_export
from risk.filters import HistoryFilter
from risk.messages import RiskUpdate
from risk.models import RiskRecord
from risk.response_serializers import RiskUpdateSerializer
from risk.serializers import ScoreSerializer
from risk.views import SourcesOfRuns, no_sources
from riskplatform.lib.api import CappedCursorPagination, RefusesInJson, requires
from riskplatform.lib.api_filters import StrictFilterBackend
from riskplatform.lib.csv_stream import CsvRenderer, csv_response

EXPORT_ROWS_AT_MOST: Final = 100_000
ROWS_AT_A_TIME: Final = 2_000
COLUMNS: Final = tuple(RiskUpdate.__annotations__)


class RiskHistoryView(RefusesInJson, ListAPIView[RiskRecord]):
    """Stored records, newest first; with `Accept: text/csv` or `?format=csv` all of them as a file, up to a limit."""

    permission_classes = [requires(Capability.READ_RISK)]
    pagination_class = CappedCursorPagination
    serializer_class = ScoreSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = HistoryFilter
    renderer_classes = [JSONRenderer, BrowsableAPIRenderer, CsvRenderer]
    queryset = RiskRecord.objects.select_related("instrument")
    sources_of_runs: SourcesOfRuns = staticmethod(no_sources)

    @extend_schema(responses={(200, "application/json"): RiskUpdateSerializer(many=True), (200, "text/csv"): str})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # a file is streamed
        """Return stored records, newest first; as CSV all of them up to the limit that X-Row-Limit names."""
        if request.accepted_renderer.format == CsvRenderer.format:
            return self.export(request)
        return self.list(request)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(_shaped(page or [], self.sources_of_runs))

    def export(self, request: Request) -> StreamingHttpResponse:
        """Send the rows as they are read; which were asked for is audited first."""
        found = self.filter_queryset(self.get_queryset())
        asked = dict(request.query_params.lists())
        record_export(by=cast(User, request.user), asked=asked, most_rows=EXPORT_ROWS_AT_MOST)
        rows = _chunks(found, self.sources_of_runs)
        response = csv_response(request._request, columns=COLUMNS, chunks=rows, name="risk-history.csv")
        response["X-Row-Limit"] = str(EXPORT_ROWS_AT_MOST)
        return response


def _chunks(found: QuerySet[RiskRecord], sources_of_runs: SourcesOfRuns) -> Iterator[list[RiskUpdate]]:
    """Yield the newest rows in portions, each a query of its own: no cursor stays open while a client reads."""
    left, following = EXPORT_ROWS_AT_MOST, found.order_by("-id")
    while rows := list(following[: min(left, ROWS_AT_A_TIME)]):
        yield _shaped(rows, sources_of_runs)
        left -= len(rows)
        if not left:
            return
        following = found.filter(id__lt=rows[-1].pk).order_by("-id")


def _shaped(rows: list[RiskRecord], sources_of_runs: SourcesOfRuns) -> list[RiskUpdate]:
    sources: Mapping[int, str] = sources_of_runs({row.run for row in rows})
    return [ScoreSerializer(row, context={"sources": sources}).data for row in rows]
