"""What people do to an alert: one call each, refused with 409 and the present state when somebody was faster."""

from typing import ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from accounts.models import User
from alerts.serializers import AlertSerializer
from alerts.verbs import VERBS, Verb
from riskplatform.lib.api import requires


class _VerbView(APIView):
    """Reads the form and answers with the alert as it is after the act."""

    permission_classes = [requires(Capability.HANDLE_ALERTS)]
    verb: ClassVar[Verb]

    def post(self, request: Request, pk: str) -> Response:
        alert = self.verb.carry_out(int(pk), cast(User, request.user), request.data)
        return Response(AlertSerializer(alert).data)


@extend_schema(request=VERBS["acknowledge"].form, responses=AlertSerializer)
class AcknowledgeView(_VerbView):
    """Somebody looks after an open alert."""

    verb = VERBS["acknowledge"]


@extend_schema(request=VERBS["resolve"].form, responses=AlertSerializer)
class ResolveView(_VerbView):
    """Nobody needs to look at it any more: says what it was, and why."""

    verb = VERBS["resolve"]


@extend_schema(request=VERBS["reopen"].form, responses=AlertSerializer)
class ReopenView(_VerbView):
    """Opens a resolved alert again."""

    verb = VERBS["reopen"]


@extend_schema(request=VERBS["assign"].form, responses=AlertSerializer)
class AssignView(_VerbView):
    """Gives an alert to somebody, or with null to nobody."""

    verb = VERBS["assign"]


@extend_schema(request=VERBS["comment"].form, responses=AlertSerializer)
class CommentView(_VerbView):
    """Writes a line into the timeline."""

    verb = VERBS["comment"]


@extend_schema(request=VERBS["snooze"].form, responses=AlertSerializer)
class SnoozeView(_VerbView):
    """Lets nobody be reminded for some minutes of open market, or until an instant of log time."""

    verb = VERBS["snooze"]


@extend_schema(request=VERBS["unsnooze"].form, responses=AlertSerializer)
class UnsnoozeView(_VerbView):
    """Ends a snooze before its time."""

    verb = VERBS["unsnooze"]
