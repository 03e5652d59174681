"""What a reader of a chain's figures should know: doubts about its forward and arbitrage in its smile."""

from typing import Final

import numpy as np

from risk.quant.arbitrage import convexity_breaks, has_butterfly_arbitrage
from risk.quant.forward import Forward, Source
from risk.quant.option_quotes import ChainQuotes, Prices
from risk.quant.smile import Smile
from risk.quant.surface import SmileShape

OFF_PARITY: Final = 0.001  # of the forward
OFF_PARITY_ERRORS: Final = 4.0  # standard errors of parity's forward
LOOSE_FIT: Final = 0.05  # of the volatility at the money


def forward_flags(chain: ChainQuotes, forward: Forward) -> list[str]:
    """Return what a reader of the forward should know.

    `future_stale`: a future is listed and did not trade.  `future_off_parity`: it is more than 0.1 % and more than
    four standard errors away from what calls and puts say.  `forward_from_carry`: neither future nor parity.
    `discount_assumed`: no parity fit, so the discount is the assumed rate's.
    """
    allowed = max(OFF_PARITY * forward.value, OFF_PARITY_ERRORS * forward.gap_error)
    facts = {
        "future_stale": np.isfinite(chain.future) and not chain.future_is_fresh,
        "future_off_parity": abs(forward.parity_gap) > allowed,
        "forward_from_carry": forward.source is Source.CARRY,
        "discount_assumed": forward.strikes == 0,
    }
    return [flag for flag, holds in facts.items() if holds]


def smile_flags(chain: ChainQuotes, prices: Prices, smile: Smile | None, shape: SmileShape | None) -> list[str]:
    """Return what a reader of the smile should know.

    `too_few_quotes`: no smile at all.  `wings_short_of_25_delta`: the quotes end before.  `loose_fit`: the weighted
    error is over 5 % of the volatility at the money.  `butterfly_arbitrage`: the slice has a negative density.
    `quotes_not_convex`: the book itself sells a butterfly for less than nothing.
    """
    if smile is None or shape is None:
        return ["too_few_quotes"]
    facts = {
        "wings_short_of_25_delta": not np.isfinite(shape.skew_25),
        "loose_fit": smile.error > LOOSE_FIT * shape.atm,
        "butterfly_arbitrage": has_butterfly_arbitrage(smile),
        "quotes_not_convex": _not_convex(chain, prices),
    }
    return [flag for flag, holds in facts.items() if holds]


def _not_convex(chain: ChainQuotes, prices: Prices) -> bool:
    """Say whether a book's calls or puts break convexity in the strike, beyond the spreads.

    Each side for itself, as parity would add its own doubt.  Closes are not judged: they are not of one moment, and
    on recorded days nine chains in ten would be charged.
    """
    if not chain.has_book:
        return False
    for side in (chain.quotes["is_call"], ~chain.quotes["is_call"]):
        known = side & np.isfinite(prices.price)
        strike, price, slack = chain.quotes["strike"][known], prices.price[known], prices.slack[known]
        if convexity_breaks(strike=strike, price=price, doubt=slack).any():
            return True
    return False
