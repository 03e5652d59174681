from math import nan

import numpy as np
import pytest

from risk.quant.option_quotes import Prices, usable_prices
from risk.tests.chain_factories import chain

# strike, is_call, lot, open interest, volume, trades, close, settlement, bid, ask, published


def closing(*, close: float = 40.0, volume: float = 10.0, trades: float = 4.0) -> Prices:
    return usable_prices(chain([(26_000.0, True, 65, 1.0, volume, trades, close, 41.0, nan, nan, nan)]))


def quoted(bid: float, ask: float) -> Prices:
    row = (26_000.0, True, nan, 1.0, 10.0, nan, 40.0, nan, bid, ask, nan)
    return usable_prices(chain([row], has_book=True))


def test_a_traded_close_is_a_price_and_surer_with_more_trades() -> None:
    few, many, most = closing(trades=4.0), closing(trades=100.0), closing(trades=10_000.0)

    # a tick and 1 % of 40, over the root of the trades, at most a hundred
    assert few.price.tolist() == [40.0]
    assert few.doubt == pytest.approx([0.45 / 2])
    assert many.doubt == pytest.approx([0.45 / 10])
    assert most.doubt.tolist() == many.doubt.tolist()
    assert few.slack == pytest.approx([0.45])


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"volume": 0.0}, "stale"),
        ({"volume": nan}, "stale"),
        ({"close": 0.0}, "not_positive"),
        ({"close": -1.0}, "not_positive"),
        ({"close": nan}, "not_finite"),
    ],
)
def test_a_close_that_is_no_price_is_refused_with_its_reason(facts: dict[str, float], reason: str) -> None:
    prices = closing(**facts)

    assert prices.reason.tolist() == [reason]
    assert np.isnan([prices.price, prices.doubt, prices.slack]).all()


def test_a_book_gives_the_mid_in_doubt_by_half_the_spread() -> None:
    prices = quoted(39.0, 41.0)

    assert (prices.price.tolist(), prices.doubt.tolist(), prices.slack.tolist()) == ([40.0], [1.0], [1.0])


def test_a_locked_book_is_in_doubt_by_half_a_tick_and_leaves_no_slack() -> None:
    prices = quoted(40.0, 40.0)

    assert (prices.doubt.tolist(), prices.slack.tolist()) == ([0.025], [0.0])


@pytest.mark.parametrize(
    ("bid", "ask", "reason"),
    [
        (41.0, 39.0, "crossed"),
        (0.0, 41.0, "no_quote"),
        (39.0, 0.0, "no_quote"),
        (nan, 41.0, "no_quote"),
        (30.0, 40.0, "wide"),
        (34.0, 44.0, "wide"),
    ],
)
def test_a_book_that_says_no_price_is_refused_with_its_reason(bid: float, ask: float, reason: str) -> None:
    prices = quoted(bid, ask)

    assert prices.reason.tolist() == [reason]
    assert np.isnan(prices.price).all()


@pytest.mark.parametrize(("bid", "ask"), [(35.5, 44.5), (0.05, 0.30)])
def test_a_spread_within_a_quarter_of_the_mid_or_five_ticks_is_not_wide(bid: float, ask: float) -> None:
    assert quoted(bid, ask).reason.tolist() == [""]
