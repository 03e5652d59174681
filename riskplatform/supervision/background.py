"""Blocking work beside the supervisor's loop, in daemon threads, so that nothing that hangs delays the stop."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def in_thread(function: Callable[[], Result]) -> Result:
    """Return what the function returns, or raise what it raises."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Result] = loop.create_future()

    def settle(problem: BaseException | None, result: Result | None) -> None:
        if future.done():
            return
        if problem is not None:
            future.set_exception(problem)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # None only where Result is None

    def run() -> None:
        problem: BaseException | None = None
        result: Result | None = None
        try:
            result = function()
        except BaseException as raised:  # carried to the loop, which decides
            problem = raised
        with contextlib.suppress(RuntimeError):  # the loop has gone: nobody waits any more
            loop.call_soon_threadsafe(settle, problem, result)

    threading.Thread(target=run, daemon=True).start()
    return await future
