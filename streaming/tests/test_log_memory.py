"""The server's memory is bounded by the retention: a run that lasts longer than it keeps as much as fits in it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import redis
import time_machine
from pytest_django import Settings

from risk.models import Instrument
from risk.quant.ticks import blank_ticks
from streaming import pipeline, resumption, retention
from streaming.models import FoldCheckpoint, FoldCursor
from streaming.tests.log_factories import OPEN, SECOND, make_run
from streaming.tick_entries import Kind, parse_id
from streaming.tick_log import TickLog
from streaming.verification import compare_with_log

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bus")]
HALF_AN_HOUR = timedelta(minutes=30)
ENTRIES = 150  # of half an hour
BEGAN = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


class Market:
    """One run that goes on for hours, folded as it comes; the retention is one hour."""

    def __init__(self, client: redis.Redis, prefix: str) -> None:
        self._client, self.log = client, TickLog(client, prefix=prefix)
        self._run, self.number = make_run().pk, 1
        self._ids = np.array(Instrument.objects.order_by("id").values_list("id", flat=True)[:3])
        self._append(Kind.RUN_START)

    def half_an_hour(self) -> None:
        for _ in range(ENTRIES):
            self.number += 1
            self._append(Kind.TICKS)
        reads = iter([False, True])
        pipeline.drain(lambda: {0}, log=self.log, is_over=lambda: next(reads))

    def memory(self) -> int:
        """The bytes that the server has for the stream, every one of its blocks looked at."""
        return int(self._client.memory_usage(self.log.key(0), samples=0) or 0)

    def _append(self, kind: Kind) -> None:
        at = OPEN + self.number * SECOND
        ticks = blank_ticks(3 if kind is Kind.TICKS else 0)
        ticks["instrument"] = self._ids[: len(ticks)]
        ticks["exchange_time"], ticks["last_price"] = at - 20_000, 100.0 + self.number % 7
        self.log.append(0, run_id=self._run, number=self.number, kind=kind, log_time=at, wall_time=at, ticks=ticks)


@pytest.fixture
def market(redis_client: redis.Redis, redis_prefix: str, settings: Settings) -> Market:
    settings.TICK_LOG_RETENTION_HOURS = 1
    resumption._kept.clear()
    return Market(redis_client, redis_prefix)


def test_a_run_longer_than_the_retention_keeps_the_servers_memory_flat(market: Market) -> None:
    used, kept = list[int](), list[int]()
    with time_machine.travel(BEGAN, tick=False) as clock:
        for _ in range(10):
            market.half_an_hour()
            retention.trim_log(market.log)
            used.append(market.memory())
            kept.append(market.log.length(0))
            clock.shift(HALF_AN_HOUR)

    assert kept[:3] == [151, 301, 451]
    assert set(kept[4:]) == {3 * ENTRIES}, "an hour, and the half that has just come"
    assert max(used[4:]) <= 1.03 * min(used[4:])
    assert used[0] < used[1] < used[2], "it is the entries that are measured"
    assert market.number == 10 * ENTRIES + 1


def test_what_is_trimmed_lies_behind_a_checkpoint_and_the_rest_can_be_folded_again(market: Market) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        for _ in range(6):
            market.half_an_hour()
            retention.trim_log(market.log)
            clock.shift(HALF_AN_HOUR)

        first = market.log.range(0, count=1)[0]
        oldest = FoldCheckpoint.objects.earliest("pk")
        assert parse_id(oldest.position) == (first.run_id, first.number - 1)
        assert parse_id(oldest.position) < parse_id(FoldCursor.objects.get().position)
        assert compare_with_log(market.log).is_equal


def test_a_worker_that_is_away_keeps_every_entry_that_it_has_not_folded(market: Market) -> None:
    with time_machine.travel(BEGAN, tick=False) as clock:
        market.half_an_hour()
        retention.trim_log(market.log)
        for _ in range(ENTRIES):
            market.number += 1
            market._append(Kind.TICKS)
        clock.shift(timedelta(days=2))
        retention.trim_log(market.log)

    folded = FoldCursor.objects.get().position
    assert market.log.range(0, count=1)[0].number == parse_id(folded)[1] + 1
    assert market.log.length(0) == ENTRIES
