from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from risk.chain_facts import implied_facts
from risk.models import ChainSummary

TODAY = date(2026, 1, 23)


def stored(day: date, *, level: float | None, days: int = 7, symbol: str = "NIFTY", **changes: Any) -> None:
    facts: dict[str, Any] = {
        "exchange": "NSE", "symbol": symbol, "trading_date": day, "expiry": day + timedelta(days=days),
        "years": days / 365, "atm_volatility": level, "term_slope": 0.01, "skew_25": 0.02, "quotes_used": 40,
        "source_file": "made", "observed_at": datetime(day.year, day.month, day.day, 10, tzinfo=UTC),
    }  # fmt: skip
    ChainSummary.objects.create(**{**facts, **changes})


@pytest.mark.django_db
def test_the_nearest_expiry_two_days_away_of_the_newest_day_counts() -> None:
    stored(TODAY - timedelta(days=1), level=0.30)
    stored(TODAY, level=0.50, days=1)
    stored(TODAY, level=0.12, days=2)
    stored(TODAY, level=0.14, days=9)
    stored(TODAY + timedelta(days=1), level=0.99)

    facts = implied_facts(["NIFTY"], TODAY)["NIFTY"]

    assert (facts.atm_volatility, facts.years, facts.trading_date) == (0.12, 2 / 365, TODAY)
    assert (facts.term_slope, facts.skew_25, facts.quotes) == (0.01, 0.02, 40)


@pytest.mark.django_db
def test_an_expiry_of_tomorrow_is_too_near_even_in_the_morning() -> None:
    stored(TODAY, level=0.50, days=1, years=(1 + 6.25 / 24) / 365)
    stored(TODAY, level=0.12, days=2)

    assert implied_facts(["NIFTY"], TODAY)["NIFTY"].atm_volatility == 0.12


@pytest.mark.django_db
def test_an_expiry_without_a_level_is_passed_over() -> None:
    stored(TODAY, level=None, days=2)
    stored(TODAY, level=0.14, days=9)

    assert implied_facts(["NIFTY"], TODAY)["NIFTY"].atm_volatility == 0.14


@pytest.mark.django_db
def test_an_older_day_serves_where_the_newest_has_none() -> None:
    stored(TODAY - timedelta(days=3), level=0.2)

    assert implied_facts(["NIFTY"], TODAY)["NIFTY"].trading_date == TODAY - timedelta(days=3)


@pytest.mark.django_db
def test_the_rank_is_the_share_of_other_days_below_with_ties_by_half() -> None:
    for back, level in enumerate([0.15, 0.10, 0.12, 0.15, 0.20]):
        stored(TODAY - timedelta(days=back), level=level)

    facts = implied_facts(["NIFTY"], TODAY)["NIFTY"]

    # others .10 .12 .15 .20 against .15: two below, one tie
    assert (facts.rank, facts.rank_days) == (2.5 / 4, 5)


@pytest.mark.django_db
def test_a_single_day_has_no_rank() -> None:
    stored(TODAY, level=0.15)

    facts = implied_facts(["NIFTY"], TODAY)["NIFTY"]

    assert (facts.rank, facts.rank_days) == (None, 1)


@pytest.mark.django_db
def test_the_rank_looks_back_252_days() -> None:
    for back in range(260):
        stored(TODAY - timedelta(days=back), level=0.10 if back < 252 else 0.50)
    stored(TODAY - timedelta(days=500), level=0.60)

    facts = implied_facts(["NIFTY"], TODAY)["NIFTY"]

    assert (facts.rank, facts.rank_days) == (0.5, 252)


@pytest.mark.django_db
def test_a_chain_of_more_than_400_days_ago_says_nothing() -> None:
    stored(TODAY - timedelta(days=401), level=0.2)

    assert implied_facts(["NIFTY"], TODAY) == {}


@pytest.mark.django_db
def test_symbols_without_chains_and_other_exchanges_are_absent() -> None:
    stored(TODAY, level=0.15, exchange="BSE", symbol="SENSEX")

    assert implied_facts(["SENSEX", "TCS"], TODAY) == {}
    assert implied_facts(["SENSEX"], TODAY, exchange="BSE")["SENSEX"].atm_volatility == 0.15


@pytest.mark.django_db
def test_one_query_serves_all_symbols(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for symbol in ("NIFTY", "TCS", "SBIN"):
        stored(TODAY, level=0.15, symbol=symbol)

    with django_assert_num_queries(1):
        assert set(implied_facts(["NIFTY", "TCS", "SBIN"], TODAY)) == {"NIFTY", "TCS", "SBIN"}
