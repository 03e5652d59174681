"""Silences: who withholds notifications of what, why and until when."""

from http import HTTPStatus
from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from accounts.models import User
from alerts import silence_services
from alerts.silence_forms import SilenceFilter, SilenceForm, SilenceShape
from alerts.silence_models import Silence
from alerts.silence_services import NewSilence
from riskplatform.lib.api import requires
from riskplatform.lib.api_filters import StrictFilterBackend


class SilencesView(ListAPIView[Silence]):
    """Silences, newest first."""

    serializer_class = SilenceShape
    filter_backends = [StrictFilterBackend]
    filterset_class = SilenceFilter
    queryset = Silence.objects.all()

    def get_permissions(self) -> list[BasePermission]:
        needed = Capability.HANDLE_ALERTS if self.request.method == "POST" else Capability.READ_ALERTS
        return [requires(needed)()]

    @extend_schema(request=SilenceForm, responses={201: SilenceShape})
    def post(self, request: Request) -> Response:
        """Withhold notifications of what fits every part of the scope that is named; alerts themselves go on."""
        form = SilenceForm(data=request.data)
        form.is_valid(raise_exception=True)
        silence = silence_services.create(NewSilence(**form.validated_data), by=cast(User, request.user))
        return Response(SilenceShape(silence).data, status=HTTPStatus.CREATED)


class SilenceView(RetrieveAPIView[Silence]):
    """One silence."""

    permission_classes = [requires(Capability.READ_ALERTS)]
    serializer_class = SilenceShape
    queryset = Silence.objects.all()


class EndSilenceView(APIView):
    """The early end of a silence."""

    permission_classes = [requires(Capability.HANDLE_ALERTS)]

    @extend_schema(request=None, responses=SilenceShape)
    def post(self, request: Request, pk: str) -> Response:
        """End a silence now; what it withheld of alerts that still fire is told."""
        silence = silence_services.end(int(pk), by=cast(User, request.user))
        return Response(SilenceShape(silence).data)
