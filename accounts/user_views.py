"""Administering people: accounts, and the roles they asked for."""

from http import HTTPStatus
from typing import Any, cast

import django_filters
from django.db.models import Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import answers, user_services
from accounts import registration_services as registration
from accounts.account_rules import Changes, NewUser
from accounts.capabilities import Capability, Role
from accounts.models import RoleRequest, User
from accounts.serializers import (
    NewUserSerializer,
    RoleRequestSerializer,
    UserChangesSerializer,
    UserSerializer,
)
from accounts.user_services import Author
from riskplatform.lib.api import requires

LISTED = {
    400: answers.INVALID,
    401: answers.NOT_SIGNED_IN,
    403: answers.FORBIDDEN,
    404: answers.BAD_PAGE,
}


class UserFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    role = django_filters.ChoiceFilter(choices=Role.choices)
    is_active = django_filters.BooleanFilter()
    search = django_filters.CharFilter(
        method="found", max_length=254, label="Part of the user name, the e-mail address or a name."
    )

    class Meta:
        model = User
        fields: list[str] = []

    def found(self, users: QuerySet[User], name: str, text: str) -> QuerySet[User]:
        words = ("username", "email", "first_name", "last_name")
        conditions = Q()
        for word in words:
            conditions |= Q(**{f"{word}__icontains": text})
        return users.filter(conditions)


class UsersView(ListAPIView[User]):
    """The accounts, newest first."""

    permission_classes = [requires(Capability.MANAGE_USERS)]
    serializer_class = UserSerializer
    filterset_class = UserFilter
    queryset = User.objects.all()

    @extend_schema(responses={200: UserSerializer(many=True), **LISTED})
    def get(self, request: Request, *args: Any, **options: Any) -> Response:
        return super().get(request, *args, **options)

    @extend_schema(
        request=NewUserSerializer,
        responses={
            201: UserSerializer, 400: answers.INVALID, 401: answers.NOT_SIGNED_IN, 403: answers.FORBIDDEN
        },
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Make an account with any role."""
        form = NewUserSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with answers.field_errors():
            user = user_services.create(NewUser(**form.validated_data), by=Author(cast(User, request.user)))
        return Response(UserSerializer(user).data, status=HTTPStatus.CREATED)


class UserView(RetrieveAPIView[User]):
    """One account."""

    permission_classes = [requires(Capability.MANAGE_USERS)]
    serializer_class = UserSerializer
    queryset = User.objects.all()

    @extend_schema(
        responses={
            200: UserSerializer, 401: answers.NOT_SIGNED_IN, 403: answers.FORBIDDEN, 404: answers.MISSING
        },
    )  # fmt: skip
    def get(self, request: Request, *args: Any, **options: Any) -> Response:
        return super().get(request, *args, **options)

    @extend_schema(
        request=UserChangesSerializer,
        responses={
            200: UserSerializer, 400: answers.INVALID, 401: answers.NOT_SIGNED_IN, 403: answers.FORBIDDEN,
            404: answers.MISSING, 409: answers.CONFLICT,
        },
    )  # fmt: skip
    def patch(self, request: Request, pk: str) -> Response:
        """Change role, activity, names or address.

        A new role or activity ends the person's tokens, sessions and sockets at once.  The last active administrator
        cannot lose that role or be deactivated (409).
        """
        form = UserChangesSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        with answers.field_errors():
            user = user_services.change(pk=int(pk), changes=Changes(**form.validated_data), by=cast(User, request.user))
        return Response(UserSerializer(user).data)


class RoleRequestFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    status = django_filters.ChoiceFilter(choices=RoleRequest.Status.choices)

    class Meta:
        model = RoleRequest
        fields: list[str] = []


@extend_schema(responses={200: RoleRequestSerializer(many=True), **LISTED})
class RoleRequestsView(ListAPIView[RoleRequest]):
    """Roles that people asked for when they registered, newest first; `status=pending` are those that wait."""

    permission_classes = [requires(Capability.MANAGE_USERS)]
    serializer_class = RoleRequestSerializer
    filterset_class = RoleRequestFilter
    queryset = RoleRequest.objects.select_related("user", "decided_by")


DECIDED = {
    200: RoleRequestSerializer,
    401: answers.NOT_SIGNED_IN,
    403: answers.FORBIDDEN,
    404: answers.MISSING,
    409: answers.CONFLICT,
}


class ApproveRoleView(APIView):
    """Grant the role that somebody asked for.  A request is decided once."""

    permission_classes = [requires(Capability.MANAGE_USERS)]

    @extend_schema(request=None, responses=DECIDED)
    def post(self, request: Request, pk: str) -> Response:
        decided = registration.approve(pk=int(pk), by=cast(User, request.user))
        return Response(RoleRequestSerializer(decided).data)


class RefuseRoleView(APIView):
    """Leave the account a viewer's.  A request is decided once."""

    permission_classes = [requires(Capability.MANAGE_USERS)]

    @extend_schema(request=None, responses=DECIDED)
    def post(self, request: Request, pk: str) -> Response:
        decided = registration.refuse(pk=int(pk), by=cast(User, request.user))
        return Response(RoleRequestSerializer(decided).data)
