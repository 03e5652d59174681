"""Keeps processes running: starts them by readiness, restarts what dies, stops everything within ten seconds.

1. A process starts when everything in its `after` is ready; steps (functions, run in a thread) take part likewise.
2. When it dies it starts again after a wait that doubles; when it keeps failing, the platform stops with the reason.
3. SIGINT, SIGTERM and SIGHUP stop the processes, those that others depend on last; a second signal kills them.
4. Each process has a warden on a lifeline, so they end too when this process is killed.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from riskplatform.supervision.background import in_thread
from riskplatform.supervision.log import PlatformLog
from riskplatform.supervision.process import DeathCount, ProcessSpec, RestartPolicy, RunningProcess, describe

STOP_SECONDS = 9.0
POLL_SECONDS = 0.1
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Step:
    """Something to do once before what comes after it may start.  An exception from `run` stops the platform."""

    name: str
    run: Callable[[], None]
    after: Sequence[str] = ()


@dataclass
class Supervisor:
    """Runs `processes` and `steps` until told to stop; every warden holds the `inherit` descriptors.

    A process restarts when its file `restart-<name>` in the folder `restart_requests` is touched: so the watchdog asks.
    """

    processes: Sequence[ProcessSpec]
    log: PlatformLog
    steps: Sequence[Step] = ()
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    policy: RestartPolicy = field(default_factory=RestartPolicy)
    inherit: Sequence[int] = ()
    restart_requests: Path | None = None
    failure: Exception | str | None = field(default=None, init=False)
    _stop: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _ready: dict[str, asyncio.Event] = field(default_factory=dict, init=False)
    _running: dict[str, RunningProcess] = field(default_factory=dict, init=False)
    _restarting: set[str] = field(default_factory=set, init=False)

    async def run(self) -> None:
        """Return when everything has stopped; `failure` then says why, or is None after a wanted stop."""
        names = [*(spec.name for spec in self.processes), *(step.name for step in self.steps)]
        self._ready = {name: asyncio.Event() for name in names}
        for number in SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, self._on_signal)
        keeping = {spec.name: asyncio.create_task(self._guard(self._keep(spec))) for spec in self.processes}
        others = [asyncio.create_task(self._guard(self._take(step))) for step in self.steps]
        others.append(asyncio.create_task(self._guard(self._watch_requests(self.restart_requests))))
        await self._stop.wait()
        for task in others:
            task.cancel()
        await self._stop_all(keeping)

    def stop(self, failure: Exception | str | None = None) -> None:
        """Begin the end; the first reason given is kept."""
        self.failure = self.failure or failure
        self._stop.set()

    def restart(self, name: str, *, why: str) -> None:
        """End a process that is not starting just now and start it at once, without counting it as a death."""
        if (process := self._running.get(name)) and not process.is_starting:
            self.log.say(f"{name} is restarted: {why}")
            self._restarting.add(name)
            process.stop()

    async def _keep(self, spec: ProcessSpec) -> None:
        await self._until(self._until_ready(spec.after))
        deaths = DeathCount(self.policy)
        while not self._stop.is_set():
            status, lived_seconds = await self._run_once(spec)
            if self._stop.is_set():
                return
            if spec.runs_once:
                self._after_the_end(spec.name, status)
                return
            if spec.name in self._restarting:
                self._restarting.discard(spec.name)
                continue
            deaths.add(status, lived_seconds=lived_seconds)
            await self._after_death(spec.name, status, deaths)

    async def _run_once(self, spec: ProcessSpec) -> tuple[int, float]:
        process = await RunningProcess.start(spec, environ=self.environ, inherit=self.inherit)
        self._running[spec.name] = process
        if self._stop.is_set():
            process.stop()
        asking = asyncio.create_task(self._guard(self._ask_readiness(spec)))
        status = await process.finish(lambda line: self.log.write(spec.name, line))
        asking.cancel()
        del self._running[spec.name]
        return status, asyncio.get_running_loop().time() - process.started

    def _after_the_end(self, name: str, status: int) -> None:
        if status == 0:
            self._ready[name].set()
            return
        self.stop("\n".join(self.log.last_lines(name, 1)) or f"{name} {describe(status)}")

    async def _after_death(self, name: str, status: int, deaths: DeathCount) -> None:
        if deaths.is_crash_loop:
            last = "".join(f"\n  {line}" for line in self.log.last_lines(name))
            times = deaths.quick_failures
            self.stop(f"{name} {describe(status)} {times} times soon after its start; its last lines were:{last}")
            return
        wait = self.policy.wait_seconds(deaths.quick_deaths)
        self.log.say(f"{name} {describe(status)}; it starts again {f'in {wait:g} s' if wait else 'at once'}")
        await self._until(asyncio.sleep(wait))

    async def _ask_readiness(self, spec: ProcessSpec) -> None:
        while spec.is_ready is not None and not await in_thread(spec.is_ready):
            await asyncio.sleep(POLL_SECONDS / 4)
        if not spec.runs_once:
            self._ready[spec.name].set()

    async def _take(self, step: Step) -> None:
        await self._until_ready(step.after)
        await in_thread(step.run)
        self._ready[step.name].set()

    async def _until_ready(self, names: Sequence[str]) -> None:
        for name in names:
            await self._ready[name].wait()

    async def _watch_requests(self, folder: Path | None) -> None:
        files = {spec.name: folder / f"restart-{spec.name}" for spec in self.processes} if folder else {}
        seen = {name: _touched(file) for name, file in files.items()}
        while True:
            await asyncio.sleep(POLL_SECONDS)
            for name, file in files.items():
                now = _touched(file)
                if now not in (None, seen[name]):
                    self.restart(name, why="the watchdog asked for it")
                seen[name] = now

    async def _until(self, work: Coroutine[None, None, None]) -> None:
        """Wait for the work or for the end of the platform, whichever comes first."""
        parts: list[asyncio.Task[Any]] = [asyncio.create_task(work), asyncio.create_task(self._stop.wait())]
        await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        for part in parts:
            part.cancel()

    async def _stop_all(self, keeping: Mapping[str, "asyncio.Task[None]"]) -> None:
        """Stop first what nothing depends on; whatever is left when the time is over is killed."""
        deadline = asyncio.get_running_loop().time() + STOP_SECONDS
        for names in stop_order(self.processes):
            for name in names & self._running.keys():
                self._running[name].stop()
            left = max(0.0, deadline - asyncio.get_running_loop().time())
            await asyncio.wait([keeping[name] for name in names], timeout=left)
        self._kill_all()
        await asyncio.gather(*keeping.values())

    async def _guard(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception as problem:  # whatever it is, it ends the platform, and `failure` carries it out
            self.stop(problem)

    def _on_signal(self) -> None:
        if self._stop.is_set():
            self._kill_all()
            return
        self.log.say("stopping")
        self.stop()

    def _kill_all(self) -> None:
        for process in self._running.values():
            process.kill()


def stop_order(processes: Sequence[ProcessSpec]) -> list[set[str]]:
    """Return the names in groups: each group's processes are needed only by those in earlier groups."""
    waiting = {spec.name: set(spec.after) for spec in processes}
    order = []
    while waiting:
        needed = set[str]().union(*waiting.values())
        group = waiting.keys() - needed or set(waiting)
        order.append(set(group))
        waiting = {name: after for name, after in waiting.items() if name not in group}
    return order


def _touched(path: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_mtime_ns
    return None
