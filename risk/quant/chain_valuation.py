"""Values the option chains of one underlying at one instant: forwards, implied volatilities, smiles and flags."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.arbitrage import has_calendar_arbitrage
from risk.quant.calendar import ExchangeClock, NotCovered
from risk.quant.chain_flags import forward_flags, smile_flags
from risk.quant.expiry import NotATradingDay, close_instant, years_between
from risk.quant.forward import Forward, forward_of, implied_carry
from risk.quant.implied_volatility import implied_volatility
from risk.quant.option_quotes import ChainQuotes, Prices, usable_prices
from risk.quant.parity import fit_parity
from risk.quant.reasons import Reason, text
from risk.quant.smile import Smile, fit_smile
from risk.quant.surface import SmileShape, shape_of, term_slopes

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
TextArray = NDArray[np.str_]

NOT_COVERED: Final = "expiry_not_covered"
NO_TRADING_DAY: Final = "expiry_not_a_trading_day"
NO_FORWARD: Final = "no_forward"


@dataclass(frozen=True)
class Assumptions:
    """What the market is taken to be where prices do not say: a rate per year and its standard deviation."""

    rate: float
    rate_error: float = 0.02


@dataclass(frozen=True)
class ValuedChain:
    """A chain with what its prices imply; `volatility` float[N] is NaN where `reason` text[N] says why.

    `expires_us` is None and `years` NaN where the calendar does not know the expiry's instant.  `used` bool[N] marks
    the out-of-the-money quotes of the smile; `flags` are what a reader of the figures should know.
    """

    chain: ChainQuotes
    expires_us: int | None
    years: float
    forward: Forward | None
    volatility: FloatArray
    reason: TextArray
    used: BoolArray
    smile: Smile | None
    shape: SmileShape | None
    term_slope: float
    flags: tuple[str, ...]

    @property
    def refused(self) -> dict[str, int]:
        """Return how many quotes were refused, by reason."""
        return dict(sorted(Counter(self.reason[self.reason != ""].tolist()).items()))


def value_chains(chains: Sequence[ChainQuotes], *, clock: ExchangeClock, assumptions: Assumptions) -> list[ValuedChain]:
    """Return each chain valued, ascending by expiry; all must be of one exchange, underlying and instant.

    Raises ValueError for chains of several underlyings or instants and for an expiry that comes twice.
    """
    keys = {(chain.exchange, chain.symbol, chain.observed_us) for chain in chains}
    ordered = sorted(chains, key=lambda chain: chain.expiry)
    if len(keys) > 1 or len({chain.expiry for chain in chains}) < len(chains):
        raise ValueError(f"chains must be of one underlying and instant, each expiry once, were {sorted(keys)}")
    expiries = [_expiry(chain, clock) for chain in ordered]
    carry = _carry(ordered, [years for _, years, _ in expiries], assumptions.rate)
    valued = [_value(chain, *expiry, carry, assumptions) for chain, expiry in zip(ordered, expiries, strict=True)]
    return _with_calendar(_with_slopes(valued))


def _expiry(chain: ChainQuotes, clock: ExchangeClock) -> tuple[int | None, float, str]:
    """Return the expiry's instant, the years until then, and why there is nothing left to value, empty if there is."""
    try:
        expires_us = close_instant(chain.expiry, clock=clock)
    except NotCovered:
        return None, float("nan"), NOT_COVERED
    except NotATradingDay:
        return None, float("nan"), NO_TRADING_DAY
    years = float(years_between(chain.observed_us, expires_us))
    return expires_us, years, "" if years > 0 else text(Reason.EXPIRED)


def _carry(chains: Sequence[ChainQuotes], years: Sequence[float], rate: float) -> float:
    """Return r - q of the farthest fresh future, the rate where no future is fresh."""
    for chain, time in zip(reversed(chains), reversed(years), strict=True):
        if chain.future_is_fresh and time > 0 and chain.spot > 0:
            return implied_carry(future=chain.future, spot=chain.spot, years=time)
    return rate


