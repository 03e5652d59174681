"""Where one is signed in by the API."""

import uuid
from http import HTTPStatus
from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import answers, family_services
from accounts.authentication import family_of
from accounts.models import TokenFamily, User
from accounts.permissions import IsPerson
from accounts.serializers import SessionSerializer
from riskplatform.lib.api import CappedCursorPagination


class SessionPagination(CappedCursorPagination):
    ordering = "-created_at"


@extend_schema(
    responses={
        200: SessionSerializer(many=True), 400: answers.INVALID, 401: answers.NOT_SIGNED_IN,
        403: answers.FORBIDDEN, 404: answers.BAD_PAGE,
    },
)  # fmt: skip
class SessionsView(ListAPIView[TokenFamily]):
    """Your open API sign-ins, newest first.  Sessions of the server-rendered pages are not among them."""

    permission_classes = [IsPerson]
    pagination_class = SessionPagination
    serializer_class = SessionSerializer
    queryset = TokenFamily.objects.none()
    filter_backends = []

    def get_queryset(self) -> QuerySet[TokenFamily]:
        if getattr(self, "swagger_fake_view", False):
            return TokenFamily.objects.none()
        return family_services.open_families(cast(User, self.request.user))

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        is_fake = getattr(self, "swagger_fake_view", False)  # while a schema is made, nobody asks
        return context if is_fake else {**context, "current": family_of(self.request)}


class SessionView(APIView):
    """End one of your API sign-ins: its tokens and sockets, at once."""

    permission_classes = [IsPerson]

    @extend_schema(
        responses={
            204: answers.NOTHING, 401: answers.NOT_SIGNED_IN, 403: answers.FORBIDDEN, 404: answers.MISSING
        },
    )  # fmt: skip
    def delete(self, request: Request, pk: str) -> Response:
        family_services.end_by_choice(cast(User, request.user), family=uuid.UUID(pk))
        return Response(status=HTTPStatus.NO_CONTENT)
