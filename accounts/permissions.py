"""Permissions beyond a capability."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class IsPerson(BasePermission):
    """Lets through who signed in with a password.  No service token manages the sign-ins or password of its owner."""

    message = "A service token cannot do this. Sign in."

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and request.user.scopes is None
