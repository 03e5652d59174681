"""Credentials of machines, made and ended by administrators."""

from http import HTTPStatus
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import answers
from accounts import service_token_services as service_tokens
from accounts.capabilities import Capability
from accounts.models import ServiceToken, User
from accounts.serializers import IssuedServiceTokenSerializer, NewServiceTokenSerializer, ServiceTokenSerializer
from riskplatform.lib.api import requires


class ServiceTokensView(ListAPIView[ServiceToken]):
    """The service tokens, newest first; never their values."""

    permission_classes = [requires(Capability.MANAGE_USERS)]
    serializer_class = ServiceTokenSerializer
    queryset = ServiceToken.objects.select_related("owner")
    filter_backends = []
    keeps_no_answer = True

    @extend_schema(
        responses={
            200: ServiceTokenSerializer(many=True),
            400: answers.INVALID,
            401: answers.NOT_SIGNED_IN,
            403: answers.FORBIDDEN,
            404: answers.BAD_PAGE,
        },
    )
    def get(self, request: Request, *args: Any, **options: Any) -> Response:
        return super().get(request, *args, **options)

    @extend_schema(
        request=NewServiceTokenSerializer,
        responses={
            201: IssuedServiceTokenSerializer, 400: answers.INVALID,
            401: answers.NOT_SIGNED_IN, 403: answers.FORBIDDEN,
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make a token for a machine.  `token` in the answer is its value; it is shown this once."""
        form = NewServiceTokenSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = cast(User, request.user)
        issued = service_tokens.issue(
            name=form.validated_data["name"],
            owner_id=form.validated_data.get("owner", user.pk),
            scopes=form.validated_data["scopes"],
            expires_at=form.validated_data["expires_at"],
            by=user,
        )
        body = {**ServiceTokenSerializer(issued.row).data, "token": issued.value}
        return answers.secret(body, status=HTTPStatus.CREATED)


class ServiceTokenView(APIView):
    """End a service token, at once and for good."""

    permission_classes = [requires(Capability.MANAGE_USERS)]

    @extend_schema(
        responses={
            204: answers.NOTHING, 401: answers.NOT_SIGNED_IN, 403: answers.FORBIDDEN, 404: answers.MISSING
        },
    )  # fmt: skip
    def delete(self, request: Request, pk: str) -> Response:
        service_tokens.revoke(pk=int(pk), by=cast(User, request.user))
        return Response(status=HTTPStatus.NO_CONTENT)
