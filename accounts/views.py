"""Who you are and how you prove it: registering, signing in, tokens, the password."""

import uuid
from http import HTTPStatus
from typing import Any, cast

from django.contrib.auth import logout, update_session_auth_hash
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import answers, client_address, family_services, jwt, password_services, services, tickets
from accounts import registration_services as registration
from accounts.account_rules import NewUser
from accounts.authentication import door_of, family_of
from accounts.models import User
from accounts.permissions import IsPerson
from accounts.serializers import (
    CredentialsSerializer,
    LogoutSerializer,
    MeSerializer,
    PasswordSerializer,
    RefreshSerializer,
    RegisteredSerializer,
    RegistrationSerializer,
    TicketSerializer,
    TokenPairSerializer,
)


class RegisterView(APIView):
    """Make an account for yourself.

    In `open` mode the role you ask for (viewer or analyst) is yours at once.  In `approval` mode you begin as a viewer,
    and the answer says that an administrator still has to approve the rest.
    """

    authentication_classes: Any = []
    permission_classes = [AllowAny]
    keeps_no_answer = True

    @extend_schema(
        request=RegistrationSerializer,
        responses={
            201: RegisteredSerializer, 400: answers.INVALID, 403: answers.FORBIDDEN, 429: answers.TOO_MANY
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        form = RegistrationSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with answers.field_errors():
            done = registration.register(NewUser(**form.validated_data), address=client_address.of(request._request))
        body: dict[str, Any] = dict(MeSerializer(done.user).data)
        if done.requested_role:
            body["requested_role"] = done.requested_role
            body["detail"] = f"You are a viewer until an administrator approves the role {done.requested_role}."
        return answers.secret(body, status=HTTPStatus.CREATED)


class LoginView(APIView):
    """Trade a user name (or e-mail address) and a password for an access token and a refresh token."""

    # No authentication here: a stale token or cookie in the browser must not stand in the way of a new sign-in.
    authentication_classes: Any = []
    permission_classes = [AllowAny]
    keeps_no_answer = True

    @extend_schema(
        request=CredentialsSerializer,
        responses={
            200: TokenPairSerializer, 400: answers.INVALID, 401: answers.NOT_SIGNED_IN, 429: answers.TOO_MANY
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        form = CredentialsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        pair = services.sign_in(
            request._request,
            identifier=form.validated_data["username"],
            password=form.validated_data["password"],
        )
        return answers.secret(TokenPairSerializer(pair).data)


class RefreshView(APIView):
    """Trade a refresh token for the next pair.  Each works once; a second use ends the whole sign-in."""

    authentication_classes: Any = []
    permission_classes = [AllowAny]
    keeps_no_answer = True

    @extend_schema(
        request=RefreshSerializer,
        responses={200: TokenPairSerializer, 400: answers.INVALID, 401: answers.NOT_SIGNED_IN},
    )
    def post(self, request: Request) -> Response:
        form = RefreshSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return answers.secret(TokenPairSerializer(family_services.rotate(form.validated_data["refresh_token"])).data)


class LogoutView(APIView):
    """End this sign-in: its access token, refresh token and sockets, or the browser session, at once."""

    permission_classes = [IsPerson]

    @extend_schema(
        request=LogoutSerializer,
        responses={
            204: answers.NOTHING, 400: answers.INVALID, 401: answers.NOT_SIGNED_IN, 403: answers.FORBIDDEN
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        form = LogoutSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = cast(User, request.user)
        named = jwt.read_refresh(form.validated_data.get("refresh_token", ""))
        if named:
            services.sign_out_of_family(user, family=named.family)
        if own := family_of(request):
            services.sign_out_of_family(user, family=uuid.UUID(own))
        else:
            logout(request._request)
        return Response(status=HTTPStatus.NO_CONTENT)


class PasswordView(APIView):
    """Change your password.  Every other sign-in, session and socket of yours ends.

    Who asks with an access token gets new tokens for the same sign-in (200); a browser session goes on (204).
    """

    permission_classes = [IsPerson]
    keeps_no_answer = True

    @extend_schema(
        request=PasswordSerializer,
        responses={
            200: TokenPairSerializer, 204: answers.NOTHING, 400: answers.INVALID,
            401: answers.NOT_SIGNED_IN, 403: answers.FORBIDDEN, 409: answers.CONFLICT, 429: answers.TOO_MANY,
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        form = PasswordSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        own = family_of(request)
        family = uuid.UUID(own) if own else None
        with answers.field_errors():
            user = password_services.change(
                cast(User, request.user),
                current=form.validated_data["current_password"],
                new=form.validated_data["new_password"],
                address=client_address.of(request._request),
                keep_family=family,
            )
        if family:
            return answers.secret(TokenPairSerializer(family_services.reissue(user, family=family)).data)
        update_session_auth_hash(request._request, user)
        return Response(status=HTTPStatus.NO_CONTENT)


class MeView(APIView):
    """Who you are, and what you may do."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={200: MeSerializer, 401: answers.NOT_SIGNED_IN})
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(cast(User, request.user)).data)


class SocketTicketView(APIView):
    """Get a ticket that opens the socket once within 30 s.  It ends with the sign-in that asked for it."""

    permission_classes = [IsAuthenticated]
    keeps_no_answer = True

    @extend_schema(
        request=None,
        responses={
            200: TicketSerializer, 401: answers.NOT_SIGNED_IN, 403: answers.FORBIDDEN, 503: answers.UNAVAILABLE
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        ticket = tickets.issue(cast(User, request.user), door=door_of(request))
        return answers.secret(TicketSerializer({"ticket": ticket}).data)
