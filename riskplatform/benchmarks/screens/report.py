"""`bench screens`: what the dashboard costs its reader, against the goals that were set for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from riskplatform.benchmarks.apart import measured_apart
from riskplatform.benchmarks.screens.inside import Load
from riskplatform.benchmarks.screens.watching import Watched
from riskplatform.benchmarks.soak.growth import BLOCK_SECONDS, LEAST_BLOCKS, slope
from riskplatform.own_stores import own_stores
from riskplatform.supervision.platform import Address, child_environment
from riskplatform.supervision.readiness import free_port

Row = tuple[str, str, str, str]
LONG_TASK_MS: Final = 50.0
SCRIPT_KB: Final = 250.0
FIRST_ROW_MS: Final = 2_000.0
HEAP_MB_PER_HOUR: Final = 10.0
FEWER_FRAMES: Final = 0.8  # of those that were to be sent: below, the page was not under the load that was meant


@dataclass(frozen=True)
class Case:
    """So many instruments and frames a second, and the share of a core that the page may take."""

    instruments: int
    rate: int
    busy: float

    @property
    def name(self) -> str:
        return f"{self.instruments} symbols, {self.rate} frames/s"


CASES: Final = (Case(500, 4, 0.25), Case(20, 10, 0.10))


def rows(*, seconds: float, sabotage: str = "") -> Iterator[Row]:
    """Yield a row for each goal of each case: what, here, goal, whether it is met.  Raises MeasurementFailed."""
    for case in CASES:
        load = Load(case.instruments, case.rate, seconds, free_port(), sabotage)
        with own_stores("screens") as environment:
            inside = child_environment(environment, address=Address("127.0.0.1", load.port))
            found = measured_apart("bench", "screens", load=load, environment=inside, what=f"screens, {case.name}")
        yield from rows_of(case, Watched(**found))


def rows_of(case: Case, seen: Watched) -> Iterator[Row]:
    """Yield the rows of what was watched."""
    yield _row(f"{case.name}: frames/s heard", seen.frames_a_second, FEWER_FRAMES * case.rate, is_least=True)
    yield _row(f"{case.name}: main thread busy, % of a core", 100 * seen.busy, 100 * case.busy)
    yield f"{case.name}: of it processor time, %", f"{100 * seen.working:.1f}", "", ""
    longest = f"{seen.long_tasks}, longest {seen.longest_ms:.0f} ms"
    yield f"{case.name}: tasks over {LONG_TASK_MS:.0f} ms", longest, "0", _verdict(seen.long_tasks == 0)
    yield _row(f"{case.name}: first row after, ms", seen.first_row_ms, FIRST_ROW_MS)
    yield _row(f"{case.name}: scripts of the first load, kB", seen.script_kb, SCRIPT_KB)
    yield _heap_row(case, seen)


def _heap_row(case: Case, seen: Watched) -> Row:
    what = f"{case.name}: heap after collections, MB/hour (95 %)"
    if not seen.seconds or seen.seconds[-1] - seen.seconds[0] < LEAST_BLOCKS * BLOCK_SECONDS:
        return (
            what,
            f"{seen.heap_mb[-1]:.1f} MB" if seen.heap_mb else "–",
            f"≤ {HEAP_MB_PER_HOUR:.0f}",
            "needs 5 minutes",
        )
    found = slope(seen.seconds, seen.heap_mb)
    shown = f"{found.per_hour:+.1f} ({found.low:+.1f} to {found.high:+.1f})"
    return what, shown, f"≤ {HEAP_MB_PER_HOUR:.0f}", str(found.against(HEAP_MB_PER_HOUR))


def _row(what: str, value: float, limit: float, *, is_least: bool = False) -> Row:
    sign, is_met = ("≥", value >= limit) if is_least else ("≤", value <= limit)
    return what, f"{value:,.1f}", f"{sign} {limit:,.0f}", _verdict(is_met)


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "missed"
