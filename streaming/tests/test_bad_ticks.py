"""The tick corpus, read alone and carried by the real feed through log and fold; and that nothing is left out of it."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings as product
from django.core.management import CommandError, call_command
from pytest_django import Settings

from risk.models import Instrument, LatestRisk, RiskRecord
from riskplatform.embedded import EmbeddedStore
from streaming import pipeline, resumption
from streaming.feed_process import feed_ownership
from streaming.feed_progress import Progress
from streaming.feed_runner import EndReason
from streaming.feeds.json_ticks import TickReader
from streaming.feeds.line_sources import DescriptorLines
from streaming.feeds.line_splitting import LineSplitter
from streaming.line_feeding import feed_lines
from streaming.models import FeedRun, FoldCursor, RejectedTick
from streaming.reasons import Reason, Remark
from streaming.tests.bad_ticks import CORPUS, LINES
from streaming.tests.feed_factories import trading_day
from streaming.tests.tick_cases import HOUR, PRICE, SECOND, Case, good, stream
from streaming.tick_log import platform_log
from streaming.validation import Validator
from streaming.verification import compare_with_log

DAY = trading_day()
BEGIN = DAY.session.open_us + HOUR
ARRIVAL = BEGIN + SECOND
EVERY_REASON = {*map(str, Reason), *map(str, Remark)}


def account(stream_of_bytes: bytes) -> Progress:
    """Read and judge as the feed does, without log and store."""
    reader, splitter, progress = TickReader({"TCS": 1}, frozenset({"HDFC"})), LineSplitter(), Progress()
    for lines in (splitter.split(stream_of_bytes), splitter.end()):
        ticks, refusals = reader.read(lines, received_at=ARRIVAL, day=DAY)
        progress.count_refusals(refusals)
        progress.count(ticks, Validator(np.array([1])).judge(ticks, DAY), reader.names)
    return progress


def expected(cases: list[Case]) -> tuple[int, Counter[str], Counter[str]]:
    """Accepted ticks, refused lines by reason, warnings: of the cases and the good ticks around them."""
    passed = sum(case.count for case in cases if case.disposition != "refused") + len(cases) + 1
    counts = {kind: Counter[str]() for kind in ("refused", "warned", "accepted")}
    for case in cases:
        counts[case.disposition][case.reason or ""] += case.count
    return passed, counts["refused"], counts["warned"]


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_a_case_has_its_disposition_and_costs_no_neighbour(case: Case) -> None:
    found = account(stream(BEGIN, [case]))

    assert (found.accepted, found.refused, found.warned) == expected([case])
    assert found.read == found.accepted + found.refused.total()
    assert [sample.reason for sample in found.all_samples()] == [case.reason] * (case.count if case.reason else 0)


def test_the_corpus_names_each_case_once_and_has_one_for_every_reason() -> None:
    names = [case.name for case in CORPUS]

    assert len(names) == len(set(names)) >= 60
    assert {case.reason for case in CORPUS if case.reason} == EVERY_REASON


def test_every_reason_is_documented_with_its_disposition() -> None:
    page = (Path(product.BASE_DIR) / "docs" / "feeds.md").read_text()

    rows = re.findall(r"^\| `(\w+)` \| (refused|accepted, with a warning) \|", page, re.MULTILINE)

    assert dict(rows) == {
        **dict.fromkeys(map(str, Reason), "refused"),
        **dict.fromkeys(map(str, Remark), "accepted, with a warning"),
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("bus")
def test_the_real_feed_carries_the_whole_corpus_and_the_fold_takes_every_good_tick(
    settings: Settings, tmp_path: Path
) -> None:
    settings.RECORD_RETENTION_DAYS = 36_500
    resumption._kept.clear()
    resumption.run_of.cache_clear()
    Instrument.objects.filter(symbol="HDFC").update(is_active=False)
    path = tmp_path / "corpus.jsonl"
    path.write_bytes(stream(BEGIN, CORPUS))
    clock = (ARRIVAL + step * 1_000 for step in count())

    with DescriptorLines.open(str(path)) as source:
        reason = feed_lines(source, ownership=feed_ownership(), stop=threading.Event(), clock=lambda: next(clock))
    left = iter(range(2))
    pipeline.drain(lambda: {0}, log=platform_log(), is_over=lambda: next(left, None) is None)

    accepted, refused, warned = expected(CORPUS)
    run = FeedRun.objects.get()
    assert reason == EndReason.FINISHED
    assert (run.source, run.description) == ("live", f"JSON lines from {path}")
    assert (run.ticks_read, run.ticks_accepted) == (accepted + refused.total(), accepted)
    assert (run.refused, run.warned) == (refused, warned)
    assert Counter(RejectedTick.objects.values_list("reason", flat=True)) == refused + warned
    entries = platform_log().range(0)
    assert sum(len(entry.ticks) for entry in entries) == accepted
    cursor = FoldCursor.objects.get()
    assert (cursor.position, cursor.late) == (entries[-1].id, 0)
    newest = RiskRecord.objects.get(pk=LatestRisk.objects.get().record_id)
    assert (newest.run, newest.instrument.symbol, float(newest.price)) == (run.pk, "TCS", PRICE + 0.05)
    assert compare_with_log(platform_log()).is_equal


@pytest.mark.django_db
@pytest.mark.usefixtures("bus")
def test_samples_are_short_and_hold_nothing_that_a_store_refuses(settings: Settings) -> None:
    Instrument.objects.filter(symbol="HDFC").update(is_active=False)
    reading, writing = os.pipe()
    feeder = threading.Thread(target=_write, args=(writing, stream(BEGIN, CORPUS)))
    feeder.start()
    clock = (ARRIVAL + step * 1_000 for step in count())

    source = DescriptorLines("a pipe", reading, True)
    with source:
        feed_lines(source, ownership=feed_ownership(), stop=threading.Event(), clock=lambda: next(clock))
    feeder.join()

    samples = list(RejectedTick.objects.all())
    assert samples
    for sample in samples:
        texts = [sample.symbol, *(value for value in sample.detail.values() if isinstance(value, str))]
        assert all(text.isascii() and text.isprintable() and len(text) <= 300 for text in texts)
    large = RejectedTick.objects.filter(reason="too_large").order_by("-detail__bytes")[0]
    assert large.detail["bytes"] > 1_048_576
    assert str(large.detail["line"]).endswith("...")


def _write(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as pipe:
        pipe.write(content)


@pytest.mark.timeout(120)
def test_the_command_reads_standard_input_and_stores_its_account(tmp_path: Path) -> None:
    """In a process of its own, on the clock: whether the good ticks are of today's session is not for this test."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "REDIS_HOST", "DATABASE_URL"}
    }
    environment = {**kept, "RISK_HOME": str(tmp_path), "RISK_NO_BOOTSTRAP": "1", "LOG_LEVEL": "WARNING"}
    content = stream(BEGIN, LINES) + good(BEGIN)

    def manage(*words: str, stdin: bytes = b"") -> None:
        command = [sys.executable, str(product.BASE_DIR / "manage.py"), *words]
        subprocess.run(command, env=environment, input=stdin, check=True, timeout=60)

    with EmbeddedStore(tmp_path):
        manage("migrate", "--verbosity", "0")
        manage("run_feed", "--json-lines", "-", stdin=content)

    with contextlib.closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database:
        statement = "select source, end_reason, description, ticks_read, ticks_accepted, refused from streaming_feedrun"
        (source, end, description, read, accepted, refused), *more = database.execute(statement).fetchall()
    counts = Counter(json.loads(refused))
    assert not more and (source, end, description) == ("live", "finished", "JSON lines from standard input")
    assert read == accepted + counts.total() == 2 * len(LINES) + 2 + sum(case.count - 1 for case in LINES)
    _, expected_refused, _ = expected(LINES)
    assert {reason: counts[reason] for reason in expected_refused} == expected_refused


@pytest.fixture
def signals() -> Iterator[None]:
    """Give the suite its signal handlers back, which the command takes."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--json-lines", "no such file"), "No such file"),
        (("--json-lines", "-", "--disturb", "halt:SBIN@+2m/10m"), "--disturb is of the simulator"),
    ],
)
@pytest.mark.django_db
@pytest.mark.usefixtures("bus", "signals")
def test_what_cannot_be_fed_is_said_in_one_sentence(options: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("run_feed", *options)
