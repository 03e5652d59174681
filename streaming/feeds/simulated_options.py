"""Option chains of the simulated market, priced off a smile that is known.

The smile is the surface of Gatheral and Jacquier (2014): with theta the total variance at the money and phi =
CURVATURE / sqrt(theta), w(k) = theta / 2 (1 + rho phi k + sqrt((phi k + rho)^2 + 1 - rho^2)), k = ln(K / F).  It is
free of butterfly arbitrage because CURVATURE^2 (1 + |rho|) <= 4.  theta follows the variance that the simulator truly
expects until expiry, with a premium and a noise that all expiries of an underlying share.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from risk.quant.black76 import price
from streaming.feeds.simulated_dynamics import generator, opening_level
from streaming.feeds.simulated_futures import MONTH, RATE, WEEK, futures_prices, next_expiry, years_to_expiry
from streaming.feeds.simulated_market import MINUTES, SECONDS, SYMBOLS, TRAITS
from streaming.feeds.simulated_trading import IS_INDEX
from streaming.feeds.simulated_variance import expected_variance

FloatArray = NDArray[np.float64]

# Prices in rupees; `expiry` in years; `price` is exact and `volatility` the one behind it; a bid of NaN means none.
OPTION: Final = np.dtype(
    [
        ("expiry_session", "<i8"),
        ("expiry", "<f8"),
        ("futures", "<f8"),
        ("strike", "<f8"),
        ("is_call", "?"),
        ("volatility", "<f8"),
        ("price", "<f8"),
        ("bid", "<f8"),
        ("ask", "<f8"),
        ("open_interest", "<f8"),  # contracts
    ]
)
TICK: Final = 0.05
VARIANCE_PREMIUM: Final = 0.15  # of the expected variance
VOLATILITY_NOISE: Final = 0.02  # deviation of the log volatility at the money
VOLATILITY_HALF_LIFE: Final = 60.0  # minutes
CURVATURE: Final = 1.1
CORRELATION: Final = (-0.40, -0.20)  # of index and share smiles: the left wing is the higher one
HALF_SPREAD: Final = 0.0005  # in volatility at the money; in the wings it grows with the distance squared
_STRIKE_BANDS: Final = np.array([250.0, 500.0, 2_000.0, 3_000.0, 6_000.0, 15_000.0])
_STRIKE_STEPS: Final = np.array([2.5, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0])
_INDEX_STEPS: Final = {"NIFTY": 50.0, "BANKNIFTY": 100.0}
_STRIKES: Final = (40, 15)  # on each side of the opening price: index, share
_NOISE_STREAM, _INTEREST_STREAM = 7, 8


def simulated_chain(seed: int, session: int, *, second: int, underlying: str) -> NDArray[np.void]:
    """Return the two nearest expiries of one underlying as of a second of the session: dtype OPTION.

    Ordered by expiry, strike, put before call.  Index options expire every fifth session, share options every
    twentieth.  Raises ValueError for an unknown underlying or a second outside the session.
    """
    if underlying not in SYMBOLS or not 0 <= second < SECONDS:
        raise ValueError(f"needs a simulated symbol and a second of 0..{SECONDS - 1}, were {underlying}, {second}")
    every = WEEK if underlying in _INDEX_STEPS else MONTH
    first = next_expiry(session, every=every)
    expiries = (first, first + every)
    return np.concatenate([_slice(seed, session, second, SYMBOLS.index(underlying), expiry) for expiry in expiries])


def smile_volatility(
    *, strike: FloatArray, futures: float, expiry: float, at_the_money: float, correlation: float
) -> FloatArray:
    """Return the volatility per year of each strike; `at_the_money` is the total variance theta at strike = futures."""
    phi = CURVATURE / np.sqrt(at_the_money)
    scaled = phi * np.log(strike / futures)
    root = np.sqrt((scaled + correlation) ** 2 + 1.0 - correlation**2)
    return np.asarray(np.sqrt(0.5 * at_the_money * (1.0 + correlation * scaled + root) / expiry))


def at_the_money_variance(seed: int, session: int, *, second: int, column: int, expiry_session: int) -> float:
    """Return theta: the expected variance until expiry, with the premium and the noise of the minute."""
    expected = expected_variance(seed, session, second=second, last_session=expiry_session)[column]
    noise = _volatility_noise(seed, session)[second // 60, column]
    return float(expected * (1.0 + VARIANCE_PREMIUM) * np.exp(2.0 * noise))


def strike_grid(symbol: str, opening: float) -> FloatArray:
    """Return the strikes listed for a session that opens at this price, ascending."""
    is_index = symbol in _INDEX_STEPS
    step = _INDEX_STEPS[symbol] if is_index else _STRIKE_STEPS[np.searchsorted(_STRIKE_BANDS, opening, side="right")]
    each_side = _STRIKES[0] if is_index else _STRIKES[1]
    return np.asarray((np.rint(opening / step) + np.arange(-each_side, each_side + 1)) * step)


def _slice(seed: int, session: int, second: int, column: int, expiry_session: int) -> NDArray[np.void]:
    years = years_to_expiry(session, second=second, expiry_session=expiry_session)
    futures = float(futures_prices(seed, session, expiry_session=expiry_session)[second, column])
    theta = at_the_money_variance(seed, session, second=second, column=column, expiry_session=expiry_session)
    opening = float(np.exp(opening_level(seed, session)[column]))
    strikes = strike_grid(SYMBOLS[column], opening)
    volatility = smile_volatility(
        strike=strikes,
        futures=futures,
        expiry=years,
        at_the_money=theta,
        correlation=CORRELATION[0] if IS_INDEX[column] else CORRELATION[1],
    )
    rows = np.zeros((len(strikes), 2), dtype=OPTION)
    rows["expiry_session"], rows["expiry"], rows["futures"] = expiry_session, years, futures
    rows["strike"], rows["volatility"], rows["is_call"][:, 1] = strikes[:, None], volatility[:, None], True
    _fill_prices(rows, distance=np.log(strikes / futures) / np.sqrt(theta))
    rows["open_interest"] = _open_interest(seed, expiry_session, column, strikes=strikes, opening=opening)
    return rows.reshape(-1)


def _fill_prices(rows: NDArray[np.void], *, distance: FloatArray) -> None:
    """Set price, bid and ask; `distance` [strikes] from the money is in deviations until expiry."""
    half = HALF_SPREAD * (1.0 + distance**2)
    for side in (0, 1):
        quoted = rows[:, side]
        low, middle, high = (
            price(
                "call" if side else "put",
                futures=quoted["futures"],
                strike=quoted["strike"],
                volatility=np.maximum(quoted["volatility"] + shift, 0.0),
                expiry=quoted["expiry"],
                rate=RATE,
            )
            for shift in (-half, np.zeros_like(half), half)
        )
        bid = np.floor(np.minimum(low, middle - TICK / 2.0) / TICK) * TICK
        quoted["price"] = middle
        quoted["bid"] = np.where(bid > 0.0, np.round(bid, 2), np.nan)
        quoted["ask"] = np.round(np.maximum(np.ceil(high / TICK), 1.0) * TICK, 2)


def _open_interest(
    seed: int, expiry_session: int, column: int, *, strikes: FloatArray, opening: float
) -> NDArray[np.float64]:
    """Return whole contracts [strikes, 2]: puts gather below the opening price, calls above, both at round strikes."""
    step = strikes[1] - strikes[0]
    numbers = np.rint(strikes / step).astype(np.int64)
    noise = [generator(seed, _INTEREST_STREAM, expiry_session, column, n).standard_normal(2) for n in numbers.tolist()]
    distance = (strikes - opening) / (step * len(strikes) / 8.0)
    sides = np.stack((distance + 1.0, distance - 1.0), axis=1)
    round_strikes = np.where(numbers % 5 == 0, 2.5, 1.0)[:, None]
    return np.asarray(np.rint(20_000.0 * round_strikes * np.exp(-0.5 * sides**2 + 0.3 * np.array(noise))))


def _volatility_noise(seed: int, session: int) -> FloatArray:
    """Return the log deviation of the volatility at the money [MINUTES, symbols]."""
    decay = 0.5 ** (1.0 / VOLATILITY_HALF_LIFE)
    drawn = generator(seed, _NOISE_STREAM, session).standard_normal((MINUTES, len(TRAITS)))
    drawn[0] /= np.sqrt(1.0 - decay**2)
    return np.asarray(VOLATILITY_NOISE * np.sqrt(1.0 - decay**2) * lfilter([1.0], [1.0, -decay], drawn, axis=0))
