"""How simulated prices move: by the time of the day, together, in clusters, and around their level."""

import numpy as np
import pytest
from numpy.typing import NDArray

from streaming.feeds.simulated_dynamics import opening_level
from streaming.feeds.simulated_market import SYMBOLS, TRAITS, seasonal_variance
from streaming.feeds.simulated_paths import simulate_prices

SEED, NUMBER = 7, 79_000
SAMPLED = range(NUMBER, NUMBER + 60)


@pytest.fixture(scope="module")
def minute_returns() -> NDArray[np.float64]:
    """Log returns: session, minute, symbol."""
    closes = [np.log(simulate_prices(SEED, number)[59::60]) for number in SAMPLED]
    return np.diff(np.array(closes), axis=1)


def test_the_day_is_busiest_at_its_ends(minute_returns: NDArray[np.float64]) -> None:
    variance = (minute_returns**2).mean(axis=(0, 2))

    opening, middle, closing = variance[:15].mean(), variance[150:220].mean(), variance[-15:].mean()

    assert opening > 2.0 * middle
    assert closing > 1.3 * middle


def test_the_seasonal_variance_has_mean_one() -> None:
    assert seasonal_variance().mean() == pytest.approx(1.0, abs=1e-12)


def test_each_symbol_moves_about_as_much_as_its_traits_say(minute_returns: NDArray[np.float64]) -> None:
    per_session = np.sqrt((minute_returns**2).sum(axis=1).mean(axis=0))
    stated = np.array([np.hypot(np.hypot(trait.market, trait.banking), trait.own) for trait in TRAITS])

    assert per_session / stated == pytest.approx(np.ones(len(TRAITS)), abs=0.45)


def test_shares_move_together_and_banks_more_so(minute_returns: NDArray[np.float64]) -> None:
    correlation: NDArray[np.float64] = np.corrcoef(minute_returns.reshape(-1, len(SYMBOLS)).T)
    nifty, hdfc, icici, itc = (SYMBOLS.index(name) for name in ("NIFTY", "HDFCBANK", "ICICIBANK", "ITC"))

    assert correlation[nifty].min() > 0.3
    assert correlation[hdfc, icici] > correlation[hdfc, itc] > 0.2


def test_volatility_clusters_and_tails_are_fat(minute_returns: NDArray[np.float64]) -> None:
    nifty = minute_returns[:, :, 0] / np.sqrt(seasonal_variance())[1:]
    squares = np.minimum(nifty**2, 25.0 * (nifty**2).mean())

    lagged = np.corrcoef(squares[:, :-15].ravel(), squares[:, 15:].ravel())[0, 1]

    assert (nifty**4).mean() / (nifty**2).mean() ** 2 > 4.0  # 3 for the normal
    assert lagged > 0.05


def test_volatility_rises_after_falls(minute_returns: NDArray[np.float64]) -> None:
    nifty = minute_returns[:, :, 0] / np.sqrt(seasonal_variance())[1:]
    ahead = np.lib.stride_tricks.sliding_window_view(nifty[:, 1:] ** 2, 15, axis=1).mean(axis=2)
    moves = np.clip(nifty[:, : ahead.shape[1]], -3 * nifty.std(), 3 * nifty.std())

    assert np.corrcoef(moves.ravel(), ahead.ravel())[0, 1] < -0.02


def test_returns_do_not_predict_returns(minute_returns: NDArray[np.float64]) -> None:
    nifty = np.sign(minute_returns[:, :, 0])

    assert abs(np.corrcoef(nifty[:, :-1].ravel(), nifty[:, 1:].ravel())[0, 1]) < 0.03  # 4 standard errors


def test_levels_stay_near_their_prices_for_years() -> None:
    distance = [
        opening_level(SEED, number) - np.log([trait.price for trait in TRAITS])
        for number in range(NUMBER, NUMBER + 36_000, 3_000)
    ]

    assert np.abs(distance).max() < 0.7
