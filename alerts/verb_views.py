"""What people do to an alert: one call each, refused with 409 and the present state when somebody was faster."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.capabilities import Capability
from accounts.models import User
from alerts import people_services as people
from alerts.models import Alert
from alerts.serializers import AlertSerializer
from alerts.verb_forms import AssignForm, CommentForm, NoteForm, ResolveForm, SnoozeForm
from riskplatform.lib.api import requires


class _VerbView(APIView):
    """Reads the form and answers with the alert as it is after the act."""

    permission_classes = [requires(Capability.HANDLE_ALERTS)]
    form: ClassVar[type[serializers.Serializer[Any]]] = NoteForm

    def post(self, request: Request, pk: str) -> Response:
        form = self.form(data=request.data)
        form.is_valid(raise_exception=True)
        alert = self.act(int(pk), cast(User, request.user), form.validated_data)
        return Response(AlertSerializer(alert).data)

    def act(self, pk: int, by: User, asked: Mapping[str, Any]) -> Alert:
        raise NotImplementedError


@extend_schema(request=NoteForm, responses=AlertSerializer)
class AcknowledgeView(_VerbView):
    """Somebody looks after an open alert."""

    def act(self, pk: int, by: User, asked: Mapping[str, Any]) -> Alert:
        return people.acknowledge(pk, by=by, **asked)


@extend_schema(request=ResolveForm, responses=AlertSerializer)
class ResolveView(_VerbView):
    """Nobody needs to look at it any more: says what it was, and why."""

    form = ResolveForm

    def act(self, pk: int, by: User, asked: Mapping[str, Any]) -> Alert:
        return people.resolve(pk, by=by, **asked)


@extend_schema(request=NoteForm, responses=AlertSerializer)
class ReopenView(_VerbView):
    """Opens a resolved alert again."""

    def act(self, pk: int, by: User, asked: Mapping[str, Any]) -> Alert:
        return people.reopen(pk, by=by, **asked)


@extend_schema(request=AssignForm, responses=AlertSerializer)
class AssignView(_VerbView):
    """Gives an alert to somebody, or with null to nobody."""

    form = AssignForm

    def act(self, pk: int, by: User, asked: Mapping[str, Any]) -> Alert:
        return people.assign(pk, by=by, to=asked["assignee"], note=asked["note"])


@extend_schema(request=CommentForm, responses=AlertSerializer)
class CommentView(_VerbView):
    """Writes a line into the timeline."""

    form = CommentForm

    def act(self, pk: int, by: User, asked: Mapping[str, Any]) -> Alert:
        return people.comment(pk, by=by, **asked)


@extend_schema(request=SnoozeForm, responses=AlertSerializer)
class SnoozeView(_VerbView):
    """Lets nobody be reminded for some minutes of open market, or until an instant of log time."""

    form = SnoozeForm

    def act(self, pk: int, by: User, asked: Mapping[str, Any]) -> Alert:
        return people.snooze(pk, by=by, **asked)
