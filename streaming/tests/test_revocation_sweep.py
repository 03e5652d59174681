"""What the announcements miss, the sweep and the look at joining catch."""

import asyncio
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async

from accounts import family_services
from accounts.models import TokenFamily, User
from accounts.tests.factories import access_token, make_user
from riskplatform.lib import broadcast
from streaming import hub
from streaming.line import Line
from streaming.tests.account_changes import deactivate, demote, new_password
from streaming.tests.sockets import bearer_socket, close_code, connected, socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus", "announcements")]

new_user = sync_to_async(make_user)


@pytest.mark.parametrize("change", [demote, deactivate, new_password])
async def test_without_the_layer_the_sweep_ends_them(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[User], None]
) -> None:
    monkeypatch.setattr(broadcast, "publish", lambda kind, facts: None)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)
    user = await new_user("analyst")
    opened = await connected(user)

    await sync_to_async(change)(user)

    assert await close_code(opened) == 4401


async def test_without_the_layer_the_sweep_sees_that_a_sign_in_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "publish", lambda kind, facts: None)
    monkeypatch.setattr(hub, "SWEEP_SECONDS", 0.05)
    user = await new_user()
    opened = await bearer_socket(await sync_to_async(access_token)(user))
    family = await TokenFamily.objects.aget()

    await sync_to_async(family_services.end)(user, family=family.pk, reason=TokenFamily.Reason.SIGNED_OUT)

    assert await close_code(opened) == 4401


async def test_what_changed_between_the_check_and_the_join_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    user = await new_user("analyst")
    token = await sync_to_async(access_token)(user)
    join = hub.Hub.join

    async def late(self: hub.Hub, opened: Line) -> None:
        await sync_to_async(demote)(user)
        await asyncio.sleep(0.05)  # the announcement is over before this socket is among those looked at
        await join(self, opened)

    monkeypatch.setattr(hub.Hub, "join", late)
    opened = socket(origin=None, subprotocols=["risk-stream", f"bearer.{token}"])
    await opened.connect()

    assert await close_code(opened) == 4401
