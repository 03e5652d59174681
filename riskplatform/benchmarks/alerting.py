"""What alerts cost: rules over many symbols, a commit in which nothing happens, and the list at growing sizes.

Works in a database of its own, made for it and dropped after it.
"""

import json
import statistics
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from django.db import connection
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from accounts.models import User
from alerts import services
from alerts.judging import Judged
from alerts.models import Alert
from alerts.views import AlertCountsView, AlertListView, AlertStatsView
from risk.configuration import RiskConfig, Version
from risk.messages import stamp
from risk.models import Instrument
from risk.quant.scoring import SCORE
from risk.record_services import ScoredBatch, Updates
from risk.storage import insert_columns
from riskplatform.benchmarks import rule_judging
from riskplatform.benchmarks.storage import own_database
from riskplatform.benchmarks.timing import durations_ms, shown

Row = tuple[str, str, str, str]
SYMBOLS: Final = 500
RULES: Final = 20
ROUNDS: Final = 31
SECOND_US: Final = 1_000_000
BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
BEGIN_US: Final = round(BEGIN.timestamp()) * SECOND_US
PORTION: Final = 50_000
APART: Final = timedelta(seconds=34.56)  # a million alerts are the 400 days that are kept
QUERIES: Final = (
    "", "status=open", "severity=CRITICAL", "severity=HIGH&status=open", "phase=firing", "symbol=BENCH7",
    "rule=pipeline_stalled", "peak_severity=CRITICAL", "assignee=nobody", "run=1",
)  # fmt: skip


def rows(top: int) -> Iterator[Row]:
    """Yield (what, ours as median and 95th percentile, the alternative, ratio); lists at 10^3 … up to `top` alerts."""
    with own_database():
        symbols = _instruments()
        yield rule_judging.row(symbols=SYMBOLS, rules=RULES)
        yield _idle_commit(symbols)
        Alert.objects.all().delete()
        smallest = dict[str, float]()
        for size in [one for one in (1_000, 10_000, 100_000, 1_000_000) if one < top] + [top]:
            _fill(size, symbols)
            yield from _lists(size, smallest)


def _idle_commit(symbols: list[int]) -> Row:
    """An alert of every symbol, and commits in which each score stays where it is."""
    version, seconds = Version(1, RiskConfig()), iter(range(1, 10**6))

    def commit() -> None:
        services.judge_records([_judged(symbols, next(seconds), version)], ended=[], partition=0)

    commit()
    read = durations_ms(lambda: list(Alert.objects.unended().select_related("instrument")), rounds=ROUNDS)
    own = durations_ms(commit, rounds=ROUNDS)
    ratio = statistics.median(read) / statistics.median(own)
    return (
        f"a commit, {len(symbols)} alerts go on", shown(own), f"{statistics.median(read):.2f} ms to read them all",
        f"{ratio:.1f}×",
    )  # fmt: skip


def _judged(symbols: list[int], second: int, version: Version) -> Judged:
    scored = np.zeros(len(symbols), dtype=SCORE)
    scored["instrument"], scored["price"] = symbols, 100.0
    scored["score"] = 0.95 - 1e-6 * second
    scored["tick_time"] = BEGIN_US
    batch = ScoredBatch(1, "simulated", BEGIN_US + second * SECOND_US, scored, version)
    return Judged(1, batch.instant, scored, Updates(batch, range(len(symbols))), version)


def _instruments() -> list[int]:
    made = Instrument.objects.bulk_create(
        Instrument(symbol=f"BENCH{number}", name="bench", kind="share") for number in range(SYMBOLS)
    )
    return [instrument.pk for instrument in made]


def _fill(size: int, symbols: list[int]) -> None:
    """Add ended alerts up to `size`, one in a thousand of them still open."""
    for first in range(Alert.objects.count(), size, PORTION):
        insert_columns(Alert, _columns(range(first, min(first + PORTION, size)), symbols))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _columns(numbers: range, symbols: list[int]) -> dict[str, list[object]]:
    record = json.dumps({"id": 7, "risk_score": 0.6, "decomposition": {"base": 0.3, "jump": 0.3}})
    levels = ["CRITICAL" if number % 97 == 0 else "HIGH" if number % 11 == 0 else "MEDIUM" for number in numbers]
    opened = [BEGIN + number * APART for number in numbers]
    same: dict[str, object] = {
        "partition": 0, "rule": "score", "source": "simulated", "config_version": 1, "opening": record,
        "peak": record, "peak_score": 0.6, "driver": "jump", "crossings": 1, "phase": "ended",
        "end_reason": "below_exit", "classification": "", "note": "", "acknowledged_by": "", "resolved_by": "",
        "assignee": "",
    }  # fmt: skip
    return {
        "instrument_id": [symbols[number % len(symbols)] for number in numbers],
        "run": [1 + number // 1_000 for number in numbers],
        "severity": list(levels), "peak_severity": list(levels),
        "status": ["open" if number % 1000 == 0 else "resolved" for number in numbers],
        "opened_at": list(opened), "peak_at": list(opened), "ended_at": list(opened), "raised_at": list(opened),
        **{name: [value] * len(numbers) for name, value in same.items()},
    }  # fmt: skip


def _lists(size: int, smallest: dict[str, float]) -> Iterator[Row]:
    reader = User(username="reader", role="viewer")
    for query in QUERIES:
        yield _compared(size, f"alerts?{query}", _asked(AlertListView, query, reader), smallest)
    end = BEGIN + size * APART
    month = f"from={stamp(end - timedelta(days=30))}&to={stamp(end)}"
    yield _compared(size, "alerts/stats of 30 days", _asked(AlertStatsView, month, reader), smallest)
    yield _compared(size, "alerts/counts of 30 days", _asked(AlertCountsView, month, reader), smallest)


def _asked(view: type[APIView], query: str, reader: User) -> Callable[[], object]:
    answer = view.as_view()

    def ask() -> object:
        request = APIRequestFactory().get(f"/api/v1/alerts?{query}", HTTP_HOST="localhost")
        force_authenticate(request, user=reader)
        response = answer(request)
        if response.status_code != 200:
            raise RuntimeError(f"{query or 'alerts'} was answered with {response.status_code}")
        return response.render()

    return ask


def _compared(size: int, what: str, work: Callable[[], object], smallest: dict[str, float]) -> Row:
    own = durations_ms(work, rounds=ROUNDS)
    middle = statistics.median(own)
    first = smallest.setdefault(what, middle)
    return f"{size:,}: {what}", shown(own), f"{first:.2f} ms at the smallest", f"{middle / first:.2f}× of it"
