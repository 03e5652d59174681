"""A socket ends at once with what let it in, through the layer."""

import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone

from accounts import family_services, service_token_services, services
from accounts.models import ServiceToken, TokenFamily, User
from accounts.tests.factories import access_token, make_user, ticket_for
from streaming.tests.account_changes import deactivate, delete, demote, new_password
from streaming.tests.sockets import bearer_socket, close_code, connected, frame, publish, record, socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus", "announcements")]

new_user = sync_to_async(make_user)
PROMISED_SECONDS = 2.0


@pytest.mark.parametrize("change", [demote, deactivate, new_password, delete])
async def test_a_changed_account_loses_its_sockets_at_once(change: Callable[[User], None]) -> None:
    user = await new_user("analyst")
    by_cookie, by_token = await connected(user), await bearer_socket(await sync_to_async(access_token)(user))
    started = time.monotonic()

    await sync_to_async(change)(user)

    assert (await close_code(by_cookie), await close_code(by_token)) == (4401, 4401)
    assert time.monotonic() - started < PROMISED_SECONDS


async def test_others_stay_and_no_client_hears_of_it_nor_loses_a_number() -> None:
    user, other = await new_user("analyst"), await new_user()
    leaving, staying = await connected(user), await connected(other)
    await publish("risk_update", [record("NIFTY")], n=1, pub="worker")
    first = await frame(staying)

    await sync_to_async(demote)(user)
    assert (await frame(leaving))["type"] == "risk_update"
    assert await close_code(leaving) == 4401
    await publish("risk_update", [record("NIFTY", number=2)], n=2, pub="worker")
    second = await frame(staying)

    assert (first["seq"], second["seq"], second["type"]) == (1, 2, "risk_update")
    await staying.disconnect()


async def test_signing_out_of_a_page_ends_the_sockets_of_that_session_only() -> None:
    user = await new_user()
    browser = Client()
    await sync_to_async(browser.force_login)(user)
    name = next(iter(browser.cookies))
    leaving = socket(cookie=f"{name}={browser.cookies[name].value}")
    await leaving.connect()
    await frame(leaving)
    staying = await connected(user)

    await sync_to_async(browser.post)("/logout")

    assert await close_code(leaving) == 4401
    assert await staying.receive_nothing(0.3)
    await staying.disconnect()


async def test_signing_out_of_the_api_ends_the_sockets_of_that_sign_in_only() -> None:
    user = await new_user()
    leaving = await bearer_socket(await sync_to_async(access_token)(user))
    family = await TokenFamily.objects.aget()
    by_cookie, staying = await connected(user), await bearer_socket(await sync_to_async(access_token)(user))

    await sync_to_async(services.sign_out_of_family)(user, family=family.pk)

    assert await close_code(leaving) == 4401
    assert await by_cookie.receive_nothing(0.3) and await staying.receive_nothing(0.1)
    await by_cookie.disconnect()
    await staying.disconnect()


async def test_a_socket_opened_with_a_ticket_ends_with_the_sign_in_that_asked_for_it() -> None:
    user = await new_user()
    opened = socket(origin=None, subprotocols=["risk-stream", f"ticket.{await sync_to_async(ticket_for)(user)}"])
    await opened.connect()
    await frame(opened)
    family = await TokenFamily.objects.aget()

    await sync_to_async(family_services.end_by_choice)(user, family=family.pk)

    assert await close_code(opened) == 4401


async def test_a_ticket_of_a_sign_in_that_has_ended_opens_nothing() -> None:
    user = await new_user()
    ticket = await sync_to_async(ticket_for)(user)
    await TokenFamily.objects.aupdate(revoked_at=timezone.now(), revoked_reason="signed_out")
    opened = socket(origin=None, subprotocols=["risk-stream", f"ticket.{ticket}"])

    await opened.connect()

    assert await close_code(opened) == 4401


def service_token(owner: User, *scopes: str) -> str:
    issuer = make_user("admin")
    end = timezone.now() + timedelta(days=1)
    return service_token_services.issue(name="x", owner_id=owner.pk, scopes=scopes, expires_at=end, by=issuer).value


async def test_a_service_token_opens_the_stream_until_it_is_revoked() -> None:
    owner = await new_user("analyst")
    opened = await bearer_socket(await sync_to_async(service_token)(owner, "risk.read"))
    row = await ServiceToken.objects.aget()

    await sync_to_async(service_token_services.revoke)(pk=row.pk, by=owner)

    assert await close_code(opened) == 4401


async def test_a_service_token_without_the_scope_is_refused() -> None:
    token = await sync_to_async(service_token)(await new_user("analyst"), "alerts.read")
    opened = socket(origin=None, subprotocols=["risk-stream", f"bearer.{token}"])

    await opened.connect()

    assert await close_code(opened) == 4403


async def test_a_revocation_of_nobody_who_is_here_closes_nothing() -> None:
    opened = await connected(await new_user())

    await publish("revocation", [{"user_id": 0}], n=1, pub=uuid.uuid4().hex)

    assert await opened.receive_nothing(0.2)
    await opened.disconnect()
