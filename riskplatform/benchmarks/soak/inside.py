"""The soak itself, in a process whose stores are its own: a platform under steady load, sampled."""

import sys
import time
from dataclasses import asdict, dataclass

import orjson
from django.core.management import call_command

from riskplatform.benchmarks.latency.watchers import Crowd, CrowdProcess
from riskplatform.benchmarks.running import PROCESSES, add_instruments, require_alive, running_platform, until
from riskplatform.benchmarks.soak.sampling import Sample, Sampler
from riskplatform.benchmarks.sockets.prepare import listeners_tokens
from riskplatform.benchmarks.steady_market import SteadyMarket
from riskplatform.lib.redis_client import connect
from streaming.models import FoldCursor

SAMPLE_SECONDS = 5.0


@dataclass(frozen=True)
class Load:
    """`ticks` a second in `entries` appends over `instruments`, `clients` sockets; `port` is the server's."""

    instruments: int
    ticks: int
    entries: int
    clients: int
    seconds: float
    port: int


@dataclass(frozen=True)
class Soaked:
    """What was sampled, and how many records and entries there were at the end."""

    samples: list[Sample]
    records: int
    entries: int
    unfolded: int


def soak(load: Load) -> Soaked:
    """Migrate the private stores, run the platform on them under load; every process ends with the call."""
    call_command("migrate", verbosity=0)
    add_instruments(load.instruments)
    tokens = listeners_tokens(load.clients // 20 + 1)
    market = SteadyMarket(entries_a_second=load.entries, ticks_an_entry=load.ticks // load.entries)
    with running_platform(load.port, names=(*PROCESSES, "watchdog")) as running, market:
        until(lambda: _cursor()[1] > 0, what="a first commit", alive=market.require_alive)
        with CrowdProcess(Crowd(load.port, load.clients, tokens, keeps=False)):
            sampler, samples = Sampler(running, connect()), []
            end = time.monotonic() + load.seconds
            while time.monotonic() < end:
                samples.append(sampler.sample())
                market.require_alive()
                require_alive(running)
                time.sleep(SAMPLE_SECONDS)
            position, records = _cursor()
            entries = len(market.appended)
    return Soaked(samples, records, entries, entries - int(position.partition("-")[2]))


def main(arguments: str) -> None:
    """Soak as `arguments` (a Load as JSON) say and write the Soaked as JSON to standard output."""
    sys.stdout.buffer.write(orjson.dumps(asdict(soak(Load(**orjson.loads(arguments))))))


def _cursor() -> tuple[str, int]:
    row = FoldCursor.objects.filter(pk=0).values_list("position", "records_written").first()
    return row or ("0-0", 0)
