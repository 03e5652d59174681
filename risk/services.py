"""Which instruments there are, under which names and in which partition."""

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from risk.models import Instrument, SymbolAlias
from risk.quant.calendar import ExchangeClock
from risk.quant.expiry_days import expiry_sessions
from risk.quant.universe import Universe

ASSET_CLASS = {Instrument.Kind.INDEX: 0, Instrument.Kind.SHARE: 1}
MARKET_INDEX = "NIFTY"  # that others are compared with


def universe_of(instruments: Collection[int]) -> Universe:
    """Return the universe of these instruments and copies, as the fold wants it: ascending ids and classes."""
    found = Instrument.with_copies.filter(pk__in=instruments).select_related("copy_of").order_by("id")
    rows = [(row.pk, (row.copy_of or row).kind, (row.copy_of or row).symbol, row.copy_of_id) for row in found]
    symbols = [symbol for _, _, symbol, _ in rows]
    return Universe(
        instruments=np.array([pk for pk, *_ in rows], dtype=np.int64),
        asset_class=np.array([ASSET_CLASS[Instrument.Kind(kind)] for _, kind, *_ in rows], dtype=np.int8),
        market=symbols.index(MARKET_INDEX) if MARKET_INDEX in symbols else None,
        expiries=tuple(expiry_sessions(symbol, clock=exchange_clock()) for symbol in symbols),
        copies=frozenset(pk for pk, _, _, original in rows if original is not None),
    )


def whole_universe() -> Universe:
    """Return the universe of all active instruments, whatever their partition."""
    return universe_of(list(Instrument.objects.filter(is_active=True).values_list("pk", flat=True)))


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
    """Return an instrument's symbol, or that of a copy; it never changes once records carry the id."""
    return str(Instrument.with_copies.values_list("symbol", flat=True).get(pk=instrument_id))


class Listed(NamedTuple):
    """Under which symbol an instrument is listed, and where."""

    symbol: str
    exchange: str


def listing_of(instruments: tuple[int, ...]) -> list[Listed]:
    """Return the symbol and exchange of each instrument or copy."""
    found = Instrument.with_copies.filter(pk__in=instruments).values_list("pk", "symbol", "exchange")
    known = {pk: Listed(symbol, exchange) for pk, symbol, exchange in found}
    return [known[pk] for pk in instruments]
