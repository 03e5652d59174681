"""The option chain of a symbol as it is shown, against the market that the chain was made from."""

from math import log
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.tests.factories import make_user
from risk.models import ChainSummary, OptionQuote
from risk.quant.black76 import price
from risk.tests.chain_factories import market_rows, option_row, small_market, write_csv
from risk.tests.test_chain_services import store

pytestmark = pytest.mark.django_db
CHAIN = "/api/v1/risk/chain"


@pytest.fixture
def viewer(client: Client) -> Client:
    client.force_login(make_user("viewer"))
    return client


def read(viewer: Client, **query: Any) -> dict[str, Any]:
    response = viewer.get(CHAIN, query)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()
    return answer


def test_without_a_stored_chain_the_answer_says_so(viewer: Client) -> None:
    assert read(viewer, symbol="NIFTY") == {
        "symbol": "NIFTY", "chain": None, "reason": "No option chain of NIFTY is stored.", "expiries": [],
        "facts": None,
    }  # fmt: skip


def test_the_chain_that_the_score_reads_is_shown_with_the_other_expiries(viewer: Client, tmp_path: Path) -> None:
    store(write_csv(tmp_path, market_rows()))
    row = ChainSummary.objects.get(expiry="2026-01-27")

    answer = read(viewer, symbol="NIFTY50")  # an alias

    assert (answer["symbol"], answer["reason"]) == ("NIFTY", None)
    assert [one["expiry"] for one in answer["expiries"]] == ["2026-01-27", "2026-02-24"]
    chain, facts = answer["chain"], answer["facts"]
    assert (chain["expiry"], chain["trading_date"], chain["exchange"]) == ("2026-01-27", "2026-01-06", "NSE")
    assert (chain["atm_volatility"], chain["forward_source"]) == (row.atm_volatility, row.forward_source)
    assert (facts["atm_volatility"], facts["trading_date"]) == (row.atm_volatility, "2026-01-06")
    assert len(chain["quotes"]) == OptionQuote.objects.filter(chain=row).count()


def test_an_expiry_can_be_chosen_and_one_that_is_not_there_is_said_to_be_none(viewer: Client, tmp_path: Path) -> None:
    store(write_csv(tmp_path, market_rows()))

    assert read(viewer, symbol="NIFTY", expiry="2026-02-24")["chain"]["expiry"] == "2026-02-24"
    missing = read(viewer, symbol="NIFTY", expiry="2026-03-31")
    assert (missing["chain"], missing["reason"]) == (None, "The chains of 2026-01-06 have no expiry 2026-03-31.")
    assert len(missing["expiries"]) == 2


def test_greeks_are_the_slopes_of_the_price(viewer: Client, tmp_path: Path) -> None:
    """Against central differences of the Black-76 price, which the tests of `black76` check against other sources."""
    store(write_csv(tmp_path, small_market()))
    chain = read(viewer, symbol="NIFTY")["chain"]
    (quote,) = [q for q in chain["quotes"] if (q["strike"], q["option_type"]) == (26_500.0, "call")]
    rate = -log(chain["discount"]) / chain["years"]

    def worth(*, forward: float = 0.0, volatility: float = 0.0, years: float = 0.0) -> float:
        return float(
            price(
                "call",
                futures=chain["forward"] + forward,
                strike=26_500.0,
                volatility=quote["implied_volatility"] + volatility,
                expiry=chain["years"] + years,
                rate=rate,
            )
        )

    greeks = quote["greeks"]
    assert greeks["price"] == pytest.approx(worth(), rel=1e-12)
    assert greeks["delta"] == pytest.approx((worth(forward=1) - worth(forward=-1)) / 2, rel=1e-5)
    assert greeks["gamma"] == pytest.approx(worth(forward=1) - 2 * worth() + worth(forward=-1), rel=1e-3)
    slope = (worth(volatility=1e-4) - worth(volatility=-1e-4)) / 2e-4
    assert greeks["vega_per_point"] == pytest.approx(slope / 100, rel=1e-5)
    decay = (worth(years=-1e-6) - worth(years=1e-6)) / 2e-6
    assert greeks["theta_per_day"] == pytest.approx(decay / 365, rel=1e-4)
    assert quote["log_moneyness"] == pytest.approx(log(26_500.0 / chain["forward"]))
    assert quote["is_out_of_the_money"] is True


def test_a_quote_without_a_volatility_has_a_reason_and_no_greeks(viewer: Client, tmp_path: Path) -> None:
    store(write_csv(tmp_path, [*small_market(), option_row(29_000, "CE", TtlTradgVol=0)]))

    (quote,) = [q for q in read(viewer, symbol="NIFTY")["chain"]["quotes"] if q["strike"] == 29_000.0]

    assert (quote["implied_volatility"], quote["greeks"], bool(quote["reason"])) == (None, None, True)


@pytest.mark.parametrize("query", ["", "symbol=ATLANTIS", "symbol=NIFTY&expiry=tomorrow", "symbol=NIFTY&day=1"])
def test_what_cannot_be_meant_is_refused(viewer: Client, query: str) -> None:
    assert viewer.get(f"{CHAIN}?{query}").status_code == 400


def test_the_number_of_queries_of_a_chain_is_fixed(
    viewer: Client, tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    store(write_csv(tmp_path, market_rows()))

    # Session, user; symbol (by the filter, by the view); newest day, its expiries, quotes, what the score reads.
    with django_assert_num_queries(8):
        read(viewer, symbol="NIFTY")
