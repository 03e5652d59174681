"""What the newest stored option chain of a symbol says: an expiry's figures, and the Greeks of each contract."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, TypedDict

import numpy as np

from risk.chain_facts import NEAREST_YEARS, implied_facts
from risk.messages import stamp
from risk.models import ChainSummary, Instrument, OptionQuote
from risk.quant.greeks import Greeks, greeks_array
from risk.quant.terms import OptionType
from risk.storage import known

SIDES: Final[tuple[OptionType, ...]] = ("call", "put")
FIGURES: Final = (
    "years", "forward_error", "discount", "atm_volatility", "skew_25", "butterfly_25", "term_slope", "fit_error",
)  # fmt: skip


class GreeksShown(TypedDict):
    """Of long one option on one unit, from its own implied volatility; money in rupees."""

    price: float | None
    delta: float | None
    gamma: float | None
    vega_per_point: float | None
    theta_per_day: float | None
    rho: float | None


class QuoteShown(TypedDict):
    """One contract; `reason` says why there is no implied volatility, and then there are no Greeks either."""

    strike: float
    option_type: str
    log_moneyness: float | None
    is_out_of_the_money: bool | None
    lot_size: int | None
    open_interest: float | None
    volume: int | None
    close: float | None
    settlement: float | None
    bid: float | None
    ask: float | None
    published_volatility: float | None
    implied_volatility: float | None
    reason: str | None
    greeks: GreeksShown | None


def newest_chains(instrument: Instrument) -> list[ChainSummary]:
    """Return the expiries of the newest stored day of an instrument, nearest first; none without stored chains."""
    own = ChainSummary.objects.filter(symbol=instrument.symbol, exchange=instrument.exchange)
    day = own.order_by("-trading_date").values_list("trading_date", flat=True).first()
    return [] if day is None else list(own.filter(trading_date=day).order_by("expiry"))


def chosen_chain(chains: Sequence[ChainSummary], expiry: date | None) -> ChainSummary | None:
    """Return the chain of the expiry, or without one that which the score reads; None where there is no such."""
    if expiry is not None:
        return next((chain for chain in chains if chain.expiry == expiry), None)
    usable = [chain for chain in chains if chain.atm_volatility is not None and (chain.years or 0.0) >= NEAREST_YEARS]
    return next(iter([*usable, *chains]), None)


def facts_shown(instrument: Instrument, day: date) -> dict[str, object] | None:
    """Return what the score reads of the chains of a day; None where they hold no volatility."""
    facts = implied_facts([instrument.symbol], day, exchange=instrument.exchange).get(instrument.symbol)
    if facts is None:
        return None
    names = ("atm_volatility", "years", "term_slope", "skew_25", "quotes", "rank", "rank_days")
    return {"trading_date": facts.trading_date.isoformat(), **{name: getattr(facts, name) for name in names}}


def chain_shown(chain: ChainSummary) -> dict[str, object]:
    """Return the chain with its quotes by strike, calls before puts."""
    quotes = list(OptionQuote.objects.filter(chain=chain).order_by("strike", "option_type"))
    return {
        **head_shown(chain),
        "exchange": chain.exchange,
        "trading_date": chain.trading_date.isoformat(),
        "observed_at": stamp(chain.observed_at),
        "expires_at": chain.expires_at and stamp(chain.expires_at),
        "underlying_price": _number(chain.underlying_price),
        "forward": _number(chain.forward),
        "forward_source": chain.forward_source or None,
        **{name: getattr(chain, name) for name in FIGURES},
        "refused": chain.refused,
        "flags": chain.flags,
        "source_file": chain.source_file,
        "quotes": _quotes_shown(chain, quotes),
    }


def head_shown(chain: ChainSummary) -> dict[str, object]:
    """Return what a list of expiries says of one."""
    return {
        "expiry": chain.expiry.isoformat(),
        "years": chain.years,
        "atm_volatility": chain.atm_volatility,
        "quotes_used": chain.quotes_used,
    }


def _quotes_shown(chain: ChainSummary, quotes: Sequence[OptionQuote]) -> list[QuoteShown]:
    found = dict[int, GreeksShown]()
    for side in SIDES:
        own = [quote for quote in quotes if quote.option_type == side and quote.implied_volatility is not None]
        found.update(_greeks_shown(side, chain, own))
    return [_quote_shown(chain, quote, found.get(quote.pk)) for quote in quotes]


def _greeks_shown(side: OptionType, chain: ChainSummary, quotes: Sequence[OptionQuote]) -> dict[int, GreeksShown]:
    """Return the Greeks by quote; none where the chain has no forward, discount or time."""
    if not quotes or chain.forward is None or chain.discount is None or not chain.years:
        return {}
    greeks = greeks_array(
        side,
        futures=float(chain.forward),
        strike=[float(quote.strike) for quote in quotes],
        volatility=[quote.implied_volatility or np.nan for quote in quotes],
        expiry=chain.years,
        rate=-np.log(chain.discount) / chain.years,
    )
    return {quote.pk: _row(greeks, place) for place, quote in enumerate(quotes)}


def _row(greeks: Greeks, place: int) -> GreeksShown:
    return GreeksShown(
        price=known(greeks.price[place]),
        delta=known(greeks.delta[place]),
        gamma=known(greeks.gamma[place]),
        vega_per_point=known(greeks.vega_per_point[place]),
        theta_per_day=known(greeks.theta_per_calendar_day[place]),
        rho=known(greeks.rho[place]),
    )


def _quote_shown(chain: ChainSummary, quote: OptionQuote, greeks: GreeksShown | None) -> QuoteShown:
    moneyness = None if chain.forward is None else float(np.log(float(quote.strike) / float(chain.forward)))
    is_call = quote.option_type == OptionQuote.Type.CALL
    return QuoteShown(
        strike=float(quote.strike),
        option_type=quote.option_type,
        log_moneyness=moneyness,
        is_out_of_the_money=None if moneyness is None else is_call == (moneyness >= 0.0),
        lot_size=quote.lot_size,
        open_interest=quote.open_interest,
        volume=quote.volume,
        close=_number(quote.close),
        settlement=_number(quote.settlement),
        bid=_number(quote.bid),
        ask=_number(quote.ask),
        published_volatility=quote.published_volatility,
        implied_volatility=quote.implied_volatility,
        reason=quote.reason or None,
        greeks=greeks,
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
