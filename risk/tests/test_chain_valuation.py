from dataclasses import replace
from datetime import date
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from risk.chain_files import read_chains
from risk.chain_rows import clock_of
from risk.quant.chain_valuation import Assumptions, ValuedChain, value_chains
from risk.quant.forward import Source
from risk.quant.option_quotes import ChainQuotes
from risk.tests.chain_factories import (
    DAY,
    EXPIRY,
    LATER,
    RATE,
    SPOT,
    chain,
    forward_to,
    market_rows,
    option_row,
    smile_of,
    write_csv,
)

YEARS = (EXPIRY - DAY).days / 365


def value(chains: list[ChainQuotes]) -> list[ValuedChain]:
    return value_chains(chains, clock=clock_of("NSE"), assumptions=Assumptions(rate=RATE))


def market(folder: Path, **changes: Any) -> list[ChainQuotes]:
    return read_chains(write_csv(folder, market_rows(**changes))).chains


def test_a_market_on_a_known_smile_gives_that_smile_back(tmp_path: Path) -> None:
    near, far = value(market(tmp_path))

    true = smile_of(EXPIRY)
    moneyness = np.log(near.chain.quotes["strike"] / forward_to(EXPIRY))
    assert near.forward is not None
    assert near.forward.source is Source.FUTURE
    assert near.forward.discount == pytest.approx(exp(-RATE * YEARS), abs=2e-5)
    assert near.volatility == pytest.approx(true.volatility(moneyness), abs=2e-4)
    assert near.shape is not None
    assert near.shape.atm == pytest.approx(float(true.volatility(0.0)), abs=1e-4)
    assert near.shape.skew_25 > 0
    assert near.flags == far.flags == ()
    assert near.refused == {}
    assert np.isnan(far.term_slope)
    level = (far.shape.atm if far.shape else np.nan) - near.shape.atm
    assert near.term_slope == pytest.approx(level / log((LATER - DAY).days / (EXPIRY - DAY).days))


def test_only_out_of_the_money_quotes_make_the_smile(tmp_path: Path) -> None:
    near = value(market(tmp_path))[0]

    strike, call = near.chain.quotes["strike"], near.chain.quotes["is_call"]
    assert (near.used == (call == (strike >= forward_to(EXPIRY)))).all()


def test_untraded_rows_are_stale_and_take_no_part(tmp_path: Path) -> None:
    rows = market_rows(expiries=[EXPIRY])
    for row in rows:
        if row["StrkPric"] == "26000.00":
            row.update(TtlTradgVol=0, TtlNbOfTxsExctd=0, ClsPric=999.0)

    (near,) = value(read_chains(write_csv(tmp_path, rows)).chains)

    at = near.chain.quotes["strike"] == 26_000.0
    assert near.reason[at].tolist() == ["stale", "stale"]
    assert near.refused == {"stale": 2}
    assert not near.used[at].any()
    assert near.shape is not None
    assert near.shape.atm == pytest.approx(float(smile_of(EXPIRY).volatility(0.0)), abs=1e-4)


def test_settlement_prices_are_never_priced(tmp_path: Path) -> None:
    plain = value(market(tmp_path))[0]
    settled = value(market(tmp_path, SttlmPric=SPOT))[0]

    assert settled.volatility.tolist() == plain.volatility.tolist()


def test_on_the_expiry_day_nothing_is_valued(tmp_path: Path) -> None:
    rows = [option_row(strike, "CE", expiry=DAY, SttlmPric=SPOT) for strike in (26_000.0, 26_100.0)]

    (valued,) = value(read_chains(write_csv(tmp_path, rows)).chains)

    assert valued.years == 0.0
    assert valued.flags == ("expired",)
    assert valued.refused == {"expired": 2}


def test_an_option_below_spot_intrinsic_is_priced_off_the_future(tmp_path: Path) -> None:
    # A future below the spot, as before a dividend: a call worth less than spot intrinsic has a volatility.
    rows = market_rows(expiries=[EXPIRY], UndrlygPric=SPOT + 200.0)

    (near,) = value(read_chains(write_csv(tmp_path, rows)).chains)

    quotes = near.chain.quotes
    below = quotes["is_call"] & (quotes["close"] < near.chain.spot - quotes["strike"])
    assert below.sum() > 5
    assert np.isfinite(near.volatility[below]).all()


@pytest.mark.parametrize(
    ("expiry", "flag"),
    [(date(2027, 6, 29), "expiry_not_covered"), (date(2026, 3, 31), "expiry_not_a_trading_day")],
)
def test_an_expiry_without_a_known_instant_is_flagged_and_not_guessed(expiry: date, flag: str) -> None:
    row = (26_000.0, True, 65.0, 1.0, 10.0, 5.0, 300.0, 300.0, np.nan, np.nan, np.nan)

    (valued,) = value([chain([row], expiry=expiry)])

    assert valued.expires_us is None
    assert np.isnan(valued.years)
    assert valued.forward is None
    assert (valued.flags, valued.refused) == ((flag,), {flag: 1})


def test_years_run_to_the_instant_of_expiry_not_to_the_day(tmp_path: Path) -> None:
    (at_close,) = value([replace(chain(), observed_us=chain().observed_us)])
    (an_hour_before,) = value([replace(chain(), observed_us=chain().observed_us - 3_600_000_000)])

    assert at_close.years == 21 / 365
    assert an_hour_before.years == pytest.approx(21 / 365 + 1 / (24 * 365))


def test_a_book_that_sells_a_butterfly_for_nothing_is_flagged(tmp_path: Path) -> None:
    (fair,) = market(tmp_path, expiries=[EXPIRY])
    quotes = fair.quotes.copy()
    quotes["bid"], quotes["ask"] = quotes["close"] - 0.01, quotes["close"] + 0.01
    kept = quotes["bid"] > 0.1
    dear = quotes[kept].copy()
    dear["bid"][dear["strike"] == 25_000.0] += 30.0
    dear["ask"][dear["strike"] == 25_000.0] += 30.0

    (honest,) = value([replace(fair, has_book=True, quotes=quotes[kept])])
    (broken,) = value([replace(fair, has_book=True, quotes=dear)])
    (closing,) = value([replace(fair, quotes=dear)])

    assert "quotes_not_convex" not in honest.flags
    assert "quotes_not_convex" in broken.flags
    assert "quotes_not_convex" not in closing.flags


def test_falling_total_variance_is_flagged_on_the_later_expiry(tmp_path: Path) -> None:
    near, far = market(tmp_path)
    # The far expiry's options at the near expiry's prices, which is far too little variance.
    swapped = replace(far, quotes=near.quotes)

    valued = value([near, swapped])

    assert "calendar_arbitrage" not in valued[0].flags
    assert "calendar_arbitrage" in valued[1].flags


def test_chains_of_two_underlyings_are_refused() -> None:
    with pytest.raises(ValueError, match="one underlying and instant"):
        value([chain(), chain(symbol="TCS", expiry=LATER)])


def test_an_expiry_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="each expiry once"):
        value([chain(), chain()])
