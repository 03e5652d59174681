from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq

from risk.quant.black76 import price
from streaming.feeds.simulated_futures import RATE, basis_noise
from streaming.feeds.simulated_market import SECONDS, SYMBOLS
from streaming.feeds.simulated_options import (
    VARIANCE_PREMIUM,
    VOLATILITY_NOISE,
    at_the_money_variance,
    simulated_chain,
    smile_volatility,
    strike_grid,
)
from streaming.feeds.simulated_variance import expected_variance

Chain = NDArray[np.void]
SEED, NUMBER, SECOND = 7, 79_000, 9_000


@pytest.fixture(scope="module", params=["NIFTY", "SBIN"])
def chain(request: pytest.FixtureRequest) -> Chain:
    return simulated_chain(SEED, NUMBER, second=SECOND, underlying=request.param)


def inverted(option: np.void) -> float:
    """The volatility whose Black-76 price is the option's, by Brent's method."""
    value = partial(
        price,
        "call" if option["is_call"] else "put",
        futures=option["futures"],
        strike=option["strike"],
        expiry=option["expiry"],
        rate=RATE,
    )
    return float(brentq(lambda sigma: float(value(volatility=sigma)) - option["price"], 0.01, 3.0, xtol=1e-13))


def out_of_the_money(chain: Chain) -> Chain:
    chosen = (chain["is_call"] == (chain["strike"] >= chain["futures"])) & (chain["price"] > 1e-3)
    options: Chain = chain[chosen]
    return options


def test_inverting_prices_gives_back_the_smile_put_in(chain: Chain) -> None:
    options = out_of_the_money(chain)

    found = np.array([inverted(option) for option in options])

    assert len(options) > 30
    assert found == pytest.approx(options["volatility"], rel=1e-9)


@pytest.mark.parametrize("correlation", [-0.4, -0.2])
def test_the_smile_is_the_surface_of_gatheral_and_jacquier(correlation: float) -> None:
    """Plain form of SSVI with phi = 1.1 / sqrt(theta), equation (4.1) of the paper."""
    theta, expiry, futures = 0.0009, 0.02, 100.0
    strikes = np.array([80.0, 95.0, 100.0, 104.0, 130.0])

    seen = smile_volatility(strike=strikes, futures=futures, expiry=expiry, at_the_money=theta, correlation=correlation)

    for strike, volatility in zip(strikes.tolist(), seen.tolist(), strict=True):
        k, phi = np.log(strike / futures), 1.1 / theta**0.5
        root = ((phi * k + correlation) ** 2 + 1 - correlation**2) ** 0.5
        assert volatility**2 * expiry == pytest.approx(theta / 2 * (1 + correlation * phi * k + root), rel=1e-12)
    assert seen[2] == pytest.approx(np.sqrt(theta / expiry), rel=1e-12)
    assert seen[0] > seen[4]


def test_calls_less_puts_are_the_discounted_future_less_the_strike(chain: Chain) -> None:
    calls, puts = chain[chain["is_call"]], chain[~chain["is_call"]]

    parity = np.exp(-RATE * calls["expiry"]) * (calls["futures"] - calls["strike"])

    assert calls["price"] - puts["price"] == pytest.approx(parity, abs=1e-8)


def test_no_butterfly_costs_less_than_nothing(chain: Chain) -> None:
    for expiry in np.unique(chain["expiry_session"]):
        calls = chain[chain["is_call"] & (chain["expiry_session"] == expiry)]

        assert np.diff(calls["price"], n=2).min() > -1e-9
        assert np.diff(calls["price"]).max() < 0.0


def test_the_later_expiry_has_more_variance_at_every_strike(chain: Chain) -> None:
    near, far = (chain[chain["expiry_session"] == number] for number in np.unique(chain["expiry_session"]))

    assert np.all(far["volatility"] ** 2 * far["expiry"] > near["volatility"] ** 2 * near["expiry"])


