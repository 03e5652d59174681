"""The audit log, to read and to take away."""

from dataclasses import asdict
from typing import Any, Final, cast

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from audit import export, services
from audit.filters import AuditFilter, asked_filters
from audit.models import AuditEntry
from audit.serializers import AuditEntrySerializer
from riskplatform.lib.api import CappedCursorPagination, RefusesInJson, requires
from riskplatform.lib.api_filters import StrictFilterBackend
from riskplatform.lib.csv_stream import streamed

READ_AUDIT: Final = "audit.read"  # a capability of `accounts`, which stands above this app
JSON_LINES: Final = "application/x-ndjson"


class NewestFirst(CappedCursorPagination):
    ordering = "-sequence"


class AuditLogView(ListAPIView[AuditEntry]):
    """What happened: who did what to which thing, newest first, with each entry's place in the chain."""

    permission_classes = [requires(READ_AUDIT)]
    serializer_class = AuditEntrySerializer
    pagination_class = NewestFirst
    filter_backends = [StrictFilterBackend]
    filterset_class = AuditFilter
    queryset = AuditEntry.objects.all()


class AuditEntryView(RetrieveAPIView[AuditEntry]):
    """One entry, by its number."""

    permission_classes = [requires(READ_AUDIT)]
    serializer_class = AuditEntrySerializer
    queryset = AuditEntry.objects.all()
    lookup_field = "sequence"


class JsonLinesRenderer(JSONRenderer):
    media_type = JSON_LINES
    format = "jsonl"


class CsvRenderer(JSONRenderer):
    media_type = "text/csv"
    format = "csv"


class AuditExportView(RefusesInJson, GenericAPIView[AuditEntry]):
    """The entries as a file, oldest first; taking it away is itself an entry."""

    permission_classes = [requires(READ_AUDIT)]
    http_method_names = ["get", "options"]  # a HEAD would be audited as an export that nobody got
    # They name what can be asked for; what they render themselves are refusals, which are JSON.
    renderer_classes = [JsonLinesRenderer, CsvRenderer, JSONRenderer]
    pagination_class = None
    filter_backends = [StrictFilterBackend]
    filterset_class = AuditFilter
    queryset = AuditEntry.objects.all()

    @extend_schema(
        parameters=[OpenApiParameter("format", OpenApiTypes.STR, enum=["jsonl", "csv"])],
        responses={(200, JSON_LINES): OpenApiTypes.BINARY, (200, "text/csv"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Stream JSON Lines, which `manage.py verify_audit --file` verifies, or CSV (`format=csv`)."""
        entries: Any = self.filter_queryset(self.get_queryset())
        kind = "csv" if request.accepted_renderer.format == "csv" else "jsonl"
        extent, entries = export.extent_of(entries)
        services.record(
            action="audit_exported",
            actor=cast(Any, request.user),
            object_type="audit",
            detail={"format": kind, "filters": asked_filters(request.query_params), **asdict(extent)},
        )
        is_csv = kind == "csv"
        response = streamed(
            request._request,
            export.csv_lines(entries) if is_csv else export.json_lines(entries),
            name=f"audit.{kind}",
            content_type="text/csv; charset=utf-8" if is_csv else JSON_LINES,
        )
        response["Cache-Control"] = "no-store"
        return response
