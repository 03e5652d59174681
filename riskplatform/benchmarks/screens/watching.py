"""What a page costs the person who looks at it: Chromium's own figures of its main thread, its heap and its load."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

ROW: Final = "tbody th[scope=row]"
SETTLING_SECONDS: Final = 5.0  # after the first row: fonts, charts and the code's first runs
SAMPLE_SECONDS: Final = 15.0
# Notes when the first row is drawn, and every long task from then on, with when it began.
NOTES: Final = """(() => {
  window.noted = {row: null, longTasks: []};
  const look = () => {
    if (noted.row === null && document.querySelector("tbody th[scope=row]")) noted.row = performance.now();
    if (noted.row === null) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const keep = (one) => noted.longTasks.push([one.startTime, one.duration]);
  new PerformanceObserver((list) => list.getEntries().forEach(keep)).observe({type: "longtask", buffered: true});
})()"""
SCRIPTS: Final = """() => performance.getEntriesByType("resource")
  .filter((one) => one.name.split("?")[0].endsWith(".js")).reduce((sum, one) => sum + one.encodedBodySize, 0)"""
# What must make the goals fail, so that a pass means something.
SABOTAGES: Final = {
    "": "",
    "busy": "setInterval(() => { const end = performance.now() + 60; while (performance.now() < end); }, 120)",
    "leak": "window.kept = []; setInterval(() => kept.push(new Array(20000).fill(Math.random())), 50)",
}


@dataclass(frozen=True)
class Watched:
    """Of one page: `busy` and `working` are shares of a core; heap in MB after garbage was collected."""

    script_kb: float
    first_row_ms: float
    busy: float
    working: float
    longest_ms: float
    long_tasks: int
    frames_a_second: float
    seconds: list[float] = field(default_factory=list)
    heap_mb: list[float] = field(default_factory=list)


def watch(page: "Page", address: str, *, seconds: float, sabotage: str = "") -> Watched:
    """Open the page, let it settle, and watch it for so long."""
    frames = _counted_frames(page)
    page.add_init_script(NOTES)
    page.goto(address)
    page.wait_for_function("() => noted.row !== null")
    script_kb = float(page.evaluate(SCRIPTS)) / 1e3
    page.evaluate(f"() => {{ {SABOTAGES[sabotage]} }}")
    page.wait_for_timeout(1_000 * SETTLING_SECONDS)
    wire = page.context.new_cdp_session(page)
    wire.send("Performance.enable")
    begun = _now_ms(page)
    before, began, heard = _metrics(wire), time.monotonic(), len(frames)
    samples = _heap_over(page, wire, seconds)
    after, lasted = _metrics(wire), time.monotonic() - began
    tasks = [duration for start, duration in page.evaluate("noted.longTasks") if is_its_own(start, begun, samples)]
    return Watched(
        script_kb=script_kb,
        first_row_ms=float(page.evaluate("noted.row")),
        busy=(after["TaskDuration"] - before["TaskDuration"]) / lasted,
        working=(after["ThreadTime"] - before["ThreadTime"]) / lasted,
        longest_ms=max(tasks, default=0.0),
        long_tasks=len(tasks),
        frames_a_second=(len(frames) - heard) / lasted,
        seconds=[sample.seconds for sample in samples],
        heap_mb=[sample.heap_mb for sample in samples],
    )


@dataclass(frozen=True)
class HeapSample:
    """What was left after a collection, which is a long task of our own doing from `begun_ms` to `ended_ms`."""

    seconds: float
    heap_mb: float
    begun_ms: float
    ended_ms: float


def is_its_own(start_ms: float, begun_ms: float, samples: Sequence[HeapSample]) -> bool:
    """Say whether a task that began then is the page's own, and not a collection that we asked for."""
    return start_ms >= begun_ms and not any(one.begun_ms <= start_ms <= one.ended_ms for one in samples)


def _counted_frames(page: "Page") -> list[int]:
    frames: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda text: frames.append(len(text))))
    return frames


def _heap_over(page: "Page", wire: "CDPSession", seconds: float) -> list[HeapSample]:
    samples, began = list[HeapSample](), time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        page.wait_for_timeout(1_000 * min(SAMPLE_SECONDS, seconds - passed))
        samples.append(_heap_sample(page, wire, time.monotonic() - began))
    return samples


def _heap_sample(page: "Page", wire: "CDPSession", seconds: float) -> HeapSample:
    begun = _now_ms(page)
    wire.send("HeapProfiler.collectGarbage")
    used = float(wire.send("Runtime.getHeapUsage")["usedSize"]) / 1e6
    return HeapSample(seconds, used, begun, _now_ms(page))


def _now_ms(page: "Page") -> float:
    return float(page.evaluate("performance.now()"))


def _metrics(wire: "CDPSession") -> dict[str, float]:
    return {one["name"]: float(one["value"]) for one in wire.send("Performance.getMetrics")["metrics"]}
