"""Who may be given an alert."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from alerts.page_facts import colleagues
from riskplatform.lib.api import requires


class AssigneesSerializer(serializers.Serializer[Any]):
    """User names that `assign` takes."""

    assignees = serializers.ListField(child=serializers.CharField())


class AssigneesView(APIView):
    """Who may be given an alert."""

    permission_classes = [requires(Capability.HANDLE_ALERTS)]

    @extend_schema(responses=AssigneesSerializer)
    def get(self, request: Request) -> Response:
        """Return the user names of everybody active who may take care of alerts, in their order."""
        return Response({"assignees": colleagues()})
