"""Black-76 price and five Greeks of a chain: the chain form beside the usual numpy expression, QuantLib and vollib."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Final

import numpy as np
from scipy.special import ndtr

from risk.quant.chain import Chain, ChainGreeks
from risk.quant.greeks import greeks
from risk.quant.terms import FloatArray
from riskplatform.benchmarks.pricing_peers import PEERS, Peer

Row = tuple[str, str, str, str]

EXPIRIES: Final = (2 / 365, 9 / 365, 30 / 365, 60 / 365, 0.5)
FUTURES: Final = 20_000.0
SPOKEN_FOR_BY_PEERS: Final = 500  # options that a slow alternative prices per round
BURST: Final = 10
AGREEMENT: Final = 1e-10  # of the futures price


class PricesDisagree(Exception):
    """An alternative does not compute the same prices, so its speed says nothing."""


@dataclass(frozen=True)
class Market:
    """A chain over five expiries, sorted by strike; arrays [n], one contract each."""

    futures: FloatArray
    strike: FloatArray
    volatility: FloatArray
    expiry: FloatArray
    rate: FloatArray

    def both_sides(self) -> tuple[FloatArray, dict[str, FloatArray]]:
        """Return the sign of each option, calls before puts, and its terms; arrays [2n]."""
        signs = np.repeat([1.0, -1.0], len(self.strike))
        return signs, {name: np.tile(array, 2) for name, array in vars(self).items()}


def rows() -> Iterator[Row]:
    """Yield (what, ours, alternative, ratio)."""
    for contracts in (5_000, 80):
        yield _numpy_row(market(contracts))
    yield _reference_row(market(5_000))
    for peer in PEERS:
        yield _peer_row(peer, market(5_000))


def market(contracts: int) -> Market:
    """Return a chain whose forwards differ from expiry to expiry."""
    random = np.random.default_rng(1)
    expiry = random.choice(EXPIRIES, contracts)
    return Market(
        futures=FUTURES * np.exp(0.06 * expiry),
        strike=np.sort(FUTURES * np.exp(random.uniform(-0.3, 0.3, contracts))),
        volatility=random.uniform(0.1, 0.4, contracts),
        expiry=expiry,
        rate=np.full(contracts, 0.06),
    )


def naive_greeks(
    sign: FloatArray,
    *,
    futures: FloatArray,
    strike: FloatArray,
    volatility: FloatArray,
    expiry: FloatArray,
    rate: FloatArray,
) -> tuple[FloatArray, ...]:
    """Return price, delta, gamma, vega, theta and rho as one writes them down with numpy and `ndtr`."""
    root = np.sqrt(expiry)
    spread = volatility * root
    d1 = np.log(futures / strike) / spread + 0.5 * spread
    discount = np.exp(-rate * expiry)
    density = np.exp(-0.5 * d1 * d1) / math.sqrt(2 * math.pi)
    above, below = ndtr(sign * d1), ndtr(sign * (d1 - spread))
    price = sign * discount * (futures * above - strike * below)
    gamma = discount * density / (futures * spread)
    vega = discount * futures * density * root
    theta = rate * price - 0.5 * discount * futures * density * volatility / root
    return price, sign * discount * above, gamma, vega, theta, -expiry * price


def _numpy_row(terms: Market) -> Row:
    signs, options = terms.both_sides()
    ours, out = _chain_form(terms)
    alternative = naive_greeks(signs, **options)
    _demand_agreement("numpy", alternative[0].reshape(out.price.shape), out.price)
    here, there = _interleaved(ours, lambda: naive_greeks(signs, **options), rounds=30)
    what = f"Black-76 price + five Greeks, chain of {len(signs):,} options"
    return _row(what, here, len(signs), there, len(signs), "numpy + scipy.special.ndtr, naive expression")


def _reference_row(terms: Market) -> Row:
    signs, options = terms.both_sides()

    def reference() -> None:
        for side in ("call", "put"):
            greeks(side, **vars(terms))

    here, there = _interleaved(reference, lambda: naive_greeks(signs, **options), rounds=4)
    what = f"the same by `greeks`, every digit and three Greeks more, {len(signs):,} options"
    return _row(what, here, len(signs), there, len(signs), "as above")


def _peer_row(peer: Peer, terms: Market) -> Row:
    signs, options = terms.both_sides()
    what = f"Black-76 price + five Greeks, chain of {len(signs):,} options, loop over options"
    ours, out = _chain_form(terms)
    try:
        valued = peer.prepare()
    except ModuleNotFoundError:
        return what, "–", f"{peer.name} is not installed", "–"
    chosen = np.linspace(0, len(signs) - 1, SPOKEN_FOR_BY_PEERS).astype(int)
    plain = [array[chosen].tolist() for array in (signs, *options.values())]

    def loop() -> list[float]:
        return [valued(*numbers)[0] for numbers in zip(*plain, strict=True)]

    _demand_agreement(peer.name, np.array(loop()), out.price.ravel()[chosen])
    here, there = _interleaved(ours, loop, rounds=15, their_burst=1)
    return _row(what, here, len(signs), there, len(chosen), f"{peer.name} {peer.version()}")


def _chain_form(terms: Market) -> tuple[Callable[[], ChainGreeks], ChainGreeks]:
    chain = Chain(strike=terms.strike, expiry=terms.expiry, rate=terms.rate)
    out = ChainGreeks.of_size(len(chain))
    ours = partial(chain.greeks, futures=terms.futures, volatility=terms.volatility, out=out)
    return ours, ours()


def _demand_agreement(name: str, theirs: FloatArray, ours: FloatArray) -> None:
    gap = float(np.abs(theirs - ours).max())
    if not gap <= AGREEMENT * FUTURES:
        raise PricesDisagree(f"prices of {name} must agree with ours to {AGREEMENT * FUTURES:g}, differ by {gap:g}")


def _interleaved(
    ours: Callable[[], object], theirs: Callable[[], object], *, rounds: int, their_burst: int = BURST
) -> tuple[float, float]:
    """Return the median seconds of both, measured in turns, so that a busy machine slows both.

    In its turn each runs several times, because the first run after the other one finds the caches emptied.
    """
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, burst, durations in zip((ours, theirs), (BURST, their_burst), seconds, strict=True):
            for _ in range(burst):
                began = time.perf_counter()
                work()
                durations.append(time.perf_counter() - began)
    return median(seconds[0]), median(seconds[1])


def _row(what: str, here: float, ours: int, there: float, theirs: int, alternative: str) -> Row:
    speeds = ours / here, theirs / there
    return (
        what,
        f"{speeds[0] / 1e6:.1f} M options/s ({1e6 * here:.0f} µs)",
        f"{speeds[1] / 1e6:.3g} M options/s ({alternative})",
        f"{speeds[0] / speeds[1]:,.1f}×",
    )
