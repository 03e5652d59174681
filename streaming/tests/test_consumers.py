"""Who may open the socket, and what a client may say."""

import json

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from pytest_django import Settings

from accounts.models import User
from accounts.tests.factories import access_token, make_user, ticket_for
from streaming import consumers, hub, protocol
from streaming.tests.sockets import OWN_PAGE, close_code, connected, frame, session_cookie, socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus")]

new_user = sync_to_async(make_user)


async def test_nobody_is_accepted_told_4401_and_in_no_group() -> None:
    stranger = socket(subprotocols=["risk-stream"])

    accepted, chosen = await stranger.connect()

    assert (accepted, chosen) == (True, "risk-stream")
    assert await close_code(stranger) == 4401
    assert hub.current().lines == set()
    assert get_channel_layer().groups == {}


@pytest.mark.parametrize("role", ["admin", "analyst", "viewer"])
async def test_a_session_opens_the_stream(role: str) -> None:
    opened = socket(cookie=await session_cookie(await new_user(role)))

    await opened.connect()

    assert (await frame(opened))["type"] == "heartbeat"
    await opened.disconnect()


async def test_a_ticket_opens_the_stream_once_and_without_an_origin() -> None:
    ticket = await sync_to_async(ticket_for)(await new_user())
    offered = ["risk-stream", f"ticket.{ticket}"]
    first, second = (socket(origin=None, subprotocols=offered) for _ in range(2))

    _, chosen = await first.connect()
    assert chosen == "risk-stream"
    assert (await frame(first))["type"] == "heartbeat"
    await second.connect()

    assert await close_code(second) == 4401
    await first.disconnect()


async def test_an_access_token_opens_the_stream() -> None:
    token = await sync_to_async(access_token)(await new_user())
    opened = socket(origin=None, subprotocols=["risk-stream", f"bearer.{token}"])

    await opened.connect()

    assert (await frame(opened))["type"] == "heartbeat"
    await opened.disconnect()


@pytest.mark.parametrize("offered", ["bearer.x.y.z", "ticket.unknown"])
async def test_a_wrong_credential_is_not_made_good_by_a_cookie(offered: str) -> None:
    cookie = await session_cookie(await new_user())
    opened = socket(cookie=cookie, subprotocols=["risk-stream", offered])

    await opened.connect()

    assert await close_code(opened) == 4401


async def test_a_deactivated_user_is_refused() -> None:
    user = await new_user()
    token = await sync_to_async(access_token)(user)
    await User.objects.filter(pk=user.pk).aupdate(is_active=False)
    opened = socket(subprotocols=["risk-stream", f"bearer.{token}"])

    await opened.connect()

    assert await close_code(opened) == 4401


@pytest.mark.parametrize(
    "origin", [None, "http://evil.example", "https://localhost:8000", "http://localhost:1", "null"]
)
async def test_a_cookie_counts_only_on_our_own_pages(origin: str | None) -> None:
    opened = socket(cookie=await session_cookie(await new_user()), origin=origin)

    accepted, _ = await opened.connect()

    assert not accepted


async def test_a_foreign_page_may_not_use_a_token_either() -> None:
    token = await sync_to_async(access_token)(await new_user())
    opened = socket(origin="http://evil.example", subprotocols=["risk-stream", f"bearer.{token}"])

    accepted, _ = await opened.connect()

    assert not accepted


async def test_both_names_of_this_machine_are_our_own_pages() -> None:
    opened = socket(cookie=await session_cookie(await new_user()), origin=OWN_PAGE.replace("localhost", "127.0.0.1"))

    accepted, _ = await opened.connect()

    assert accepted
    await opened.disconnect()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("{", 4400),
        ("[]", 4400),
        ('{"type": "risk.frame"}', 4400),
        ('{"type": "subscribe", "symbols": "NIFTY"}', 4400),
        ('{"type": "subscribe", "symbols": [1]}', 4400),
        ('{"type": "subscribe", "batch": 1}', 4400),
        (json.dumps({"type": "subscribe", "symbols": ["A"] * 501}), 4400),
        ("x" * (protocol.LARGEST_MESSAGE + 1), 4413),
    ],
)
async def test_a_bad_message_ends_the_conversation_with_a_code(message: str, code: int) -> None:
    opened = await connected(await new_user())

    await opened.send_to(text_data=message)

    assert await close_code(opened) == code
    assert hub.current().lines == set()


async def test_bytes_are_a_bad_message() -> None:
    opened = await connected(await new_user())

    await opened.send_to(bytes_data=b"{}")

    assert await close_code(opened) == 4400


async def test_too_many_messages_end_the_conversation() -> None:
    opened = await connected(await new_user())

    for _ in range(protocol.MOST_MESSAGES + 1):
        await opened.send_to(text_data='{"type": "subscribe", "batch": true}')

    answers = [await opened.receive_output(timeout=5) for _ in range(protocol.MOST_MESSAGES + 1)]
    assert answers[-1] == {"type": "websocket.close", "code": 4429, "reason": "Too many messages."}


async def test_sockets_per_user_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "MOST_SOCKETS_PER_USER", 1)
    user = await new_user()
    first = await connected(user)
    second = socket(cookie=await session_cookie(user))

    await second.connect()

    assert await close_code(second) == 4408
    await first.disconnect()


async def test_without_the_bus_a_ticket_is_answered_4503(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    opened = socket(subprotocols=["risk-stream", "ticket.any"])

    await opened.connect()

    assert await close_code(opened) == 4503


async def test_a_changed_role_closes_the_socket_at_the_next_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)
    user = await new_user()
    opened = await connected(user)

    await User.objects.filter(pk=user.pk).aupdate(role="admin")

    assert await close_code(opened) == 4401
