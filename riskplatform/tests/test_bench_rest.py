from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from rest_framework.test import APIClient

from riskplatform.benchmarks.rest.clients import Answer
from riskplatform.benchmarks.rest.inside import Load, Measured, analysts_token
from riskplatform.benchmarks.rest.market import Sight, lags, records_a_second
from riskplatform.benchmarks.rest.mix import MIX, deck, path_of
from riskplatform.benchmarks.rest.report import rows_of

SECOND = 1_000_000
LOAD = Load(instruments=20, clients=2, seconds=2.0, port=1)
# Commits seen 0.1 s after their instants, but for second 3, which comes with second 4's commit at 4.5 s.
SIGHTS = [
    Sight(seen_at=1_100_000, instant=1 * SECOND, records=20),
    Sight(seen_at=2_100_000, instant=2 * SECOND, records=40),
    Sight(seen_at=4_500_000, instant=4 * SECOND, records=80),
    Sight(seen_at=5_100_000, instant=5 * SECOND, records=100),
]


def test_a_round_of_the_deck_holds_the_mix_exactly() -> None:
    assert Counter(read.name for read in deck(MIX, seed=7)) == {
        "risk/live": 8,
        "risk/{id}": 4,
        "risk/history": 4,
        "alerts": 2,
        "risk/stats": 1,
        "auth/me": 1,
    }


def test_the_same_seed_deals_the_same_order() -> None:
    assert deck(MIX, seed=3) == deck(MIX, seed=3)
    assert deck(MIX, seed=3) != deck(MIX, seed=4)


@pytest.mark.django_db
def test_the_clients_token_opens_what_the_mix_asks_for() -> None:
    client = APIClient(headers={"Authorization": f"Bearer {analysts_token()}"})
    assert client.get("/api/v1/risk/live").status_code == 200


def test_a_record_is_asked_for_by_its_id() -> None:
    assert path_of(MIX[1], 81) == "risk/81"
    assert path_of(MIX[2], 81) == "risk/history?symbol=NIFTY"


def test_an_instant_that_waited_for_the_next_commit_counts_its_whole_wait() -> None:
    assert lags(SIGHTS, begin=2 * SECOND, end=4 * SECOND) == pytest.approx([0.1, 1.5, 0.5])


def test_records_a_second_are_those_between_two_times() -> None:
    assert records_a_second(SIGHTS, begin=1_100_000, end=5_100_000) == pytest.approx(20.0)


def test_the_report_divides_the_load_by_the_idle_reads() -> None:
    measured = Measured(
        routes=["auth/me"],
        scoring=[Answer("auth/me", 200, 0.020)] * 10,
        idle=[Answer("auth/me", 200, 0.010)] * 20,
        records_before=20.0,
        records_during=10.0,
        lags_before=[0.05],
        lags_during=[0.10],
    )

    first, median, *_, errors, records, lag = rows_of(measured, LOAD, stores="SQLite, embedded server")

    assert first[1:] == ("5 requests/s", "10 requests/s (scoring idle)", "0.50×")
    assert median[1:] == ("20 ms", "10 ms", "2.00×")
    assert errors[1:] == ("0", "0", "–")
    assert records[1:] == ("10.0 /s", "20.0 /s (before the load)", "0.50×")
    assert lag[1:] == ("100 ms", "50 ms (before the load)", "2.00×")


def test_more_clients_than_the_bound_are_refused_before_anything_starts() -> None:
    with pytest.raises(CommandError, match="1 to 64 clients"):
        call_command("bench", "rest", clients=65)