def test_quotes_enclose_the_price_on_the_tick_grid_and_widen_in_the_wings(chain: Chain) -> None:
    quoted = chain[np.isfinite(chain["bid"])]
    options = out_of_the_money(quoted)
    near, far = (
        options[(distance[0] <= away) & (away < distance[1])]
        for away in [np.abs(np.log(options["strike"] / options["futures"]))]
        for distance in ((0.0, 0.01), (0.03, 0.5))
    )

    assert np.all(quoted["bid"] < quoted["price"])
    assert np.all(chain["price"] < chain["ask"])
    for name in ("bid", "ask"):
        assert quoted[name] / 0.05 == pytest.approx(np.rint(quoted[name] / 0.05), abs=1e-6)
    relative = [np.median((part["ask"] - part["bid"]) / part["price"]) for part in (near, far)]
    assert relative[1] > 3.0 * relative[0]


def test_what_is_worth_less_than_a_tick_has_no_bid() -> None:
    chain = simulated_chain(SEED, 79_004, second=SECONDS - 1, underlying="NIFTY")  # the last second of the expiry
    worthless = chain[chain["price"] < 0.05]

    assert len(worthless) > 50
    assert np.isnan(worthless["bid"]).all()
    assert (worthless["ask"] >= 0.05).all()


def test_open_interest_is_in_whole_contracts_and_gathers_at_round_strikes(chain: Chain) -> None:
    strikes = np.unique(chain["strike"])
    by_strike = np.array([chain["open_interest"][chain["strike"] == strike].sum() for strike in strikes])
    is_round = np.rint(strikes / (strikes[1] - strikes[0])) % 5 == 0

    assert np.array_equal(chain["open_interest"], np.rint(chain["open_interest"]))
    assert chain["open_interest"].min() >= 0.0
    assert by_strike[is_round].mean() > 1.5 * by_strike[~is_round].mean()


def test_open_interest_and_strikes_stay_while_a_session_lasts(chain: Chain) -> None:
    early, late = (simulated_chain(SEED, NUMBER, second=second, underlying="INFY") for second in (0, 20_000))

    assert np.array_equal(early["strike"], late["strike"])
    assert np.array_equal(early["open_interest"], late["open_interest"])
    assert not np.array_equal(early["price"], late["price"])


@pytest.mark.parametrize(
    ("symbol", "opening", "step"),
    [("NIFTY", 24_512.0, 50.0), ("BANKNIFTY", 52_030.0, 100.0), ("ITC", 428.0, 5.0), ("SBIN", 815.0, 10.0)],
)
def test_strikes_stand_on_the_exchange_s_steps_around_the_opening_price(
    symbol: str, opening: float, step: float
) -> None:
    strikes = strike_grid(symbol, opening)

    assert np.all(np.diff(strikes) == step)
    assert np.abs(strikes / step - np.rint(strikes / step)).max() == 0.0
    assert abs(np.median(strikes) - opening) <= step / 2


def test_the_chain_is_the_same_whenever_it_is_asked_for(chain: Chain) -> None:
    first = simulated_chain(SEED, NUMBER, second=SECOND, underlying="TCS")
    basis_noise.cache_clear()
    simulated_chain(SEED, NUMBER + 1, second=0, underlying="TCS")

    assert simulated_chain(SEED, NUMBER, second=SECOND, underlying="TCS").tobytes() == first.tobytes()


def test_volatility_at_the_money_follows_the_variance_that_is_truly_expected() -> None:
    numbers, column = range(NUMBER, NUMBER + 60), SYMBOLS.index("SBIN")
    expected = np.array([expected_variance(SEED, n, second=0, last_session=n)[column] for n in numbers])
    priced = np.array([at_the_money_variance(SEED, n, second=0, column=column, expiry_session=n) for n in numbers])

    noise = np.log(priced / expected / (1.0 + VARIANCE_PREMIUM)) / 2.0

    assert noise.std() == pytest.approx(VOLATILITY_NOISE, rel=0.4)
    assert abs(noise.mean()) < 4.0 * VOLATILITY_NOISE / np.sqrt(60)


@pytest.mark.parametrize(("underlying", "second"), [("NIFTY50", 0), ("NIFTY", -1), ("NIFTY", SECONDS)])
def test_a_chain_that_does_not_exist_is_refused(underlying: str, second: int) -> None:
    with pytest.raises(ValueError, match=f"were {underlying}, {second}"):
        simulated_chain(SEED, NUMBER, second=second, underlying=underlying)
