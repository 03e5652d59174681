"""The chain form for a handful of contracts: one loop with `math.erfc`, cheaper than fifty calls of numpy."""

from math import erfc, exp, log, sqrt
from typing import Final, NamedTuple

import numpy as np

from risk.quant.chain_kernel import Sides
from risk.quant.normal import ROOT_TWO_PI
from risk.quant.terms import FloatArray

FEW: Final = 8  # contracts, so 16 options
ROOT_HALF: Final = sqrt(0.5)


class Contract(NamedTuple):
    """One contract's strike, years to expiry, root of these and rate; valid and with time left."""

    strike: float
    expiry: float
    root: float
    rate: float


def few_contracts(*, strike: FloatArray, expiry: FloatArray, rate: FloatArray) -> list[Contract]:
    """Return valid contracts as plain numbers."""
    return [
        Contract(*numbers)
        for numbers in zip(strike.tolist(), expiry.tolist(), np.sqrt(expiry).tolist(), rate.tolist(), strict=True)
    ]


def fill_few(out: Sides, contracts: list[Contract], futures: FloatArray, volatility: FloatArray) -> None:
    """Fill `out` as `chain_kernel.fill` does, under the same conditions; futures and volatility one number or [n]."""
    each = (array.tolist() if array.ndim else [float(array)] * len(contracts) for array in (futures, volatility))
    table = np.array([_row(*row) for row in zip(contracts, *each, strict=True)]).T
    out.price[:], out.delta[:], out.theta[:], out.rho[:] = table[0:2], table[2:4], table[4:6], table[6:8]
    out.gamma[:], out.vega[:] = table[8], table[9]


def _row(contract: Contract, futures: float, volatility: float) -> tuple[float, ...]:
    """Return price, delta, theta and rho, each of call and put, then gamma and vega."""
    strike, expiry, root, rate = contract
    spread = volatility * root
    upper = log(futures / strike) / spread + 0.5 * spread
    lower = upper - spread
    discount = exp(-rate * expiry)
    vega = discount * futures * exp(-0.5 * upper * upper) / ROOT_TWO_PI * root
    decay = -0.5 * vega * volatility / expiry
    call_delta = 0.5 * discount * erfc(-upper * ROOT_HALF)
    put_delta = -0.5 * discount * erfc(upper * ROOT_HALF)
    # Differences of numbers too small to have all their digits may be below 0.
    call = max(futures * call_delta - 0.5 * discount * strike * erfc(-lower * ROOT_HALF), 0.0)
    put = max(futures * put_delta + 0.5 * discount * strike * erfc(lower * ROOT_HALF), 0.0)
    theta, rho = (rate * call + decay, rate * put + decay), (-expiry * call, -expiry * put)
    return call, put, call_delta, put_delta, *theta, *rho, vega / (futures * futures * volatility * expiry), vega
