"""Clients that break every rule, at the level of TCP, against a real Daphne: no error, a code that says why, and
whoever keeps the rules notices nothing.

One server for all; its patience with clients that do not read is shorter than the product's.
"""

import random
import select
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle

import pytest

from riskplatform.benchmarks.sockets.fanout import OURS
from riskplatform.benchmarks.sockets.processes import Server, Stores, daphne, prepared_stores, publish
from riskplatform.benchmarks.sockets.wire import opening
from riskplatform.tests.processes import eventually
from streaming.protocol import CloseCode
from streaming.tests.frame_fuzz import Frame, burst, frames_of_each_kind
from streaming.tests.raw_sockets import GOODBYE, PATH, PATIENCE_SECONDS, Bystander, RawSocket, gaps_between

SEED = 20261120
EACH_KIND_TIMES, BURSTS, FRAMES_IN_A_BURST, NOISES = 10, 200, 24, 50
AT_ONCE = 8
SOCKETS = 20 * (AT_ONCE + 4)  # people enough for as many sockets, and for some that linger
OF_RFC_6455 = {1000, 1002, 1005, 1007}
NO_CODE = -1  # or no reason with one of ours
MESSAGES_A_SECOND = 20.0


@pytest.fixture(scope="module")
def stores() -> Iterator[Stores]:
    with prepared_stores(sockets=SOCKETS) as prepared:
        yield prepared


@pytest.fixture(scope="module")
def server(stores: Stores) -> Iterator[Server]:
    with daphne(stores, "streaming.tests.impatient:application") as running:
        yield running


@contextmanager
def bystanding(stores: Stores, server: Server, *, seconds: float) -> Iterator[None]:
    """Publish for a time; afterwards somebody who kept the rules must have had everything, and the log no error."""
    bystander, sent = Bystander(server.port, stores.tokens[-1]), list[int]()
    group, kind, settings = OURS

    def tell() -> None:
        sent.append(publish(stores, group=group, kind=kind, settings=settings, rate=MESSAGES_A_SECOND, seconds=seconds))

    telling = threading.Thread(target=tell)
    telling.start()
    assert eventually(bystander.has_heard, seconds=PATIENCE_SECONDS)
    yield
    telling.join()
    batches = bystander.batches(due=sent[0])
    assert (len(batches), gaps_between(batches)) == (sent[0], [])
    assert errors_in(server) == []


def errors_in(server: Server) -> list[str]:
    signs = ("Traceback", "Unhandled", "Exception", "[error", "[critical", "ERROR", "CRITICAL")
    return [line for line in server.log.read_text().splitlines() if any(sign in line for sign in signs)]


def test_5_000_random_frames(stores: Stores, server: Server) -> None:
    chance, tokens = random.Random(SEED), cycle(stores.tokens[:-2])
    alone = [frame for _ in range(EACH_KIND_TIMES) for frame in frames_of_each_kind(chance)]
    bursts = [burst(chance, frames=FRAMES_IN_A_BURST) for _ in range(BURSTS)]
    noises = [chance.randbytes(chance.randrange(2, 400)) for _ in range(NOISES)]

    with bystanding(stores, server, seconds=10.0), ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda frame: code_after_one(server.port, next(tokens), frame), alone))
        endings = list(pool.map(lambda wire: code_after(server.port, next(tokens), wire), bursts))
        list(pool.map(lambda noise: hang_up_after(server.port, next(tokens), noise), noises))
        list(pool.map(lambda noise: strange_opening(server.port, noise), noises))

    unexpected = [(frame, code) for frame, code in zip(alone, answers, strict=True) if code not in frame.codes]
    assert unexpected == []
    assert set(endings) <= OF_RFC_6455 | set(map(int, CloseCode)), Counter(endings)
    assert len(alone) + FRAMES_IN_A_BURST * len(bursts) + len(noises) >= 5_000


def code_after_one(port: int, token: str, frame: Frame) -> int:
    """Return the code with which the server ends a socket that says this; 0 where it goes on and we end it."""
    if 0 not in frame.codes:
        return code_after(port, token, frame.wire)
    opened = RawSocket(port, token)
    opened.say(frame.wire)
    opened.subscribe()
    opened.read_until(lambda: any(frame["type"] == "snapshot" for frame in opened.frames))
    opened.say(GOODBYE)
    return 0 if read_code(opened) == 1000 else NO_CODE


def code_after(port: int, token: str, wire: bytes) -> int:
    opened = RawSocket(port, token)
    opened.say(wire)
    return read_code(opened)


def read_code(opened: RawSocket) -> int:
    opened.read_to_the_end()
    code, reason = opened.closed_with or (NO_CODE, "")
    return code if reason or code in OF_RFC_6455 else NO_CODE


def hang_up_after(port: int, token: str, noise: bytes) -> None:
    """Say what may be the beginning of a frame, and no more."""
    opened = RawSocket(port, token)
    opened.say(noise)
    opened.say_no_more()
    opened.read_to_the_end()


def strange_opening(port: int, noise: bytes) -> None:
    """Open with noise, or with a request that is cut off by it; the server answers what it likes and hangs up."""
    request = opening(port, PATH)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request[: noise[0] % len(request)] + noise)
        connection.shutdown(socket.SHUT_WR)
        try:
            while connection.recv(65_536):
                pass
        except ConnectionResetError:
            pass


def test_who_reads_nothing_is_closed_with_4410(stores: Stores, server: Server) -> None:
    with bystanding(stores, server, seconds=10.0):
        asleep = unread_socket(server.port, stores.tokens[0])
        assert eventually(lambda: refusals(server) == 1, seconds=PATIENCE_SECONDS)
        asleep.read_to_the_end()  # it wakes before the server loses its patience with the closing, too
        deaf = unread_socket(server.port, stores.tokens[1])
        assert eventually(lambda: has_hung_up(deaf), seconds=PATIENCE_SECONDS)
        deaf.close()

    assert asleep.closed_with == (int(CloseCode.TOO_SLOW), "Nothing was read for 3 s.")
    assert refusals(server) == 2


def unread_socket(port: int, token: str) -> RawSocket:
    """Return a socket whose snapshot waits for somebody to read it."""
    opened = RawSocket(port, token, receive_buffer=4_096)
    opened.subscribe()
    return opened


def refusals(server: Server) -> int:
    """Return how many sockets the server has refused to wait for any longer."""
    return server.log.read_text().count(f'"code": {int(CloseCode.TOO_SLOW)}')


def has_hung_up(opened: RawSocket) -> bool:
    poll = select.poll()
    poll.register(opened, 0)
    return bool(poll.poll(0))
