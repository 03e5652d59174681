import asyncio

import pytest

from streaming import lasting


async def test_work_that_fails_begins_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "AGAIN_SECONDS", 0.0)
    beginnings, again = 0, asyncio.Event()

    async def work() -> None:
        nonlocal beginnings
        beginnings += 1
        if beginnings == 2:
            again.set()
            await asyncio.Event().wait()
        raise OSError("the socket has gone")

    task = asyncio.create_task(lasting.lasting(work, name="patience"))
    await asyncio.wait_for(again.wait(), timeout=5)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
