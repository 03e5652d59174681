"""The measurement itself, in a process whose stores are its own: a platform, a market, a crowd on its sockets."""

import sys
import time
from dataclasses import asdict, dataclass

import numpy as np
import orjson
from django.core.management import call_command
from numpy.typing import NDArray

from riskplatform.benchmarks.latency.watchers import Crowd, CrowdProcess
from riskplatform.benchmarks.running import add_instruments, running_platform, until
from riskplatform.benchmarks.sockets.prepare import listeners_tokens
from riskplatform.benchmarks.steady_market import SteadyMarket
from streaming.models import FoldCursor

SOCKETS_PER_USER = 20
WARMING_SECONDS = 12.0  # longer than a drain's slice: every worker has had its first
LAST_SECONDS = 2.0
SHOWN_US = 1_000  # messages give times in milliseconds


@dataclass(frozen=True)
class Load:
    """`ticks` a second in `entries` appends, `clients` sockets; `port` is where the server is to listen."""

    instruments: int
    ticks: int
    entries: int
    clients: int
    seconds: float
    port: int


@dataclass(frozen=True)
class Measured:
    """Milliseconds from each append to its values' arrival, of every client and entry; and records per second."""

    delays_ms: list[float]
    lost: int
    records_a_second: float


def measure(load: Load) -> Measured:
    """Migrate the private stores, run the platform on them and measure; every process ends with the call."""
    call_command("migrate", verbosity=0)
    add_instruments(load.instruments)
    tokens = listeners_tokens(load.clients // SOCKETS_PER_USER + 1)
    market = SteadyMarket(entries_a_second=load.entries, ticks_an_entry=load.ticks // load.entries)
    with running_platform(load.port), market:
        until(lambda: _records() > 0, what="a first commit", alive=market.require_alive)
        with CrowdProcess(Crowd(load.port, load.clients, tokens)) as crowd:
            time.sleep(WARMING_SECONDS)
            records, begin = _records(), len(market.appended)
            time.sleep(load.seconds)
            records, end = _records() - records, len(market.appended)
            time.sleep(LAST_SECONDS)
            arrivals = crowd.arrivals()
    waits, lost = delays(np.array(market.appended[begin:end]), arrivals)
    return Measured(waits, lost, records / load.seconds)


def delays(appended: NDArray[np.int64], arrivals: list[list[tuple[int, int]]]) -> tuple[list[float], int]:
    """Return, for every client and entry, the milliseconds to the first frame whose newest tick is not older, and for
    how many none came.  None is left out because newer values overtook it."""
    waits, lost = list[float](), 0
    shown = appended // SHOWN_US * SHOWN_US
    for seen in arrivals:
        newest, at = np.array(seen, dtype=np.int64).reshape(-1, 2).T
        first = np.searchsorted(np.maximum.accumulate(newest), shown)
        came = first < len(newest)
        lost += int((~came).sum())
        waits += ((at[first[came]] - appended[came]) / 1e3).tolist()
    return waits, lost


def main(arguments: str) -> None:
    """Measure what `arguments` (a Load as JSON) says and write the Measured as JSON to standard output."""
    sys.stdout.buffer.write(orjson.dumps(asdict(measure(Load(**orjson.loads(arguments))))))


def _records() -> int:
    return FoldCursor.objects.filter(pk=0).values_list("records_written", flat=True).first() or 0
