"""Alerts, to read; `verb_views` takes care of them."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView, ListAPIView, RetrieveAPIView, get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.capabilities import Capability
from alerts import counts
from alerts.filters import AlertCountsFilter, AlertFilter, AlertStatsFilter
from alerts.models import Alert, AlertEvent
from alerts.serializers import AlertDetailSerializer, AlertEventSerializer, AlertSerializer
from alerts.statistics import Range, alert_statistics
from alerts.statistics_serializers import AlertCountsSerializer, AlertStatsSerializer
from risk.messages import stamp
from risk.stats import Period
from riskplatform.lib.api import CappedCursorPagination, requires
from riskplatform.lib.api_filters import StrictFilterBackend, asked


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


class AlertStatsView(GenericAPIView[Alert]):
    """Counts by severity and state, and how fast people were."""

    permission_classes = [requires(Capability.READ_ALERTS)]
    pagination_class = None
    filter_backends = [StrictFilterBackend]
    filterset_class = AlertStatsFilter
    queryset = Alert.objects.all()
    serializer_class = AlertStatsSerializer

    @extend_schema(responses=AlertStatsSerializer)
    def get(self, request: Request) -> Response:
        """Count the alerts raised in a range of time, without one in the last 30 days, and average people's times."""
        query = asked(self)
        period = Range.of(since=query["from"], until=query["to"], now=timezone.now())
        return Response(alert_statistics(period))


class AlertCountsView(GenericAPIView[Alert]):
    """How many alerts opened, over time."""

    permission_classes = [requires(Capability.READ_ALERTS)]
    pagination_class = None
    filter_backends = [StrictFilterBackend]
    filterset_class = AlertCountsFilter
    queryset = Alert.objects.all()
    serializer_class = AlertCountsSerializer

    @extend_schema(responses=AlertCountsSerializer, filters=True)
    def get(self, request: Request) -> Response:
        """Count what opened in each bucket of log time; without a range in the day up to the last opening."""
        query = asked(self)
        minutes, run = query["bucket"], query["run"]
        newest = counts.newest_opening(run) or query["from"] or query["to"]
        if newest is None:
            return Response({"from": None, "to": None, "bucket_minutes": minutes, "run": run, "buckets": []})
        period = Period.of(since=query["from"], until=query["to"], newest=newest, minutes=minutes)
        return Response(
            {
                "from": stamp(period.since),
                "to": stamp(period.until),
                "bucket_minutes": minutes,
                "run": run,
                "buckets": counts.counted(period, run=run),
            }
        )
