"""Valid defaults for tests of parity: strikes, prices that obey it, and a fit to them."""

import numpy as np
from numpy.typing import NDArray

from risk.quant.parity import ParityFit, fit_parity

FloatArray = NDArray[np.float64]
STRIKES: FloatArray = np.arange(23_000.0, 25_001.0, 100.0)
YEARS, RATE = 0.1, 0.06


def fit(
    strike: FloatArray,
    call: FloatArray,
    put: FloatArray,
    spread: FloatArray | None = None,
    *,
    years: float = YEARS,
    rate: float = RATE,
    rate_error: float = 0.02,
) -> ParityFit | None:
    width = np.ones(len(strike)) if spread is None else spread
    return fit_parity(strike=strike, call=call, put=put, spread=width, years=years, rate=rate, rate_error=rate_error)


def pairs(strike: FloatArray, *, forward: float, discount: float) -> tuple[FloatArray, FloatArray]:
    """Calls and puts that obey parity exactly; what they are worth in common does not matter."""
    put = np.linspace(50_000.0, 50_900.0, len(strike))
    return put + discount * (forward - strike), put


def found(result: ParityFit | None) -> ParityFit:
    assert result is not None
    return result
