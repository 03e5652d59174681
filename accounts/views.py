"""Who you are and how you prove it."""

from typing import Any, cast

from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services, tickets
from accounts.models import User
from accounts.serializers import CredentialsSerializer, MeSerializer, TicketSerializer, TokenPairSerializer


class LoginView(APIView):
    # No authentication here: a stale token or cookie in the browser must not stand in the way of a new sign-in.
    authentication_classes: Any = []
    permission_classes = [AllowAny]

    def post(self, request: Request) -> Response:
        form = CredentialsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        pair = services.sign_in(
            request._request,
            identifier=form.validated_data["username"],
            password=form.validated_data["password"],
        )
        return Response(TokenPairSerializer(pair).data, headers={"Cache-Control": "no-store"})


class MeView(APIView):
    permission_classes = [IsAuthenticated]

    def get(self, request: Request) -> Response:
        return Response(MeSerializer(cast(User, request.user)).data)


class SocketTicketView(APIView):
    permission_classes = [IsAuthenticated]

    def post(self, request: Request) -> Response:
        ticket = tickets.issue(cast(User, request.user).pk)
        return Response(TicketSerializer({"ticket": ticket}).data, headers={"Cache-Control": "no-store"})
