"""Alerts, to read and to take care of."""

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from accounts.models import User
from alerts import services
from alerts.filters import AlertFilter
from alerts.models import Alert
from alerts.serializers import AlertDetailSerializer, AlertSerializer, AlertStatsSerializer, NoteForm
from alerts.statistics import alert_statistics
from riskplatform.lib.api import requires
from riskplatform.lib.api_filters import StrictFilterBackend


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


class AlertStatsView(APIView):
    """Counts by severity and state, and how fast people were."""

    permission_classes = [requires(Capability.READ_ALERTS)]

    @extend_schema(responses=AlertStatsSerializer)
    def get(self, request: Request) -> Response:
        """Count all stored alerts by the severity at their peak, and average people's times."""
        return Response(AlertStatsSerializer(alert_statistics()).data)


class AcknowledgeView(APIView):
    """Somebody looks after it."""

    permission_classes = [requires(Capability.HANDLE_ALERTS)]

    @extend_schema(request=NoteForm, responses=AlertSerializer)
    def post(self, request: Request, pk: str) -> Response:
        """Acknowledge an open alert; 409 with its present state when somebody was faster."""
        return Response(_after(services.acknowledge, request, pk))


class ResolveView(APIView):
    """Nobody needs to look at it any more."""

    permission_classes = [requires(Capability.HANDLE_ALERTS)]

    @extend_schema(request=NoteForm, responses=AlertSerializer)
    def post(self, request: Request, pk: str) -> Response:
        """Resolve an alert that is not resolved yet; 409 with its present state when somebody was faster."""
        return Response(_after(services.resolve, request, pk))


def _after(verb: Any, request: Request, pk: str) -> Any:
    form = NoteForm(data=request.data)
    form.is_valid(raise_exception=True)
    alert = verb(int(pk), by=cast(User, request.user), note=form.validated_data["note"])
    return AlertSerializer(alert).data
