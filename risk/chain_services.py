"""The only writer of option chains: summaries of expiries and their quotes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import numpy as np
from django.db import transaction

from audit import services as audit
from risk.models import ChainSummary, Instrument, OptionQuote
from risk.quant.chain_valuation import ValuedChain
from risk.services import instrument_directory
from risk.storage import insert_rows, known, moment

QUOTE_COLUMNS: Final = (
    "strike", "option_type", "lot_size", "open_interest", "volume", "close", "settlement", "bid", "ask",
    "published_volatility", "implied_volatility", "reason",
)  # fmt: skip

Key = tuple[str, str, date, date]
Facts = dict[str, Any]
QuoteRow = tuple[Any, ...]


@dataclass(frozen=True)
class Stored:
    """How many chains were written, were there already, or gave way to a later observation of the same day."""

    written: int
    unchanged: int
    older: int


@transaction.atomic
def store_chains(chains: Sequence[ValuedChain], *, source_file: str) -> Stored:
    """Store chains with their quotes, and say so in the audit log if that changed anything.

    A chain is one exchange, underlying, day and expiry.  An earlier observation of it is replaced, a later one stays,
    and one that says the same is left alone, so that importing a file twice changes nothing.
    """
    directory = instrument_directory()
    wanted = {_key(chain, directory): chain for chain in chains}
    there = _existing(wanted)
    older = {key for key, row in there.items() if row.observed_at > moment(wanted[key].chain.observed_us)}
    quotes_there = _quotes_of([row.pk for key, row in there.items() if key not in older])
    changed: list[tuple[Key, Facts, list[QuoteRow]]] = []
    for key in wanted.keys() - older:
        facts, quotes = _facts(wanted[key], directory.get(key[1]), source_file), _quote_rows(wanted[key])
        if key not in there or not _same(there[key], facts) or quotes_there.get(there[key].pk, []) != quotes:
            changed.append((key, facts, quotes))
    _write(changed, there)
    if changed:
        detail = {"file": source_file, "chains": len(changed), "quotes": sum(len(quotes) for *_, quotes in changed)}
        audit.record(action="option_chains_imported", object_type="option_chains", detail=detail)
    return Stored(written=len(changed), unchanged=len(wanted) - len(changed) - len(older), older=len(older))


def _key(chain: ValuedChain, directory: Mapping[str, Instrument]) -> Key:
    instrument = directory.get(chain.chain.symbol)
    symbol = instrument.symbol if instrument else chain.chain.symbol
    return chain.chain.exchange, symbol, chain.chain.trading_date, chain.chain.expiry


def _existing(wanted: Mapping[Key, ValuedChain]) -> dict[Key, ChainSummary]:
    rows = ChainSummary.objects.filter(
        symbol__in={symbol for _, symbol, _, _ in wanted}, trading_date__in={day for _, _, day, _ in wanted}
    )
    keyed = {(row.exchange, row.symbol, row.trading_date, row.expiry): row for row in rows}
    return {key: row for key, row in keyed.items() if key in wanted}


def _quotes_of(chains: Sequence[int]) -> dict[int, list[QuoteRow]]:
    found: dict[int, list[QuoteRow]] = {}
    rows = OptionQuote.objects.filter(chain_id__in=chains).order_by("chain_id", "strike", "-option_type")
    for chain, *quote in rows.values_list("chain_id", *QUOTE_COLUMNS).iterator():
        found.setdefault(chain, []).append(tuple(quote))
    return found


def _same(row: ChainSummary, facts: Facts) -> bool:
    # Another file that says the same is no news.
    return all(getattr(row, name) == value for name, value in facts.items() if name != "source_file")


def _write(changed: Sequence[tuple[Key, Facts, list[QuoteRow]]], there: Mapping[Key, ChainSummary]) -> None:
    OptionQuote.objects.filter(chain_id__in=[there[key].pk for key, *_ in changed if key in there]).delete()
    rows: list[QuoteRow] = []
    for key, facts, quotes in changed:
        if key in there:
            pk = there[key].pk
            ChainSummary.objects.filter(pk=pk).update(**facts)
        else:
            exchange, symbol, day, expiry = key
            identity = {"exchange": exchange, "symbol": symbol, "trading_date": day, "expiry": expiry}
            pk = ChainSummary.objects.create(**identity, **facts).pk
        rows += [(pk, *quote) for quote in quotes]
    insert_rows(OptionQuote, ("chain_id", *QUOTE_COLUMNS), rows)


def _facts(valued: ValuedChain, instrument: Instrument | None, source_file: str) -> Facts:
    forward, shape, smile = valued.forward, valued.shape, valued.smile
    return {
        "instrument_id": instrument.pk if instrument else None,
        "expires_at": moment(valued.expires_us) if valued.expires_us is not None else None,
        "years": known(valued.years),
        "underlying_price": _money(valued.chain.spot),
        "forward": _money(forward.value) if forward else None,
        "forward_source": forward.source.value if forward else "",
        "forward_error": known(forward.standard_error) if forward else None,
        "discount": forward.discount if forward else None,
        "discount_error": forward.discount_error if forward else None,
        "parity_strikes": forward.strikes if forward else 0,
        "atm_volatility": known(shape.atm) if shape else None,
        "skew_25": known(shape.skew_25) if shape else None,
        "butterfly_25": known(shape.butterfly_25) if shape else None,
        "term_slope": known(valued.term_slope),
        "fit_error": smile.error if smile else None,
        "quotes_used": smile.quotes if smile else 0,
        "refused": valued.refused,
        "flags": list(valued.flags),
        "source_file": source_file,
        "observed_at": moment(valued.chain.observed_us),
    }


def _quote_rows(valued: ValuedChain) -> list[QuoteRow]:
    return [
        (
            Decimal(f"{quote['strike']:.2f}"),
            (OptionQuote.Type.CALL if quote["is_call"] else OptionQuote.Type.PUT).value,
            _count(quote["lot_size"]),
            known(quote["open_interest"]),
            _count(quote["volume"]),
            *(_money(quote[name]) for name in ("close", "settlement", "bid", "ask")),
            known(quote["published"]),
            known(volatility),
            str(reason),
        )
        for quote, volatility, reason in zip(valued.chain.quotes, valued.volatility, valued.reason, strict=True)
    ]


def _count(value: float) -> int | None:
    return int(value) if np.isfinite(value) else None


def _money(value: float) -> Decimal | None:
    return Decimal(f"{value:.4f}") if np.isfinite(value) else None
