"""The runtime configuration, for administrators."""

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from accounts.models import User
from risk import config_services as configuration
from risk.config_effects import effect
from risk.config_models import ConfigVersion
from risk.config_serializers import (
    AdoptionSerializer,
    ChangeForm,
    ConfigSerializer,
    DryRunForm,
    EffectSerializer,
    RollBackForm,
    ValidationSerializer,
    VersionSerializer,
    setting_rows,
)
from risk.configuration import NAMES, checked
from riskplatform.lib.api import CappedCursorPagination, requires

PROPOSED = [OpenApiParameter(name, OpenApiTypes.STR, description="a proposed value") for name in NAMES]


class ConfigView(APIView):
    """The configuration in force.  A change is a new version; running workers adopt it at their next record instant."""

    permission_classes = [requires(Capability.CONFIGURE)]

    @extend_schema(responses=ConfigSerializer)
    def get(self, request: Request) -> Response:
        """Return the version in force, where workers took it up, and what each value means."""
        configuration.ensure_first()
        stored = configuration.stored_version(configuration.in_force().number)
        return Response(_shown(stored))

    @extend_schema(request=ChangeForm, responses=ConfigSerializer)
    def put(self, request: Request) -> Response:
        """Store a new version with some values changed; names left out keep their value."""
        form = ChangeForm(data=request.data)
        form.is_valid(raise_exception=True)
        stored = configuration.change(**form.validated_data, by=cast(User, request.user))
        return Response(_shown(stored))


class ConfigValidateView(APIView):
    """Whether values could be stored, with all that is wrong about them."""

    permission_classes = [requires(Capability.CONFIGURE)]

    @extend_schema(parameters=PROPOSED, responses=ValidationSerializer)
    def get(self, request: Request) -> Response:
        """Judge the proposed values, given as query parameters; without any, the version in force."""
        current = configuration.in_force()
        values = {name: _number(str(text)) for name, text in request.query_params.items() if name != "format"}
        config, problems = checked(values or current.config.values(), base=current.config)
        answer = {
            "valid": not problems,
            "problems": [problem._asdict() for problem in problems],
            "based_on": current.number,
            "values": config.values(),
        }
        return Response(ValidationSerializer(answer).data)


class ConfigDryRunView(APIView):
    """What a change would have done, before it is made."""

    permission_classes = [requires(Capability.CONFIGURE)]

    @extend_schema(request=DryRunForm, responses=EffectSerializer)
    def post(self, request: Request) -> Response:
        """Judge the newest stored records with the proposed values; stores nothing."""
        form = DryRunForm(data=request.data)
        form.is_valid(raise_exception=True)
        current = configuration.in_force().config
        proposed = configuration.proposed(form.validated_data["values"], base=current)
        found = effect(current, proposed, records=form.validated_data["records"])
        return Response(EffectSerializer(found).data)


class ConfigRollBackView(APIView):
    """The way back to an earlier version."""

    permission_classes = [requires(Capability.CONFIGURE)]

    @extend_schema(
        request=RollBackForm,
        responses={200: ConfigSerializer, 404: OpenApiResponse(description="There is no such version.")},
    )
    def post(self, request: Request) -> Response:
        """Store the values of an earlier version as a new one."""
        form = RollBackForm(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        stored = configuration.roll_back(to=asked["version"], reason=asked["reason"], by=cast(User, request.user))
        return Response(_shown(stored))


class HistoryPagination(CappedCursorPagination):
    ordering = "-number"


class ConfigHistoryView(ListAPIView[ConfigVersion]):
    """All versions, newest first: who changed what, when and why."""

    permission_classes = [requires(Capability.CONFIGURE)]
    pagination_class = HistoryPagination
    serializer_class = VersionSerializer
    queryset = ConfigVersion.objects.all()


class ConfigVersionView(RetrieveAPIView[ConfigVersion]):
    """One version, as it was stored."""

    permission_classes = [requires(Capability.CONFIGURE)]
    serializer_class = VersionSerializer
    queryset = ConfigVersion.objects.all()


def _shown(stored: ConfigVersion) -> dict[str, Any]:
    adopted = AdoptionSerializer(configuration.adopted_by_partition(), many=True).data
    return {**VersionSerializer(stored).data, "adopted": adopted, "settings": setting_rows()}


def _number(text: str) -> float | str:
    """Return a query parameter as the number that it spells; anything else stays text, for its sentence."""
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return text
