"""The measurement itself, in a process whose stores are its own: a platform, a market, clients; three phases.

Before the load, during it, and the same load once more with the market stopped.
"""

import logging
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass

import orjson
from django.conf import settings
from django.core.management import call_command

from accounts import family_services
from accounts.capabilities import Role
from accounts.models import User
from risk.models import RiskRecord
from riskplatform.benchmarks.apart import MeasurementFailed
from riskplatform.benchmarks.rest.clients import Answer, Assignment, ask, connected
from riskplatform.benchmarks.rest.market import Market, Watch, lags, records_a_second
from riskplatform.benchmarks.rest.mix import MIX, path_of
from riskplatform.benchmarks.running import (
    PATIENCE_SECONDS,
    add_instruments,
    running_platform,
    until,
)
from riskplatform.home import CHECKOUT

RECORDS_ASKED_FOR = 200


@dataclass(frozen=True)
class Load:
    """How hard to ask; `port` is where the server is to listen."""

    instruments: int
    clients: int
    seconds: float
    port: int


@dataclass(frozen=True)
class Measured:
    """Answers of both loads, the routes of the mix that this checkout has, and the pipeline's keeping up."""

    routes: list[str]
    scoring: list[Answer]
    idle: list[Answer]
    records_before: float
    records_during: float
    lags_before: list[float]
    lags_during: list[float]


def measure(load: Load) -> Measured:
    """Migrate the private stores, run the platform on them and measure; every process ends with the call."""
    call_command("migrate", verbosity=0)
    add_instruments(load.instruments)
    base, token = f"http://127.0.0.1:{load.port}/api/{settings.API_VERSION}/", analysts_token()
    with ExitStack() as stack:
        stack.enter_context(running_platform(load.port))
        watch = stack.enter_context(Watch())
        with Market(seed=load.instruments) as market:
            until(lambda: len(watch.sights) > 1, what="a second commit", alive=market.require_alive)
            assignment = _assignment(load, base, token)
            before = _passed(watch, lambda: time.sleep(max(2.0, load.seconds / 2)))
            scoring: list[Answer] = []
            during = _passed(watch, lambda: scoring.extend(_answers(assignment)))
        idle = _answers(assignment)
    return Measured(
        routes=assignment.routes,
        scoring=scoring,
        idle=idle,
        records_before=records_a_second(watch.sights, begin=before[0], end=before[1]),
        records_during=records_a_second(watch.sights, begin=during[0], end=during[1]),
        lags_before=lags(watch.sights, begin=before[0], end=before[1]),
        lags_during=lags(watch.sights, begin=during[0], end=during[1]),
    )


def main(arguments: str) -> None:
    """Measure what `arguments` (a Load as JSON) says and write the Measured as JSON to standard output."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    measured = measure(Load(**orjson.loads(arguments)))
    sys.stdout.buffer.write(orjson.dumps(asdict(measured)))


def analysts_token() -> str:
    """Return an access token of a new analyst, as signing in gives it."""
    user = User.objects.create_user("measuring-analyst", password=secrets.token_urlsafe(24), role=Role.ANALYST)
    return family_services.begin(user, user_agent="bench rest", address=None).access_token


def _assignment(load: Load, base: str, token: str) -> Assignment:
    """Return what the clients are to ask: the routes that exist, and the ids of the newest records."""
    records = list(RiskRecord.objects.order_by("-id").values_list("id", flat=True)[:RECORDS_ASKED_FOR])
    routes = []
    with connected(base, token) as client:
        for read in MIX:
            status = ask(client, read.name, path_of(read, records[0])).status
            if status == 404 and read.may_be_absent:
                continue
            if status != 200:
                raise MeasurementFailed(f"GET {path_of(read, records[0])} must answer 200, answered {status}")
            routes.append(read.name)
    return Assignment(base, token, routes, records, load.clients, load.seconds)


def _passed(watch: Watch, work: Callable[[], object]) -> tuple[int, int]:
    """Do `work`; return when it began and ended, once the records of that time are committed and seen."""
    begin = time.time_ns() // 1_000
    work()
    end = time.time_ns() // 1_000
    until(lambda: watch.instant >= end, what="the records of the load", alive=lambda: None)
    return begin, end


def _answers(assignment: Assignment) -> list[Answer]:
    """Return what the clients, in a process of their own, were answered.  Raises where one answer is not 2xx."""
    done = subprocess.run(
        [sys.executable, "-m", "riskplatform.benchmarks.rest.clients"],
        cwd=CHECKOUT, input=orjson.dumps(asdict(assignment)), stdout=subprocess.PIPE, check=True,
        timeout=assignment.seconds + PATIENCE_SECONDS,
    )  # fmt: skip
    answers = [Answer(**row) for row in orjson.loads(done.stdout)]
    wrong = Counter((answer.route, answer.status) for answer in answers if not 200 <= answer.status < 300)
    if wrong or not answers:
        raise MeasurementFailed(f"every answer must be 2xx, of {len(answers)} these were not: {dict(wrong)}")
    return answers
