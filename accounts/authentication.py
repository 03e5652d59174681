"""`Authorization: Bearer …`: an access token or a service token, checked against its row on every request."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import services
from accounts.doors import Door, DoorKind
from accounts.models import User


class BearerAuthentication(BaseAuthentication):
    """Sets `request.user`, narrowed to its scopes for a service token, and `request.auth`, its Door."""

    def authenticate(self, request: Request) -> tuple[User, Door] | None:
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        holder = services.holder_of_bearer(token.strip())
        if holder is None:
            raise AuthenticationFailed("The token is not valid, or not any more.", code="token_not_valid")
        return holder.user, holder.door

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library has no types
    """How the schema names it."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An access token or a service token (`rst_…`)."}


def door_of(request: Request) -> Door:
    """Return the door by which an authenticated request came in."""
    if isinstance(request.auth, Door):
        return request.auth
    return Door.of_session(request._request)


def family_of(request: Request) -> str | None:
    """Return the id of the API sign-in behind the request; None for a browser session or a service token."""
    door = door_of(request)
    return door.key if door.kind is DoorKind.FAMILY else None
