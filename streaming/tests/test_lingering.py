"""A hub whose last socket has gone, and comes back."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from accounts.models import User
from accounts.tests.factories import make_user
from streaming import hub, listening
from streaming.tests.sockets import connected, frame, publish, record

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus")]

new_user = sync_to_async(make_user)


async def snapshot_of(user: User) -> dict[str, Any]:
    """Open a socket, ask for batches, and close it again; return the snapshot it got."""
    opened = await connected(user)
    await opened.send_json_to({"type": "subscribe", "batch": True})
    answer = await frame(opened)
    await opened.disconnect()
    return answer


async def test_a_lone_client_whose_connection_blinks_resumes_with_what_it_missed() -> None:
    user = await new_user()
    had = await snapshot_of(user)
    await publish("risk_update", [record("NIFTY", number=20)], n=1)
    await publish("alert", [{"id": 7}], n=2)
    await asyncio.sleep(0.05)

    back = await connected(user)
    while (await frame(back))["type"] != "risk_update":  # the default answer, before it says what it had
        pass
    await back.send_json_to({"type": "subscribe", "batch": True, "last_seq": had["seq"], "stream": had["stream"]})
    missed = [await frame(back), await frame(back)]

    assert [(each["type"], each["seq"], each["stream"]) for each in missed] == [
        ("risk_batch", 1, had["stream"]),
        ("alert", 2, had["stream"]),
    ]
    await back.disconnect()


async def test_without_sockets_it_rests_after_a_while_and_begins_another_stream(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hub, "LINGER_SECONDS", 0.0)
    user = await new_user()

    had = await snapshot_of(user)
    await asyncio.sleep(0.05)

    assert get_channel_layer().groups.get(listening.GROUP, {}) == {}
    assert (await snapshot_of(user))["stream"] != had["stream"]


async def test_who_comes_back_in_time_keeps_it_from_resting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "LINGER_SECONDS", 0.2)
    user = await new_user()
    await snapshot_of(user)

    back = await connected(user)
    await asyncio.sleep(0.3)
    await publish("risk_update", [record("NIFTY")], n=1)

    assert (await frame(back))["type"] == "risk_update"
    await back.disconnect()
