import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaming.feeds.simulated_auction import TURNOVER_SHARE, closing_auction, uncross
from streaming.feeds.simulated_market import SECONDS, SYMBOLS, TRAITS
from streaming.feeds.simulated_paths import simulate_prices
from streaming.feeds.simulated_session import session_bars, simulate_session
from streaming.feeds.simulated_trading import IS_INDEX, tick_sizes

SEED, NUMBER = 7, 79_000
Orders = list[tuple[int, int]]
SHARES = ~IS_INDEX


def plain_uncross(buys: Orders, sells: Orders, reference: int) -> tuple[int, int]:
    """Price and quantity by trying every limit in turn."""
    best: tuple[int, int, int, int] | None = None
    for limit in sorted({price for price, _ in buys + sells}):
        demand = sum(quantity for price, quantity in buys if price >= limit)
        supply = sum(quantity for price, quantity in sells if price <= limit)
        key = (-min(demand, supply), abs(demand - supply), abs(limit - reference), limit)
        best = key if best is None else min(best, key)
    assert best is not None
    return best[3], -best[0]


orders = st.lists(st.tuples(st.integers(90, 110), st.integers(0, 50)), min_size=5, max_size=5)


@settings(max_examples=60, deadline=None)
@given(orders, orders, st.integers(95, 105))
def test_the_auction_finds_the_price_that_trying_every_limit_finds(buys: Orders, sells: Orders, reference: int) -> None:
    bought, sold = (np.array(side, dtype=np.float64)[:, :, None] for side in (buys, sells))

    price, quantity = uncross(
        buys=bought[:, 0],
        bought=bought[:, 1],
        sells=sold[:, 0],
        sold=sold[:, 1],
        reference=np.array([float(reference)]),
    )

    assert (int(price[0]), int(quantity[0])) == plain_uncross(buys, sells, reference)


def test_a_book_of_two_orders_meets_where_they_touch() -> None:
    column = (np.array([[100.0]]), np.array([[7.0]]), np.array([[100.0]]), np.array([[9.0]]))

    price, quantity = uncross(
        buys=column[0], bought=column[1], sells=column[2], sold=column[3], reference=np.array([100.0])
    )

    assert (price[0], quantity[0]) == (100.0, 7.0)


def test_the_last_print_of_every_share_is_the_auction_s() -> None:
    session = simulate_session(SEED, NUMBER)
    result = closing_auction(SEED, NUMBER, simulate_prices(SEED, NUMBER)[-1])

    assert session.present[-1].all()
    assert np.array_equal(session.paise[-1, SHARES], result.paise[SHARES])
    assert np.array_equal(session.quantity[-1, SHARES], result.quantity[SHARES])
    assert np.array_equal(session_bars(SEED, NUMBER).close[-1], session.paise[-1])


def test_the_auction_trades_a_good_part_of_the_day_in_one_print() -> None:
    session = simulate_session(SEED, NUMBER)
    turnover = np.array([trait.turnover for trait in TRAITS])[SHARES]
    share = session.quantity[-1, SHARES] / turnover
    largest_before = session.quantity[:-1, SHARES].max(axis=0)

    assert share.mean() == pytest.approx(TURNOVER_SHARE, rel=0.25)
    assert np.all(session.quantity[-1, SHARES] > 20 * largest_before)


def test_the_auction_s_price_is_on_the_tick_grid_near_the_latent_price() -> None:
    latent = simulate_prices(SEED, NUMBER)[-1]
    result = closing_auction(SEED, NUMBER, latent)

    assert np.all(result.paise[SHARES] % tick_sizes(latent)[SHARES] == 0)
    assert np.abs(np.log(result.paise[SHARES] / 100.0 / latent[SHARES])).max() < 0.001


def test_an_index_is_in_no_auction() -> None:
    result = closing_auction(SEED, NUMBER, simulate_prices(SEED, NUMBER)[-1])

    assert result.quantity[IS_INDEX].tolist() == [0, 0]
    assert simulate_session(SEED, NUMBER).quantity[:, IS_INDEX].max() == 0


def test_volume_is_heaviest_at_both_ends_of_the_day_before_the_auction() -> None:
    quantity = np.array([simulate_session(SEED, NUMBER + n).quantity[: SECONDS - 1] for n in range(4)])
    by_second = (quantity / quantity.mean(axis=(0, 1), where=quantity >= 0).clip(1e-9)).mean(axis=(0, 2))

    opening, middle, closing = (by_second[a:b].mean() for a, b in ((0, 900), (9_000, 13_500), (21_600, 22_499)))

    assert opening > 1.4 * middle
    assert closing > 1.15 * middle


def test_another_session_has_another_auction() -> None:
    latent = simulate_prices(SEED, NUMBER)[-1]

    first, second = (closing_auction(SEED, number, latent) for number in (NUMBER, NUMBER + 1))

    assert not np.array_equal(first.quantity, second.quantity)
    assert len(SYMBOLS) == len(first.paise)
