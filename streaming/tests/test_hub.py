"""What sockets get, in which order, with which numbers."""

import asyncio
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator

from accounts.tests.factories import make_user
from risk.tests.rows import make_instruments, store_latest
from streaming import hub, listening, stream
from streaming.frames import risk_frames
from streaming.tests.sockets import connected, frame, publish, record, session_cookie, socket

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("bus")]

new_user = sync_to_async(make_user)


def store_newest(first_id: int = 10) -> None:
    for number, instrument in enumerate(make_instruments(), start=first_id):
        store_latest(instrument, record_id=number)


async def subscribed(**wish: Any) -> tuple[WebsocketCommunicator, dict[str, Any]]:
    """Return a socket that asked for batches, with its snapshot."""
    opened = await connected(await new_user(username=f"u{len(hub.current().lines)}"))
    await opened.send_json_to({"type": "subscribe", "batch": True, **wish})
    answer = await frame(opened)
    while answer["type"] == "risk_update":
        answer = await frame(opened)
    return opened, answer


async def test_a_client_gets_a_heartbeat_then_the_newest_record_of_each_symbol() -> None:
    await sync_to_async(store_newest)()
    opened = socket(cookie=await session_cookie(await new_user()))
    await opened.connect()

    frames = [await frame(opened) for _ in range(4)]

    assert [f["type"] for f in frames] == ["heartbeat", "risk_update", "risk_update", "risk_update"]
    assert {f["data"]["symbol"] for f in frames[1:]} == {"NIFTY", "RELIANCE", "M&M"}
    assert all({"seq", "stream"} <= set(f) for f in frames)
    await opened.disconnect()


async def test_a_heartbeat_says_time_head_feed_lag_and_session() -> None:
    opened = socket(cookie=await session_cookie(await new_user()))
    await opened.connect()

    beat = (await frame(opened))["data"]

    expected = {
        "server_time",
        "head_seq",
        "feed_state",
        "source",
        "run",
        "judged_at",
        "pipeline_lag_ms",
        "log_time",
        "session",
    }
    assert set(beat) == expected
    assert (beat["head_seq"], beat["feed_state"]) == (0, "unknown")
    await opened.disconnect()


async def test_heartbeats_keep_coming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 0.05)
    opened = await connected(await new_user())

    assert [(await frame(opened))["type"] for _ in range(2)] == ["heartbeat", "heartbeat"]
    await opened.disconnect()


async def test_updates_are_numbered_one_by_one() -> None:
    opened = await connected(await new_user())

    await publish("risk_update", [record("NIFTY"), record("M&M", number=2)], n=1)
    frames = [await frame(opened) for _ in range(2)]

    assert [f["seq"] for f in frames] == [1, 2]
    assert [f["data"]["symbol"] for f in frames] == ["NIFTY", "M&M"]
    await opened.disconnect()


async def test_a_batch_client_gets_a_snapshot_then_one_frame_a_cycle_with_its_symbols() -> None:
    await sync_to_async(store_newest)()
    opened, snapshot = await subscribed(symbols=["NIFTY", "ATLANTIS"])

    await publish("risk_update", [record("NIFTY", number=20), record("M&M", number=21)], n=1)
    batch = await frame(opened)

    assert (snapshot["type"], [r["symbol"] for r in snapshot["data"]]) == ("snapshot", ["NIFTY"])
    assert snapshot["unknown"] == ["ATLANTIS"]
    assert (batch["type"], batch["prev"], batch["seq"]) == ("risk_batch", snapshot["seq"], snapshot["seq"] + 2)
    assert [r["symbol"] for r in batch["data"]] == ["NIFTY"]
    await opened.disconnect()


async def test_a_cycle_without_its_symbols_still_moves_a_batch_client_on() -> None:
    opened, _ = await subscribed(symbols=["NIFTY"])

    await publish("risk_update", [record("M&M")], n=1)
    batch = await frame(opened)

    assert (batch["data"], batch["prev"], batch["seq"]) == ([], 0, 1)
    await opened.disconnect()


async def test_live_values_go_only_to_who_asked_and_carry_the_newest_stored_id() -> None:
    await sync_to_async(store_newest)()
    eager, _ = await subscribed(live=True)
    calm, _ = await subscribed()

    await publish("live", [record("NIFTY", number=0, id=None, live=True, price=2451.0)], n=1)
    await publish("risk_update", [record("NIFTY", number=20)], n=2)
    live, stored = await frame(eager), await frame(eager)
    first_of_calm = await frame(calm)

    assert (live["live"], live["seq"], live["prev"]) == (True, 0, 0)
    assert (live["data"][0]["id"], live["data"][0]["price"]) == (10, 2451.0)
    assert (stored["live"], stored["seq"]) == (False, 1)
    assert first_of_calm == stored
    await eager.disconnect()
    await calm.disconnect()


async def test_sockets_of_equal_interest_get_the_very_same_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = []

    def counted(*args: Any, **options: Any) -> list[bytes]:
        encoded.append(args)
        return risk_frames(*args, **options)

    monkeypatch.setattr(stream, "risk_frames", counted)
    first, _ = await subscribed()
    second, _ = await subscribed()

    await publish("risk_update", [record("NIFTY")], n=1)

    assert await first.receive_from() is await second.receive_from()
    assert len(encoded) == 1
    await first.disconnect()
    await second.disconnect()


async def test_a_gap_in_a_publishers_numbers_brings_a_snapshot() -> None:
    opened, _ = await subscribed()
    await publish("risk_update", [record("NIFTY", number=1)], n=1)
    await frame(opened)
    await sync_to_async(store_newest)()

    await publish("risk_update", [record("NIFTY", number=20)], n=3)
    snapshot, gap, batch = await frame(opened), await frame(opened), await frame(opened)

    assert (gap["type"], gap["seq"], gap["data"]["since"]) == ("gap", snapshot["seq"], 1)
    assert gap["data"]["read"] == "/api/v1/alerts/"
    assert (snapshot["type"], {r["symbol"] for r in snapshot["data"]}) == ("snapshot", {"NIFTY", "RELIANCE", "M&M"})
    assert (batch["type"], batch["prev"]) == ("risk_batch", snapshot["seq"])
    await opened.disconnect()


async def test_after_an_error_of_the_layer_the_hub_joins_again_and_sends_a_snapshot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(listening, "REJOIN_SECONDS", 0.01)
    opened, _ = await subscribed()
    layer = get_channel_layer()
    working = layer.receive

    async def broken(channel: str) -> dict[str, Any]:
        monkeypatch.setattr(layer, "receive", working)
        raise ConnectionError("the server went away")

    monkeypatch.setattr(layer, "receive", broken)
    await publish("risk_update", [record("NIFTY")], n=1)  # wakes the working receive; the next one breaks
    assert (await frame(opened))["type"] == "risk_batch"
    assert (await frame(opened))["type"] == "snapshot"
    await asyncio.sleep(0.05)

    await publish("risk_update", [record("NIFTY", number=2)], n=2)

    assert (await frame(opened))["seq"] == 2
    await opened.disconnect()


async def test_an_older_record_never_replaces_a_newer_one_in_the_snapshot() -> None:
    opened, _ = await subscribed()
    await publish("risk_update", [record("NIFTY", number=9)], n=1)
    await publish("risk_update", [record("NIFTY", number=5)], n=2)
    await frame(opened)
    await frame(opened)

    await opened.send_json_to({"type": "subscribe", "batch": True})

    assert [r["id"] for r in (await frame(opened))["data"]] == [9]
    await opened.disconnect()
