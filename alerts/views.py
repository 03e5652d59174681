"""Alerts, to read; `verb_views` takes care of them."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from alerts.filters import AlertFilter
from alerts.models import Alert, AlertEvent
from alerts.serializers import AlertDetailSerializer, AlertEventSerializer, AlertSerializer, AlertStatsSerializer
from alerts.statistics import alert_statistics
from riskplatform.lib.api import CappedCursorPagination, requires
from riskplatform.lib.api_filters import StrictFilterBackend


class OldestFirst(CappedCursorPagination):
    ordering = "id"


class AlertListView(ListAPIView[Alert]):
    """Alerts, newest first."""

    permission_classes = [requires(Capability.READ_ALERTS)]
    serializer_class = AlertSerializer
    filter_backends = [StrictFilterBackend]
    filterset_class = AlertFilter
    queryset = Alert.objects.select_related("instrument")


class AlertView(RetrieveAPIView[Alert]):
    """One alert, with copies of the records that opened it and that it peaked at."""

    permission_classes = [requires(Capability.READ_ALERTS)]
    serializer_class = AlertDetailSerializer

    def get_queryset(self) -> QuerySet[Alert]:
        return Alert.objects.select_related("instrument")


class AlertTimelineView(ListAPIView[AlertEvent]):
    """Everything that happened to an alert, machine and people, oldest first."""

    permission_classes = [requires(Capability.READ_ALERTS)]
    serializer_class = AlertEventSerializer
    pagination_class = OldestFirst

    def get_queryset(self) -> QuerySet[AlertEvent]:
        if getattr(self, "swagger_fake_view", False):  # the schema is made without an address
            return AlertEvent.objects.none()
        alert = get_object_or_404(Alert.objects.only("pk"), pk=int(self.kwargs["pk"]))
        return alert.events.all()


class AlertStatsView(APIView):
    """Counts by severity and state, and how fast people were."""

    permission_classes = [requires(Capability.READ_ALERTS)]

    @extend_schema(responses=AlertStatsSerializer)
    def get(self, request: Request) -> Response:
        """Count all stored alerts by the severity at their peak, and average people's times."""
        return Response(AlertStatsSerializer(alert_statistics()).data)
