"""Every socket address × kind of caller, generated from the routing: the sockets' half of the authorisation matrix."""

from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async

from accounts import user_services
from accounts.account_rules import Changes
from accounts.capabilities import Capability
from accounts.models import User
from accounts.tests.factories import access_token, make_user, token_pair
from riskplatform.tests.credentials import expired, service_token, tampered
from streaming.consumers import unknown_address
from streaming.routing import sockets
from streaming.tests.sockets import close_code, frame, session_cookie, socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus")]
EVERY = {str(capability) for capability in Capability}
# Address pattern -> the capability that it takes. An address that is not here fails the suite.
POLICY = {"^ws/risk-stream/?$": Capability.READ_RISK}


def test_every_socket_address_is_in_the_policy() -> None:
    addresses = {str(route.pattern) for route in sockets.routes if route.callback is not unknown_address}

    assert addresses == set(POLICY)


def boss() -> User:
    return make_user("admin", username="boss")


def demoted(admin: User) -> str:
    token = access_token(admin)
    user_services.change(pk=admin.pk, changes=Changes(role="viewer"), by=boss())
    return token


def deactivated(admin: User) -> str:
    token = access_token(admin)
    user_services.change(pk=admin.pk, changes=Changes(is_active=False), by=boss())
    return token


OPENS: dict[str, Callable[[], str]] = {
    "viewer": lambda: access_token(make_user("viewer")),
    "analyst": lambda: access_token(make_user("analyst")),
    "admin": lambda: access_token(make_user("admin")),
    "service token with the scope": lambda: service_token(make_user("admin"), {"risk.read"}),
}
REFUSED: dict[str, tuple[int, Callable[[], str]]] = {
    "expired": (4401, lambda: expired(make_user("admin"))),
    "tampered": (4401, lambda: tampered(access_token(make_user("admin")))),
    "unsigned": (4401, lambda: tampered(access_token(make_user("admin")), algorithm="none")),
    "refresh used as access": (4401, lambda: token_pair(make_user("admin")).refresh_token),
    "deactivated": (4401, lambda: deactivated(make_user("admin"))),
    "demoted a second ago": (4401, lambda: demoted(make_user("admin"))),
    "not a token": (4401, lambda: "a.b.c"),
    "service token without the scope": (4403, lambda: service_token(make_user("admin"), EVERY - {"risk.read"})),
}


@pytest.mark.parametrize("kind", OPENS)
async def test_who_may_read_risks_opens_the_stream(kind: str) -> None:
    token = await sync_to_async(OPENS[kind])()
    opened = socket(origin=None, subprotocols=["risk-stream", f"bearer.{token}"])
    await opened.connect()

    assert (await frame(opened))["type"] == "heartbeat"
    await opened.disconnect()


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_credential_that_does_not_count_is_told_so_and_gets_nothing(kind: str) -> None:
    code, make = REFUSED[kind]
    token = await sync_to_async(make)()
    refused = socket(origin=None, subprotocols=["risk-stream", f"bearer.{token}"])
    await refused.connect()

    assert await close_code(refused) == code


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_bad_credential_is_not_saved_by_a_good_cookie(kind: str) -> None:
    code, make = REFUSED[kind]
    token = await sync_to_async(make)()
    cookie = await session_cookie(await sync_to_async(make_user)("viewer"))
    refused = socket(cookie=cookie, subprotocols=["risk-stream", f"bearer.{token}"])
    await refused.connect()

    assert await close_code(refused) == code
