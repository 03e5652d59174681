"""Implied volatility beside Newton's method in numpy and other libraries: speed, and who is wrong on hard cases."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.black76 import price
from risk.quant.chain import Chain
from risk.quant.implied_volatility import implied_volatility
from risk.quant.terms import FloatArray
from riskplatform.benchmarks.hard_volatilities import HardCases, hard_cases
from riskplatform.benchmarks.implied_vol_alternatives import ALTERNATIVES, Alternative, Inversion, Quotes, newton
from riskplatform.benchmarks.option_pricing import naive_greeks

Row = tuple[str, str, str, str]

OPTIONS: Final = 10_000
STRIKES: Final = 80
EXPIRIES: Final = (2 / 365, 9 / 365, 30 / 365, 60 / 365, 0.5)
FUTURES: Final = 20_000.0
RATE: Final = 0.06
AGREEMENT: Final = 1e-3  # relative: QuantLib stops at 1e-6 of a deviation by default


class VolatilitiesDisagree(Exception):
    """An alternative does not find the same volatilities, so its speed says nothing."""


@dataclass(frozen=True)
class MarketQuotes:
    """Options and their prices: arrays [n]."""

    is_call: NDArray[np.bool_]
    price: FloatArray
    futures: FloatArray
    strike: FloatArray
    expiry: FloatArray
    rate: FloatArray
    volatility: FloatArray


def rows() -> Iterator[Row]:
    """Yield (what, ours, alternative, ratio)."""
    market, hard = market_quotes(OPTIONS, deviations=3.0), hard_cases()
    missing = []
    for alternative in ALTERNATIVES:
        try:
            inversion = alternative.prepare()
        except ModuleNotFoundError:
            missing.append(alternative.name)
            continue
        yield _speed_row(alternative, inversion, market)
        yield _wrong_row(alternative, inversion, hard)
    for name in missing:
        yield "implied volatility", "–", f"{name} is not installed", "–"
    yield _chain_row()


def market_quotes(options: int, *, deviations: float) -> MarketQuotes:
    """Return options of both sides over five expiries whose strikes lie within some deviations of the futures price."""
    random = np.random.default_rng(1)
    expiry = random.choice(EXPIRIES, options)
    volatility = random.uniform(0.1, 0.4, options)
    strike = FUTURES * np.exp(random.uniform(-deviations, deviations, options) * volatility * np.sqrt(expiry))
    return _quoted(random.random(options) < 0.5, strike, expiry, volatility)


def ours(quotes: Quotes) -> FloatArray:
    """Return our volatilities, by the function that is measured."""
    return implied_volatility(
        quotes.is_call,
        price=quotes.price,
        futures=quotes.futures,
        strike=quotes.strike,
        expiry=quotes.expiry,
        rate=quotes.rate,
    ).volatility


def _quoted(is_call: NDArray[np.bool_], strike: FloatArray, expiry: FloatArray, volatility: FloatArray) -> MarketQuotes:
    call, put = (
        price(side, futures=FUTURES, strike=strike, volatility=volatility, expiry=expiry, rate=RATE)
        for side in ("call", "put")
    )
    futures, rate = (np.full(len(strike), number) for number in (FUTURES, RATE))
    return MarketQuotes(is_call, np.where(is_call, call, put), futures, strike, expiry, rate, volatility)


def _speed_row(alternative: Alternative, inversion: Inversion, market: MarketQuotes) -> Row:
    few = MarketQuotes(*(array[: alternative.options] for array in vars(market).values()))
    for name, found, expected in (
        (alternative.name, inversion(few), few.volatility),
        ("ours", ours(market), market.volatility),
    ):
        if not (gap := float(np.abs(found / expected - 1).max())) <= AGREEMENT:
            raise VolatilitiesDisagree(f"{name} must find the volatility to {AGREEMENT:g}, was off by {gap:g}")
    here, there = _interleaved(lambda: ours(market), lambda: inversion(few), rounds=31)
    speeds = len(market.price) / here, len(few.price) / there
    return (
        f"implied volatility, {len(market.price):,} options within 3 deviations",
        f"{speeds[0] / 1e6:.2f} M/s",
        f"{speeds[1] / 1e6:.3g} M/s ({alternative.description()})",
        f"{speeds[0] / speeds[1]:.1f}×",
    )


def _wrong_row(alternative: Alternative, inversion: Inversion, hard: HardCases) -> Row:
    here, there = (int(hard.wrong(answer).sum()) for answer in (ours(hard), inversion(hard)))
    what = f"wrong answers on {len(hard.price):,} hard cases"
    return what, f"{here:,}", f"{there:,} ({alternative.description()})", "–"


def _chain_row() -> Row:
    strike = np.repeat(np.linspace(0.92, 1.08, STRIKES) * FUTURES, 2)
    sides = np.tile([True, False], STRIKES)
    volatility = 0.12 + 0.8 * np.log(strike / FUTURES) ** 2
    quotes = _quoted(sides, strike, np.full(len(strike), 5 / 365), volatility)
    chain = Chain(strike=strike[::2], expiry=quotes.expiry[::2], rate=RATE)
    # Each strike is valued at the volatility of its out-of-the-money side, as is usual.
    chosen = np.arange(0, len(strike), 2) + (strike[::2] < FUTURES)
    here, there = _interleaved(
        lambda: chain.greeks(futures=FUTURES, volatility=ours(quotes)[chosen]),
        lambda: _naive_chain(quotes, chosen),
        rounds=201,
    )
    return (
        f"chain of {STRIKES} strikes: both sides' implied volatility, price and five Greeks",
        f"{1e3 * here:.3f} ms",
        f"{1e3 * there:.3f} ms (Newton's method and the naive expression in numpy)",
        f"{there / here:.1f}×",
    )


def _naive_chain(quotes: MarketQuotes, chosen: NDArray[np.int_]) -> tuple[FloatArray, ...]:
    sign = np.where(quotes.is_call, 1.0, -1.0)
    volatility = np.repeat(newton(quotes)[chosen], 2)
    return naive_greeks(
        sign,
        futures=quotes.futures,
        strike=quotes.strike,
        volatility=volatility,
        expiry=quotes.expiry,
        rate=quotes.rate,
    )


def _interleaved(first: Callable[[], object], second: Callable[[], object], *, rounds: int) -> tuple[float, float]:
    """Return the median processor seconds of both, measured in turns.

    Each is run twice in its turn and the second run counts, so that neither begins in the other's cache.  Both are one
    thread's arithmetic: the processor's clock leaves out what other programs took meanwhile.
    """
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, durations in zip((first, second), seconds, strict=True):
            work()
            began = time.thread_time()
            work()
            durations.append(time.thread_time() - began)
    return median(seconds[0]), median(seconds[1])
