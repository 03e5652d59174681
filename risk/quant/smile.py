"""The smile of one expiry: total variance against log-moneyness ln(K / F), after the raw SVI form of J. Gatheral.

w(k) = v + b (rho (k - m) + sqrt((k - m)^2 + s^2) - s sqrt(1 - rho^2)), where v is the least total variance, so that
v >= 0, b >= 0 and |rho| < 1 keep every variance positive, and b <= 1 keeps the wings below R. Lee's slope of 2.

Source: J. Gatheral and A. Jacquier, Arbitrage-free SVI volatility surfaces, Quantitative Finance 14 (2014), pp. 59-71.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares

from risk.quant.guards import finite

FloatArray = NDArray[np.float64]

QUOTES_AT_LEAST: Final = 6  # five parameters and one to spare
EACH_SIDE_AT_LEAST: Final = 2
STEEPEST: Final = 0.999  # |rho|
OUTLIER: Final = 0.02  # of the volatility at the money: from here on a residual counts linearly, not squared
ROUNDS: Final = 200


@dataclass(frozen=True)
class Smile:
    """One fitted slice; `low` and `high` are the log-moneyness of the outermost quotes, between which it is known.

    `error` is the weighted root mean square of fitted less quoted volatility, as a decimal per year.
    """

    years: float
    least_variance: float
    slope: float
    correlation: float
    shift: float
    width: float
    low: float
    high: float
    quotes: int
    error: float

    @property
    def parameters(self) -> FloatArray:
        """Return v, b, rho, m and s."""
        return np.array([self.least_variance, self.slope, self.correlation, self.shift, self.width])

    def total_variance(self, log_moneyness: ArrayLike) -> FloatArray:
        """Return volatility squared times years, in the shape of `log_moneyness`.

        Raises ValueError for log-moneyness that is not finite.
        """
        return _variance(self.parameters, finite("log_moneyness", log_moneyness))

    def volatility(self, log_moneyness: ArrayLike) -> FloatArray:
        """Return the volatility per year, in the shape of `log_moneyness`; outside [low, high] it extrapolates.

        Raises ValueError as `total_variance` does.
        """
        root: FloatArray = np.sqrt(self.total_variance(log_moneyness) / self.years)
        return root

    def derivatives(self, log_moneyness: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return the first and second derivative of the total variance by log-moneyness.

        Raises ValueError as `total_variance` does.
        """
        distance = finite("log_moneyness", log_moneyness) - self.shift
        radius = np.hypot(distance, self.width)
        return self.slope * (self.correlation + distance / radius), self.slope * self.width**2 / radius**3


def fit_smile(*, log_moneyness: ArrayLike, volatility: ArrayLike, weight: ArrayLike, years: float) -> Smile | None:
    """Return the slice through out-of-the-money quotes, None where they are too few to tell five parameters.

    All arrays float[N]: ln(K / F), implied volatility, and the weight of its squared error, of which only ratios
    matter.  Needs six quotes, at least two of them on each side of the forward.  A residual beyond 2 % of the
    volatility at the money counts linearly, so that one bad quote does not bend the slice.
    Raises ValueError for mismatched shapes, values that are not finite, and volatility, weight or years not positive.
    """
    moneyness, quoted, weights = _checked(log_moneyness, volatility, weight, years)
    sides = min(int((moneyness < 0).sum()), int((moneyness >= 0).sum()))
    if len(moneyness) < QUOTES_AT_LEAST or sides < EACH_SIDE_AT_LEAST:
        return None
    order = np.argsort(moneyness)
    moneyness, quoted, weights = moneyness[order], quoted[order], weights[order] / weights.mean()
    parameters = _least_squares(moneyness, quoted, np.sqrt(weights), years)
    fitted = np.sqrt(_variance(parameters, moneyness) / years)
    error = float(np.sqrt(np.average((fitted - quoted) ** 2, weights=weights)))
    v, b, rho, m, s = parameters.tolist()
    return Smile(years, v, b, rho, m, s, float(moneyness[0]), float(moneyness[-1]), len(moneyness), error)


def _checked(
    log_moneyness: ArrayLike, volatility: ArrayLike, weight: ArrayLike, years: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    named = {"log_moneyness": log_moneyness, "volatility": volatility, "weight": weight}
    arrays = {name: np.asarray(value, dtype=np.float64) for name, value in named.items()}
    shapes = {name: array.shape for name, array in arrays.items()}
    if len(set(shapes.values())) != 1 or arrays["weight"].ndim != 1:
        raise ValueError(f"log_moneyness, volatility and weight must be vectors of one length, were {shapes}")
    for name, array in arrays.items():
        if not np.all(np.isfinite(array)):
            raise ValueError(f"{name} must be finite, was {array[~np.isfinite(array)][0]}")
        if name != "log_moneyness" and np.any(array <= 0):
            raise ValueError(f"{name} must be positive, was {array.min()}")
    if not (np.isfinite(years) and years > 0):
        raise ValueError(f"years must be positive, was {years}")
    return arrays["log_moneyness"], arrays["volatility"], arrays["weight"]


def _least_squares(moneyness: FloatArray, quoted: FloatArray, roots: FloatArray, years: float) -> FloatArray:
    atm = float(np.interp(0.0, moneyness, quoted))
    deviation = atm * float(np.sqrt(years))
    unit = roots / (OUTLIER * atm)
    reach = float(np.abs(moneyness).max())

    def residuals(parameters: FloatArray) -> FloatArray:
        return unit * (np.sqrt(_variance(parameters, moneyness) / years) - quoted)

    def jacobian(parameters: FloatArray) -> FloatArray:
        chain = unit / (2.0 * np.sqrt(_variance(parameters, moneyness) * years))
        return chain[:, None] * _gradient(parameters, moneyness)

    # The shift stays among the quotes and the width below ten times their reach: beyond, SVI is a straight line.
    lowest = np.array([1e-4 * deviation**2, 0.0, -STEEPEST, moneyness[0], 1e-2 * deviation])
    highest = np.array([4.0 * quoted.max() ** 2 * years, 1.0, STEEPEST, moneyness[-1], 10.0 * (reach + deviation)])
    start = np.clip([0.8 * deviation**2, 0.5 * deviation, -0.3, 0.0, deviation], lowest * 1.01, highest * 0.99)
    found = least_squares(
        residuals,
        np.clip(start, lowest, highest),
        jac=jacobian,
        bounds=(lowest, highest),
        x_scale=np.array([deviation**2, deviation, 1.0, deviation, deviation]),
        loss="soft_l1",
        max_nfev=ROUNDS,
    )
    parameters: FloatArray = found.x
    return parameters


def _variance(parameters: FloatArray, moneyness: FloatArray) -> FloatArray:
    v, b, rho, m, s = parameters
    x = moneyness - m
    value: FloatArray = v + b * (rho * x + np.hypot(x, s) - s * np.sqrt(1.0 - rho * rho))
    return value


def _gradient(parameters: FloatArray, moneyness: FloatArray) -> FloatArray:
    """Return the derivatives of the total variance by v, b, rho, m and s, float[N, 5]."""
    _, b, rho, m, s = parameters
    x, root = moneyness - m, np.sqrt(1.0 - rho * rho)
    radius = np.hypot(x, s)
    columns = (
        np.ones_like(x),
        rho * x + radius - s * root,
        b * (x + s * rho / root),
        -b * (rho + x / radius),
        b * (s / radius - root),
    )
    return np.stack(columns, axis=1)
