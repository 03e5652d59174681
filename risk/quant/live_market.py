"""What the features are told about this instant: prices, book, variance, limits and the option market."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from risk.quant.guards import at_least, chances, finite, positive

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class OptionFacts:
    """Facts of each symbol's option market, [S], NaN unknown (never 0 for "not computed").

    `atm_iv` volatility per year, `iv_rank` 0 to 1 within 252 sessions, `term_slope` and `skew_25` differences of
    volatilities, `expiry_gamma` as its maker measures it, `age_seconds` of the newest quote used; `atm_iv_before` that
    of the chain before the newest, None where nobody looked.
    Raises ValueError for different lengths, a volatility that is not positive and finite, a rank outside [0, 1], and
    anything else that is infinite.
    """

    atm_iv: FloatArray
    iv_rank: FloatArray
    term_slope: FloatArray
    skew_25: FloatArray
    expiry_gamma: FloatArray
    age_seconds: FloatArray
    atm_iv_before: FloatArray | None = None

    def __post_init__(self) -> None:
        _check_lengths(self, len(self.atm_iv))
        for field in fields(self):
            known = getattr(self, field.name)
            if known is not None:
                finite(field.name, known[~np.isnan(known)])
        positive("atm_iv", self.atm_iv[~np.isnan(self.atm_iv)])
        chances("iv_rank", self.iv_rank[~np.isnan(self.iv_rank)])

    @classmethod
    def unknown(cls, symbols: int) -> "OptionFacts":
        """Return the facts of symbols without options.  Raises ValueError for a count below 0."""
        return cls(*np.full((len(fields(cls)), at_least("symbols", symbols, 0)), np.nan))


@dataclass(frozen=True)
class LiveMarket:
    """This instant's facts about S symbols, [S]; a price that is not positive, or NaN, is unknown.

    `age_seconds` of the newest tick; `medium_variance` per average minute; `previous_close`, `lower_band` and
    `upper_band` of the day, `tick_size`: all in the unit of `price`.  Raises ValueError for different lengths.
    """

    price: FloatArray
    age_seconds: FloatArray
    medium_variance: FloatArray
    bid: FloatArray
    ask: FloatArray
    tick_size: FloatArray
    previous_close: FloatArray
    lower_band: FloatArray
    upper_band: FloatArray
    options: OptionFacts

    def __post_init__(self) -> None:
        _check_lengths(self, len(self.price))
        if len(self.options.atm_iv) != len(self.price):
            raise ValueError(f"options must be of {len(self.price)} symbols, were of {len(self.options.atm_iv)}")

    @classmethod
    def of(
        cls,
        *,
        price: FloatArray,
        age_seconds: FloatArray,
        medium_variance: FloatArray,
        options: OptionFacts | None = None,
        **known: FloatArray,
    ) -> "LiveMarket":
        """Return a market in which the fields that are not named are unknown.

        Raises ValueError for different lengths.
        """
        unknown = np.full(len(price), np.nan)
        names = ("bid", "ask", "tick_size", "previous_close", "lower_band", "upper_band")
        rest = dict.fromkeys(names, unknown) | known
        facts = options or OptionFacts.unknown(len(price))
        return cls(price=price, age_seconds=age_seconds, medium_variance=medium_variance, options=facts, **rest)


def _check_lengths(facts: LiveMarket | OptionFacts, length: int) -> None:
    for field in fields(facts):
        array = getattr(facts, field.name)
        if isinstance(array, np.ndarray) and array.shape != (length,):
            raise ValueError(f"{field.name} must have the shape ({length},), was {array.shape}")
