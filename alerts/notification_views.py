"""Notifications: one's own channels, preferences and list, and how the desk is told."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, cast

import django_filters
from django.db.models import Max, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.answers import NOTHING, secret
from accounts.capabilities import Capability
from accounts.models import User
from alerts.notification_models import Channel, EscalationStep, NotificationPolicy
from alerts.notification_serializers import (
    ChannelForm,
    ChannelShape,
    MadeChannelShape,
    MarkedShape,
    NewChannelForm,
    NoticeShape,
    PolicyForm,
    PolicyShape,
    PreferenceForm,
    PreferenceShape,
    ReadForm,
)
from alerts.notifications import audience, channel_services, outbox_services, preference_services
from alerts.notifications.channel_services import Made, NewChannel
from alerts.outbox_models import Delivery, Notice
from riskplatform.lib.api import requires
from riskplatform.lib.api_filters import StrictFilterBackend


class NoticeFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull")

    class Meta:
        model = Notice
        fields: list[str] = []


class NotificationsView(ListAPIView[Notice]):
    """One's own list in the application, newest first."""

    permission_classes = [requires(Capability.READ_ALERTS)]
    serializer_class = NoticeShape
    filter_backends = [StrictFilterBackend]
    filterset_class = NoticeFilter
    queryset = Notice.objects.none()

    def get_queryset(self) -> QuerySet[Notice]:
        return Notice.objects.shown_to(cast(User, self.request.user).pk)


class ReadView(APIView):
    """Marks of what one has read."""

    permission_classes = [requires(Capability.READ_ALERTS)]

    @extend_schema(request=ReadForm, responses=MarkedShape)
    def post(self, request: Request) -> Response:
        """Mark entries of one's own list as read, all of them without `ids`; those of others are passed over."""
        form = ReadForm(data=request.data)
        form.is_valid(raise_exception=True)
        marked = outbox_services.mark_read(user=_who(request), ids=form.validated_data.get("ids"))
        return Response({"marked": marked})


class ChannelsView(ListAPIView[Channel]):
    """One's own channels; for administrators the desk's too."""

    permission_classes = [requires(Capability.HANDLE_ALERTS)]
    serializer_class = ChannelShape
    filter_backends = []
    queryset = Channel.objects.none()
    keeps_no_answer = True

    def get_queryset(self) -> QuerySet[Channel]:
        return channel_services.seen_by(_who(self.request))

    def get_serializer(self, *args: Any, **options: Any) -> Any:
        if options.get("many"):
            options["context"] = {**self.get_serializer_context(), "last_deliveries": _last_deliveries(args[0])}
        return super().get_serializer(*args, **options)

    @extend_schema(request=NewChannelForm, responses={201: MadeChannelShape})
    def post(self, request: Request) -> Response:
        """Make a channel.  `secret` in the answer is what its webhooks are signed with; it is shown this once."""
        form = NewChannelForm(data=request.data)
        form.is_valid(raise_exception=True)
        made = channel_services.create(NewChannel(**form.validated_data), by=_who(request))
        return secret(_made(made), status=HTTPStatus.CREATED)


class ChannelView(APIView):
    """One channel."""

    permission_classes = [requires(Capability.HANDLE_ALERTS)]

    @extend_schema(responses=ChannelShape)
    def get(self, request: Request, pk: str) -> Response:
        """Return a channel and how its last message fared."""
        return Response(_shown(channel_services.mine(int(pk), by=_who(request))))

    @extend_schema(request=ChannelForm, responses=ChannelShape)
    def patch(self, request: Request, pk: str) -> Response:
        """Change what is given; what is left out stays."""
        form = ChannelForm(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(_shown(channel_services.change(int(pk), form.validated_data, by=_who(request))))

    @extend_schema(responses={204: NOTHING})
    def delete(self, request: Request, pk: str) -> Response:
        """Remove a channel with all that waits for it."""
        channel_services.delete(int(pk), by=_who(request))
        return Response(status=HTTPStatus.NO_CONTENT)


class ChannelTestView(APIView):
    """A message to try a channel with."""

    permission_classes = [requires(Capability.HANDLE_ALERTS)]

    @extend_schema(request=None, responses={202: NoticeShape})
    def post(self, request: Request, pk: str) -> Response:
        """Send a test through the outbox; `last_delivery` of the channel then says how it went."""
        notice = channel_services.send_test(int(pk), by=_who(request))
        return Response(NoticeShape(notice).data, status=HTTPStatus.ACCEPTED)


class ChannelSecretView(APIView):
    """A new signing secret."""

    permission_classes = [requires(Capability.HANDLE_ALERTS)]
    keeps_no_answer = True

    @extend_schema(request=None, responses=MadeChannelShape)
    def post(self, request: Request, pk: str) -> Response:
        """Give a webhook a new signing secret, shown this once; the old one ends at once."""
        return secret(_made(channel_services.renew_secret(int(pk), by=_who(request))))


class PreferencesView(APIView):
    """What one wants to hear of, and when."""

    permission_classes = [requires(Capability.READ_ALERTS)]

    @extend_schema(responses=PreferenceShape)
    def get(self, request: Request) -> Response:
        return Response(PreferenceShape(preference_services.preference_of(_who(request))).data)

    @extend_schema(request=PreferenceForm, responses=PreferenceShape)
    def patch(self, request: Request) -> Response:
        """Change what is given; what is left out stays."""
        form = PreferenceForm(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(
            PreferenceShape(preference_services.change_preference(form.validated_data, by=_who(request))).data
        )


class PolicyView(APIView):
    """How the desk is told, and whom an unacknowledged alert goes to."""

    permission_classes = [requires(Capability.CONFIGURE)]

    @extend_schema(responses=PolicyShape)
    def get(self, request: Request) -> Response:
        return Response(_policy(audience.policy()))

    @extend_schema(request=PolicyForm, responses=PolicyShape)
    def patch(self, request: Request) -> Response:
        """Change what is given; `escalation` replaces the whole order."""
        form = PolicyForm(data=request.data)
        form.is_valid(raise_exception=True)
        changes = dict(form.validated_data)
        steps = changes.pop("escalation", None)
        order = None if steps is None else [_step(step) for step in steps]
        return Response(_policy(preference_services.change_policy(changes, escalation=order, by=_who(request))))


def _who(request: Request) -> User:
    return cast(User, request.user)


def _step(asked: dict[str, Any]) -> preference_services.Step:
    return preference_services.Step(asked["user"], asked["delay_minutes"], asked["minimum_severity"])


def _policy(policy: NotificationPolicy) -> Any:
    values = {name: getattr(policy, name) for name in ("group_seconds", "repeat_hours", "keep_days", "sources")}
    return PolicyShape({**values, "escalation": EscalationStep.objects.select_related("user")}).data


def _shown(channel: Channel) -> Any:
    return ChannelShape(channel, context={"last_deliveries": _last_deliveries([channel])}).data


def _made(made: Made) -> dict[str, Any]:
    return {**_shown(made.channel), "secret": made.secret}


def _last_deliveries(channels: Iterable[Channel]) -> dict[int, Delivery]:
    """Return the newest delivery of each channel, in two queries whatever their number."""
    newest = Delivery.objects.filter(channel__in=list(channels)).values("channel").annotate(last=Max("pk"))
    rows = Delivery.objects.filter(pk__in=[row["last"] for row in newest])
    return {row.channel_id: row for row in rows}