def _value(
    chain: ChainQuotes, expires_us: int | None, years: float, dead: str, carry: float, assumptions: Assumptions
) -> ValuedChain:
    prices = usable_prices(chain)
    forward = None if dead else _forward(chain, prices, years, carry, assumptions)
    unpriced = dead or ("" if forward else NO_FORWARD)
    if forward is None:
        nothing = np.full(len(chain.quotes), np.nan)
        # What no forward could mend keeps its own reason, except on a chain that cannot be valued at all.
        reason = np.full(len(nothing), unpriced, dtype="<U24")
        return ValuedChain(
            chain, expires_us, years, None, nothing, reason, np.isfinite(nothing), None, None, np.nan, (unpriced,)
        )
    volatility, reason = _volatilities(chain, prices, forward, years)
    used, smile = _smile(chain, prices, forward, volatility, years)
    shape = shape_of(smile) if smile else None
    flags = (*forward_flags(chain, forward), *smile_flags(chain, prices, smile, shape))
    return ValuedChain(chain, expires_us, years, forward, volatility, reason, used, smile, shape, np.nan, flags)


def _forward(
    chain: ChainQuotes, prices: Prices, years: float, carry: float, assumptions: Assumptions
) -> Forward | None:
    call = chain.quotes["is_call"]
    strikes, at_call, at_put = np.intersect1d(
        chain.quotes["strike"][call], chain.quotes["strike"][~call], assume_unique=True, return_indices=True
    )
    doubts = np.hypot(prices.doubt[call][at_call], prices.doubt[~call][at_put])
    parity = fit_parity(
        strike=strikes,
        call=prices.price[call][at_call],
        put=prices.price[~call][at_put],
        spread=doubts,
        years=years,
        rate=assumptions.rate,
        rate_error=assumptions.rate_error,
    )
    return forward_of(
        future=chain.future if chain.future_is_fresh else None,
        parity=parity,
        spot=chain.spot if np.isfinite(chain.spot) else None,
        years=years,
        rate=assumptions.rate,
        carry=carry,
        rate_error=assumptions.rate_error,
    )


def _volatilities(chain: ChainQuotes, prices: Prices, forward: Forward, years: float) -> tuple[FloatArray, TextArray]:
    volatility, reason = np.full(len(prices.price), np.nan), prices.reason.copy()
    priced = reason == ""
    implied = implied_volatility(
        chain.quotes["is_call"][priced],
        price=prices.price[priced],
        futures=forward.value,
        strike=chain.quotes["strike"][priced],
        expiry=years,
        rate=forward.rate(years),
    )
    volatility[priced] = implied.volatility
    reason[priced] = [text(code) if code else "" for code in implied.reason]
    return volatility, reason


def _smile(
    chain: ChainQuotes, prices: Prices, forward: Forward, volatility: FloatArray, years: float
) -> tuple[BoolArray, Smile | None]:
    """Return the quotes of the smile and the smile: calls from the forward up, puts below it."""
    moneyness = np.log(chain.quotes["strike"] / forward.value)
    used = np.isfinite(volatility) & (chain.quotes["is_call"] == (moneyness >= 0.0))
    deviation = volatility[used] * np.sqrt(years)
    # Vega up to a factor that all share: a price in doubt by 1 puts the volatility in doubt by 1 / vega.
    vega = np.exp(-0.5 * (moneyness[used] / deviation - 0.5 * deviation) ** 2)
    weight = np.maximum((vega / prices.doubt[used]) ** 2, np.finfo(np.float64).tiny)
    smile = fit_smile(log_moneyness=moneyness[used], volatility=volatility[used], weight=weight, years=years)
    return used, smile


def _with_slopes(chains: list[ValuedChain]) -> list[ValuedChain]:
    live = [at for at, chain in enumerate(chains) if chain.shape is not None]
    levels = [shape.atm for chain in chains if (shape := chain.shape) is not None]
    slopes = term_slopes(years=[chains[at].years for at in live], atm=levels)
    for at, slope in zip(live, slopes.tolist(), strict=True):
        chains[at] = replace(chains[at], term_slope=slope)
    return chains


def _with_calendar(chains: list[ValuedChain]) -> list[ValuedChain]:
    fitted = [(at, chain.smile) for at, chain in enumerate(chains) if chain.smile is not None]
    for (_, earlier), (at, later) in pairwise(fitted):
        if has_calendar_arbitrage(earlier, later):
            chains[at] = replace(chains[at], flags=(*chains[at].flags, "calendar_arbitrage"))
    return chains
