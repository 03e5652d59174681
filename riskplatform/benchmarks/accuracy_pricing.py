"""How far Black-76 prices and Greeks are from fifty-digit arithmetic, over a grid chosen to hurt."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import mpmath
import numpy as np

from risk.quant.chain import SIDES, Chain
from risk.quant.greeks import Greeks, greeks
from risk.quant.terms import OptionType, Terms

DIGITS: Final = 50
TARGET: Final = 1e-12
SMALLEST: Final = 1e-300  # price or largest term that is judged
MINUTE: Final = 1 / (365 * 24 * 60)
CHAIN_TARGETS: Final = (1e-15, 1e-9)
CHAIN_PRICE: Final = 1e-6  # of the larger of futures and strike, from which relative errors are asked for

NEAR_MONEY: Final = (1e-15, 1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 0.01, 0.1)
CORNERS: Final = tuple(
    product(
        (0.2, 0.5, 0.999, 1.0, 1.001, 2.0, 5.0, *(1 + gap for gap in NEAR_MONEY)),
        (0.01, 0.2, 1.0, 5.0),
        (MINUTE, 1 / 365, 0.25, 5.0),
    )
)

Exact = Mapping[str, tuple[Any, Any]]  # quantity: its value and its largest term, both mpf


@dataclass(frozen=True)
class Finding:
    """The worst relative error of a quantity and where it was seen."""

    quantity: str
    cases: int
    error: float
    where: str
    target: float


def hostile_terms(count: int, *, seed: int) -> Terms:
    """Return the corners of the domain, then `count` draws: half of them up to 37 deviations away, half near.

    F/K in [.2, 5], volatility in [1 %, 500 %], expiry in [1 minute, 5 years]; arrays [n].
    """
    random = np.random.default_rng(seed)
    ratio, volatility, expiry = np.array(CORNERS).T
    drawn_volatility = np.exp(random.uniform(np.log(0.01), np.log(5), count))
    drawn_expiry = np.exp(random.uniform(np.log(MINUTE), np.log(5), count))
    distance = np.where(
        random.random(count) < 0.5, random.uniform(0, 37.3, count), np.exp(random.uniform(-25, 3.6, count))
    )
    log_ratio = np.minimum(distance * drawn_volatility * np.sqrt(drawn_expiry), np.log(5) * (1 - 1e-15))
    drawn_ratio = np.exp(random.choice([-1.0, 1.0], count) * log_ratio)
    strike = np.exp(random.uniform(0, 11, len(ratio) + count))
    return Terms(
        futures=strike * np.concatenate([ratio, drawn_ratio]),
        strike=strike,
        volatility=np.concatenate([volatility, drawn_volatility]),
        expiry=np.concatenate([expiry, drawn_expiry]),
        rate=random.uniform(-0.05, 0.2, len(strike)),
    )


def exact_greeks(
    option_type: OptionType, *, futures: float, strike: float, volatility: float, expiry: float, rate: float
) -> Exact:
    """Return price and Greeks in fifty digits, each with its largest term.  Needs time and volatility above 0."""
    sign = 1 if option_type == "call" else -1
    with mpmath.workdps(DIGITS):
        f, k, sigma, t, r = (mpmath.mpf(number) for number in (futures, strike, volatility, expiry, rate))
        root, discount = mpmath.sqrt(t), mpmath.exp(-r * t)
        spread = sigma * root
        distance = mpmath.log(f / k) / spread
        d1, d2 = distance + spread / 2, distance - spread / 2
        n1, n2 = mpmath.ncdf(sign * d1), mpmath.ncdf(sign * d2)
        value, weight = sign * discount * (f * n1 - k * n2), discount * f * mpmath.npdf(d1)
        decay, reach = weight * sigma / (2 * root), max(abs(distance), spread / 2)
        single = {
            "price": value,
            "delta": sign * discount * n1,
            "gamma": weight / (f * f * spread),
            "vega": weight * root,
            "rho": -t * value,
            "dual_delta": -sign * discount * n2,
        }
        return {name: (number, abs(number)) for name, number in single.items()} | {
            "theta": (r * value - decay, max(abs(r * value), decay)),
            "vanna": (-weight / f * d2 / sigma, weight / f * reach / sigma),
            "volga": (weight * root * d1 * d2 / sigma, weight * root * reach**2 / sigma),
        }


def reference_findings(terms: Terms) -> list[Finding]:
    """Return the worst error of each quantity of `greeks`, relative to its largest term, both sides together."""
    worst: dict[str, tuple[float, str]] = {}
    cases: Counter[str] = Counter()
    for side in SIDES:
        found = greeks(side, **vars(terms))
        for at, arguments in enumerate(_each(terms)):
            for name, error in _errors(found, at, exact_greeks(side, **arguments)):
                cases[name] += 1
                worst[name] = max(worst.get(name, (-1.0, "")), (error, _described(side, arguments)))
    return [Finding(name, cases[name], error, where, TARGET) for name, (error, where) in worst.items()]


def chain_findings(terms: Terms) -> Iterator[Finding]:
    """Yield the worst errors of the chain form's prices against `greeks`, in units of the larger of F and K."""
    found = Chain(strike=terms.strike, expiry=terms.expiry, rate=terms.rate).greeks(
        futures=terms.futures, volatility=terms.volatility
    )
    price = np.stack([greeks(side, **vars(terms)).price for side in SIDES])
    unit = np.maximum(terms.futures, terms.strike)
    arguments = list(_each(terms))
    for what, scale, target in zip(
        ("chain price, of max(F, K)", "chain price, relative, above 1e-6 of max(F, K)"),
        (np.broadcast_to(unit, price.shape), np.where(price > CHAIN_PRICE * unit, price, np.inf)),
        CHAIN_TARGETS,
        strict=True,
    ):
        error = np.abs(found.price - price) / scale
        row, at = np.unravel_index(np.argmax(error), error.shape)
        cases = int(np.isfinite(scale).sum())
        yield Finding(what, cases, float(error[row, at]), _described(SIDES[row], arguments[at]), target)


def _each(terms: Terms) -> Iterator[dict[str, float]]:
    columns = {name: array.tolist() for name, array in vars(terms).items()}
    for numbers in zip(*columns.values(), strict=True):
        yield dict(zip(columns, numbers, strict=True))


def _errors(found: Greeks, at: int, exact: Exact) -> Iterator[tuple[str, float]]:
    """Yield the relative error of each quantity that is large enough to be judged."""
    for name, (value, largest) in exact.items():
        if min(largest, exact["price"][0]) >= SMALLEST:
            yield name, float(abs(mpmath.mpf(float(getattr(found, name)[at])) - value) / largest)


def _described(side: OptionType, arguments: Mapping[str, float]) -> str:
    return (
        f"{side}, F/K {arguments['futures'] / arguments['strike']:.6g}, volatility {arguments['volatility']:.3g}, "
        f"{arguments['expiry']:.3g} years"
    )
