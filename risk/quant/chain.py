"""Black-76 for whole option chains: call and put of many contracts at once, as fast as numpy allows.

What a contract never changes (ln K, sqrt(T), its discount factor) is computed once; call and put share every term but
signs.  Absolute error of a price at most 1e-15 of the larger of futures and strike, so relative error at most 1e-9
where the price exceeds 1e-6 of it; a smaller price is rounding noise, held at 0 or above.  `price` and `greeks` of
`black76` and `greeks` keep every digit.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from risk.quant.chain_kernel import Contracts, Forwards, Sides, Workspace, fill
from risk.quant.chain_scalar import FEW, few_contracts, fill_few
from risk.quant.greeks import greeks_array
from risk.quant.reasons import Reason, ReasonArray
from risk.quant.terms import FloatArray, OptionType, broadcast

CALL: Final = 0
PUT: Final = 1
SIDES: Final[tuple[OptionType, OptionType]] = ("call", "put")

BLOCK: Final = 8192  # contracts, so that the buffers stay in cache
# What the fast form takes.  All else (no time left, no volatility, rubbish) goes through `greeks_array`.
EXPIRIES: Final = (1e-6, 50.0)  # years; the first is half a minute
VOLATILITIES: Final = (1e-3, 1e2)
RATES: Final = (-10.0, 10.0)
MONEYNESS: Final = (1e-9, 1e9)  # strike or futures price in anchors


@dataclass(frozen=True)
class ChainGreeks(Sides):
    """Price and Greeks of a chain: [2, n] with rows CALL and PUT, gamma and vega [n] for both; units as in `Greeks`.

    Where `reason` [n] is not OK, the rest is NaN.
    """

    reason: ReasonArray

    @classmethod
    def of_size(cls, n: int) -> "ChainGreeks":
        """Return room for `n` contracts, whose contents mean nothing yet."""
        price, delta, theta, rho = (np.empty((2, n)) for _ in range(4))
        return cls(price, delta, np.empty(n), np.empty(n), theta, rho, np.zeros(n, dtype=np.int8))


class Chain:
    """Contracts that are priced again and again while futures prices and volatilities move.

    Keeps its buffers, so one chain belongs to one thread.
    """

    def __init__(self, *, strike: ArrayLike, expiry: ArrayLike, rate: ArrayLike) -> None:
        """Keep the contracts: arguments broadcast to one dimension [n]; years, decimals per year.

        Raises ValueError for other shapes; bad values cost only their element, by its reason.
        """
        arrays = broadcast(strike=np.atleast_1d(strike), expiry=expiry, rate=rate)
        if arrays[0].ndim != 1:
            raise ValueError(f"contracts must have one dimension, had shape {arrays[0].shape}")
        self._strike, self._expiry, self._rate = (array.copy() for array in arrays)
        self._anchor = _anchor(self._strike)
        fast = _within(self._expiry, EXPIRIES) & _within(self._rate, RATES)
        self._fast = fast & _within(self._strike / self._anchor, MONEYNESS)
        self._all_fast = bool(self._fast.all())
        terms = {
            "strike": np.where(self._fast, self._strike, self._anchor),
            "expiry": np.where(self._fast, self._expiry, 1.0),
            "rate": np.where(self._fast, self._rate, 0.0),
        }
        self._few = few_contracts(**terms) if len(self) <= FEW else []
        self._parts = [] if self._few else _parts(Contracts.of(**terms, anchor=self._anchor), len(self))

    def __len__(self) -> int:
        """Return the number of contracts, each of which is a call and a put."""
        return len(self._strike)

    def greeks(self, *, futures: ArrayLike, volatility: ArrayLike, out: ChainGreeks | None = None) -> ChainGreeks:
        """Return price and Greeks; `futures` and `volatility` are one number or one per contract [n].

        Fills `out` and returns it where it is given, else new arrays.  Values that `greeks` refuses give NaN and a
        reason.  Raises ValueError for shapes that do not fit the contracts.
        """
        forward = self._fitting("futures", futures)
        sigma = self._fitting("volatility", volatility)
        result = ChainGreeks.of_size(len(self)) if out is None else self._fitting_result(out)
        result.reason.fill(Reason.OK)
        if self._all_fast and _all_within(sigma, VOLATILITIES) and self._near_anchor(forward):
            self._fill(result, forward, sigma)
        else:
            self._fill_mixed(result, *np.broadcast_arrays(forward, sigma, self._strike)[:2])
        return result

    def _fill(self, out: ChainGreeks, futures: FloatArray, volatility: FloatArray) -> None:
        if self._few:
            fill_few(out, self._few, futures, volatility)
            return
        forwards = Forwards.of(futures, anchor=self._anchor)
        if len(self._parts) == 1:
            fill(out, self._parts[0].contracts, forwards, volatility, self._parts[0].work)
            return
        for part in self._parts:
            sigma = volatility[part.where] if volatility.ndim else volatility
            fill(out.part(part.where), part.contracts, forwards.part(part.where), sigma, part.work)

    def _fill_mixed(self, out: ChainGreeks, futures: FloatArray, volatility: FloatArray) -> None:
        """Fill what the fast form takes, then the rest exactly."""
        with np.errstate(over="ignore"):
            fast = self._fast & _within(volatility, VOLATILITIES) & _within(futures / self._anchor, MONEYNESS)
        self._fill(out, np.where(fast, futures, self._anchor), np.where(fast, volatility, 1.0))
        (slow,) = np.nonzero(~fast)
        for row, side in enumerate(SIDES):
            found = greeks_array(
                side,
                futures=futures[slow],
                strike=self._strike[slow],
                volatility=volatility[slow],
                expiry=self._expiry[slow],
                rate=self._rate[slow],
            )
            for name in ("price", "delta", "theta", "rho"):
                getattr(out, name)[row, slow] = getattr(found, name)
            out.gamma[slow], out.vega[slow], out.reason[slow] = found.gamma, found.vega, found.reason

    def _near_anchor(self, futures: FloatArray) -> bool:
        least, most = MONEYNESS
        return _all_within(futures, (least * self._anchor, most * self._anchor))

    def _fitting(self, name: str, value: ArrayLike) -> FloatArray:
        array = np.asarray(value, dtype=np.float64)
        if array.ndim and array.shape != self._strike.shape:
            raise ValueError(f"{name} must be one number or have shape {self._strike.shape}, had {array.shape}")
        return array

    def _fitting_result(self, out: ChainGreeks) -> ChainGreeks:
        if out.price.shape != (2, len(self)):
            raise ValueError(f"out must be of size {len(self)}, was of size {out.price.shape[-1]}")
        return out


@dataclass(frozen=True)
class _Part:
    """A block of contracts with its buffers."""

    where: slice
    contracts: Contracts
    work: Workspace


def _parts(contracts: Contracts, n: int) -> list[_Part]:
    """Return the contracts in blocks of equal size."""
    count = max(1, -(-n // BLOCK))
    edges = np.linspace(0, n, count + 1).astype(int).tolist()
    slices = [slice(first, last) for first, last in pairwise(edges)]
    return [_Part(where, contracts.part(where), Workspace.of_size(where.stop - where.start)) for where in slices]


def _anchor(strike: FloatArray) -> float:
    """Return a power of two near the middle strike, so that dividing by it is exact; logs are small beside it."""
    usable = strike[np.isfinite(strike) & (strike > 0)]
    return float(2.0 ** np.round(np.log2(np.median(usable)))) if len(usable) else 1.0


def _within(array: FloatArray, limits: tuple[float, float]) -> NDArray[np.bool_]:
    least, most = limits
    return (array >= least) & (array <= most)


def _all_within(array: FloatArray, limits: tuple[float, float]) -> bool:
    # A NaN is neither, and min and max hand it on.
    if array.ndim == 0:
        return bool(limits[0] <= array <= limits[1])
    return bool(array.size == 0 or (np.minimum.reduce(array) >= limits[0] and np.maximum.reduce(array) <= limits[1]))
