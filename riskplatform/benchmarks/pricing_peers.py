"""Other libraries' Black-76, one option at a time, from the dependency group `bench`.

Only their prices are compared: QuantLib's and vollib's Greeks follow other conventions (rho, theta).
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

# sign (1 for a call, -1 for a put), futures, strike, volatility, expiry, rate -> price and five Greeks
Valuation = Callable[[float, float, float, float, float, float], tuple[float, ...]]


@dataclass(frozen=True)
class Peer:
    """A library that may be installed; `prepare` raises ModuleNotFoundError when it is not."""

    name: str
    distribution: str
    prepare: Callable[[], Valuation]

    def version(self) -> str:
        """Return the installed version."""
        return version(self.distribution)


def _quantlib() -> Valuation:
    from math import exp, sqrt

    import QuantLib

    kinds = {1.0: QuantLib.Option.Call, -1.0: QuantLib.Option.Put}

    def valued(
        sign: float, futures: float, strike: float, volatility: float, expiry: float, rate: float
    ) -> tuple[float, ...]:
        payoff = QuantLib.PlainVanillaPayoff(kinds[sign], strike)
        option = QuantLib.BlackCalculator(payoff, futures, volatility * sqrt(expiry), exp(-rate * expiry))
        return (
            option.value(),
            option.deltaForward(),
            option.gammaForward(),
            option.vega(expiry),
            option.theta(futures, expiry),
            option.rho(expiry),
        )

    return valued


def _vollib() -> Valuation:
    from vollib.black import black
    from vollib.black.greeks import analytical

    flags = {1.0: "c", -1.0: "p"}
    functions = (black, analytical.delta, analytical.gamma, analytical.vega, analytical.theta, analytical.rho)

    def valued(
        sign: float, futures: float, strike: float, volatility: float, expiry: float, rate: float
    ) -> tuple[float, ...]:
        terms = (flags[sign], futures, strike, expiry, rate, volatility)
        return tuple(function(*terms) for function in functions)

    return valued


PEERS: Final = (Peer("QuantLib", "quantlib", _quantlib), Peer("vollib", "vollib", _vollib))
