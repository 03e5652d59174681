"""`python -m riskplatform.benchmarks.rest.clients`: a process of keep-alive clients, one thread each.

It reads an Assignment as JSON from standard input, asks for `seconds` and writes the Answers as JSON.  No Django here:
the process shares neither interpreter nor lock with what it measures.
"""

import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import count, cycle

import httpx
import orjson

from riskplatform.benchmarks.rest.mix import MIX, deck, path_of

LONGEST_ANSWER_SECONDS = 30.0
CLIENTS_AT_MOST = 64
NO_ANSWER = 0


@dataclass(frozen=True)
class Assignment:
    """What to ask: `routes` are names of MIX, `records` ids of stored records, `base` the API's root."""

    base: str
    token: str
    routes: list[str]
    records: list[int]
    clients: int
    seconds: float


@dataclass(frozen=True)
class Answer:
    """One request: its route, its status (NO_ANSWER when the connection failed) and how long it took."""

    route: str
    status: int
    seconds: float


def ask_for_a_while(assignment: Assignment) -> list[Answer]:
    """Return every client's answers; a client asks anew as soon as it has been answered."""
    end = time.monotonic() + assignment.seconds
    with ThreadPoolExecutor(assignment.clients) as pool:
        each = pool.map(lambda seed: _one_client(assignment, seed=seed, end=end), range(assignment.clients))
        return [answer for answers in each for answer in answers]


def ask(client: httpx.Client, route: str, path: str) -> Answer:
    """Return how one GET went, with its whole body read."""
    began = time.perf_counter()
    try:
        status = client.get(path).status_code
    except httpx.HTTPError:
        status = NO_ANSWER
    return Answer(route, status, time.perf_counter() - began)


def connected(base: str, token: str) -> httpx.Client:
    """Return a client that keeps one connection and follows no proxy of the environment."""
    headers = {"Authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=1, max_keepalive_connections=1)
    return httpx.Client(base_url=base, headers=headers, limits=limits, timeout=LONGEST_ANSWER_SECONDS, trust_env=False)


def _one_client(assignment: Assignment, *, seed: int, end: float) -> list[Answer]:
    answers: list[Answer] = []
    cards = cycle(deck([read for read in MIX if read.name in assignment.routes], seed=seed))
    with connected(assignment.base, assignment.token) as client:
        for number in count(seed):
            if time.monotonic() >= end:
                break
            read, record = next(cards), _dealt(assignment.records, number)
            answers.append(ask(client, read.name, path_of(read, record)))
    return answers


def _dealt(records: Sequence[int], number: int) -> int:
    return records[number % len(records)]


def main() -> None:
    assignment = Assignment(**orjson.loads(sys.stdin.buffer.read()))
    if not 1 <= assignment.clients <= CLIENTS_AT_MOST:
        sys.exit(f"clients must lie in [1, {CLIENTS_AT_MOST}], was {assignment.clients}")
    sys.stdout.buffer.write(orjson.dumps([asdict(answer) for answer in ask_for_a_while(assignment)]))


if __name__ == "__main__":
    main()
