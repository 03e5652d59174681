"""What `manage.py bench storage` holds against each other says the same."""

from datetime import timedelta

import pytest

from risk.models import LatestRisk, MarketRollup, RiskRecord
from risk.stats import Period, buckets_of, symbols_of
from riskplatform.benchmarks import storage, storage_views
from riskplatform.benchmarks.storage_rows import BEGIN, CYCLE_SECONDS, CYCLES, RUN, SECONDS, SYMBOLS, fill

pytestmark = pytest.mark.django_db
NEWEST = BEGIN + timedelta(seconds=SECONDS - CYCLE_SECONDS)


@pytest.fixture
def filled() -> None:
    ids = storage._instruments()
    fill(0, SECONDS, ids=ids)
    storage._set_latest(SECONDS - CYCLE_SECONDS, ids)


@pytest.mark.usefixtures("filled")
def test_views_and_their_alternatives_tell_the_same_of_the_same_records() -> None:
    period = Period.of(since=None, until=None, newest=NEWEST, minutes=5)

    assert RiskRecord.objects.count() == CYCLES * SYMBOLS
    assert MarketRollup.objects.count() == 1
    newest = {record.pk for record in storage_views._newest_records()}
    assert newest == set(LatestRisk.objects.values_list("record_id", flat=True))
    assert len(newest) == SYMBOLS
    [bucket] = buckets_of(RUN, period)
    scanned = storage_views._trend_of_records(period)()
    assert isinstance(scanned, list)
    assert bucket["records"] == sum(row[4] for row in scanned) == CYCLES * SYMBOLS
    assert bucket["max"] == max(row[2] for row in scanned)
    assert len(symbols_of(RUN, period)) == SYMBOLS


@pytest.mark.usefixtures("filled")
def test_every_view_is_a_row_with_its_median_its_tail_and_its_alternative(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage_views, "ROUNDS", 3)
    monkeypatch.setattr(storage_views, "NAIVE_ROUNDS", 1)

    rows = list(storage_views.view_rows("30,000: ", newest=NEWEST))

    assert [row[0] for row in rows] == [
        "30,000: latest",
        "30,000: latest, rows from the database",
        "30,000: 24 hours by 5 minutes",
        "30,000: 24 hours by 5 minutes, rows from the database",
        "30,000: 24 hours by symbol",
    ]
    assert all("p99" in ours and "ms" in naive and ratio.endswith("×") for _, ours, naive, ratio in rows)
