"""The arithmetic of the chain form for one block of contracts: every operation writes into a buffer kept in cache.

Both sides of a contract lie in the two rows of an array, calls first.
"""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np

from risk.quant.normal import HALF, ONE, ROOT_TWO_PI, node_and_slope
from risk.quant.terms import FloatArray

_ZERO: Final[FloatArray] = np.array(0.0)
_MINUS_HALF: Final[FloatArray] = np.array(-0.5)
_PEAK: Final[FloatArray] = np.array(1 / ROOT_TWO_PI)


@dataclass(frozen=True)
class Contracts:
    """What a contract never changes; arrays [n], all valid and with time left."""

    log_strike: FloatArray  # of strike / anchor
    root: FloatArray  # sqrt(T)
    discount: FloatArray
    discounted_strike: FloatArray
    minus_expiry: FloatArray
    rate: FloatArray

    @classmethod
    def of(cls, *, strike: FloatArray, expiry: FloatArray, rate: FloatArray, anchor: float) -> Self:
        """Return the constants of valid contracts; `anchor` is a power of two near the strikes."""
        discount = np.exp(-rate * expiry)
        return cls(np.log(strike / anchor), np.sqrt(expiry), discount, discount * strike, -expiry, rate)

    def part(self, where: slice) -> Self:
        """Return views of some of the contracts."""
        return type(self)(*(getattr(self, field.name)[where] for field in fields(self)))


@dataclass(frozen=True)
class Forwards:
    """Futures prices: one for all contracts (arrays without dimension) or one for each [n]."""

    price: FloatArray
    log: FloatArray  # of price / anchor

    @classmethod
    def of(cls, price: FloatArray, *, anchor: float) -> Self:
        """Return valid prices with what is computed from them once, not once per contract."""
        return cls(price, np.asarray(np.log(price * (1 / anchor))))

    def part(self, where: slice) -> Self:
        """Return views of the prices of some of the contracts."""
        if self.price.ndim == 0:
            return self
        return type(self)(self.price[where], self.log[where])


@dataclass(frozen=True)
class Sides:
    """Results: arrays [2, n], calls before puts, or [n] where both sides agree."""

    price: FloatArray
    delta: FloatArray
    gamma: FloatArray
    vega: FloatArray
    theta: FloatArray
    rho: FloatArray

    def part(self, where: slice) -> "Sides":
        """Return views of the results of some of the contracts."""
        return Sides(*(getattr(self, field.name)[..., where] for field in fields(Sides)))


@dataclass(frozen=True)
class Workspace:
    """Buffers of one block; what else is needed on the way lies in the results until they are written."""

    z: FloatArray  # d1 and d2, [2, n]
    half: FloatArray  # s / 2, [n]
    inverse: FloatArray  # 1 / s, [n]
    density: FloatArray  # D phi(d1), [n]
    scale: FloatArray  # D F phi(d1) = D K phi(d2), [n]

    @classmethod
    def of_size(cls, n: int) -> Self:
        """Return buffers for blocks of `n` contracts."""
        return cls(np.empty((2, n)), *(np.empty(n) for _ in range(4)))


def fill(out: Sides, contracts: Contracts, forwards: Forwards, volatility: FloatArray, work: Workspace) -> None:
    """Fill `out` for contracts with time left, positive futures prices and positive, finite volatilities [n]."""
    _place(contracts, forwards, volatility, work)
    node_and_slope(work.z, node=out.price, slope=out.theta, scratch=out.rho)
    _density(contracts, forwards, work)
    _deltas(out, contracts, work, node=out.price[0], slope=out.theta[0])
    _prices(out, contracts, forwards, work, node=out.price[1], slope=out.theta[1])
    np.multiply(work.density, work.inverse, out=out.gamma)
    np.divide(out.gamma, forwards.price, out=out.gamma)
    np.multiply(work.scale, contracts.root, out=out.vega)
    _theta_and_rho(out, contracts, work)


def _place(contracts: Contracts, forwards: Forwards, volatility: FloatArray, work: Workspace) -> None:
    """Fill z with ln(F/K)/s +- s/2."""
    half, inverse, distance = work.half, work.inverse, work.density
    np.multiply(volatility, contracts.root, out=half)
    np.divide(ONE, half, out=inverse)
    half *= HALF
    np.subtract(forwards.log, contracts.log_strike, out=distance)
    distance *= inverse
    np.add(distance, half, out=work.z[0])
    np.subtract(distance, half, out=work.z[1])


def _density(contracts: Contracts, forwards: Forwards, work: Workspace) -> None:
    density = work.density
    np.multiply(work.z[0], work.z[0], out=density)
    density *= _MINUS_HALF
    np.exp(density, out=density)
    density *= _PEAK
    density *= contracts.discount
    np.multiply(density, forwards.price, out=work.scale)


def _deltas(out: Sides, contracts: Contracts, work: Workspace, *, node: FloatArray, slope: FloatArray) -> None:
    """Fill D N(d1) and D N(d1) - D."""
    node *= contracts.discount
    slope *= work.density
    np.add(node, slope, out=out.delta[0])
    np.subtract(out.delta[0], contracts.discount, out=out.delta[1])


def _prices(
    out: Sides, contracts: Contracts, forwards: Forwards, work: Workspace, *, node: FloatArray, slope: FloatArray
) -> None:
    """Fill F delta - D K N(d2) and, for puts, F delta + D K (1 - N(d2))."""
    exercise = out.rho
    node *= contracts.discounted_strike
    slope *= work.scale
    np.add(node, slope, out=exercise[0])
    np.subtract(exercise[0], contracts.discounted_strike, out=exercise[1])
    np.multiply(out.delta, forwards.price, out=out.price)
    np.subtract(out.price, exercise, out=out.price)
    np.maximum(out.price, _ZERO, out=out.price)


def _theta_and_rho(out: Sides, contracts: Contracts, work: Workspace) -> None:
    """Fill r V - D F phi(d1) s / (2 T) and -T V."""
    decay = np.multiply(work.scale, work.half, out=work.scale)
    decay /= contracts.minus_expiry
    np.multiply(out.price, contracts.rate, out=out.theta)
    np.add(out.theta, decay, out=out.theta)
    np.multiply(out.price, contracts.minus_expiry, out=out.rho)
