"""Which instruments there are, under which names and in which partition."""

from functools import lru_cache

import numpy as np

from risk.models import Instrument, SymbolAlias
from risk.quant.calendar import ExchangeClock
from risk.quant.expiry_days import expiry_sessions
from risk.quant.universe import Universe

ASSET_CLASS = {Instrument.Kind.INDEX: 0, Instrument.Kind.SHARE: 1}
MARKET_INDEX = "NIFTY"  # that others are compared with


def universe_of(partition: int) -> Universe:
    """Return the instruments of a partition, as the fold wants them: ascending ids and classes."""
    active = Instrument.objects.filter(is_active=True, partition=partition).order_by("id")
    rows = list(active.values_list("id", "kind", "symbol"))
    symbols = [symbol for *_, symbol in rows]
    return Universe(
        instruments=np.array([pk for pk, *_ in rows], dtype=np.int64),
        asset_class=np.array([ASSET_CLASS[Instrument.Kind(kind)] for _, kind, _ in rows], dtype=np.int8),
        market=symbols.index(MARKET_INDEX) if MARKET_INDEX in symbols else None,
        expiries=tuple(expiry_sessions(symbol, clock=exchange_clock()) for symbol in symbols),
    )


def partitions() -> list[int]:
    """Return the partitions that have active instruments, ascending."""
    active = Instrument.objects.filter(is_active=True).values_list("partition", flat=True)
    # Without an order of its own the model's would come in, and every instrument count as a partition.
    return list(active.order_by("partition").distinct())


def instrument_directory() -> dict[str, Instrument]:
    """Return every active instrument under its symbol and under each of its aliases."""
    directory = {instrument.symbol: instrument for instrument in Instrument.objects.filter(is_active=True)}
    for alias in SymbolAlias.objects.select_related("instrument").filter(instrument__is_active=True):
        directory[alias.alias] = alias.instrument
    return directory


def delisted_symbols() -> frozenset[str]:
    """Return the symbols and aliases of the instruments that are no longer active."""
    symbols = Instrument.objects.filter(is_active=False).values_list("symbol", flat=True)
    aliases = SymbolAlias.objects.filter(instrument__is_active=False).values_list("alias", flat=True)
    return frozenset((*symbols, *aliases))


@lru_cache(maxsize=1)
def exchange_clock() -> ExchangeClock:
    """Return the clock whose holidays move expiries."""
    return ExchangeClock()


@lru_cache(maxsize=4096)
def symbol_of(instrument_id: int) -> str:
    """Return an instrument's symbol; it never changes once records carry the id."""
    return str(Instrument.objects.values_list("symbol", flat=True).get(pk=instrument_id))
