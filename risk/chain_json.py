"""Reads the option chain as NSE's website sends it (JSON) into chains.

Open interest and volume count contracts, and no lot size is given.  `impliedVolatility` is in per cent by the
exchange's own convention, 0 where it was not computed.  Clock times are Indian.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np

from risk.chain_rows import KEY, ChainFileError, groups, in_order
from risk.quant.calendar import Exchange
from risk.quant.expiry import indian_instant
from risk.quant.option_quotes import QUOTE, ChainQuotes

FIELDS: Final = (
    ("open_interest", "openInterest"), ("volume", "totalTradedVolume"), ("close", "lastPrice"),
    ("bid", "bidprice"), ("ask", "askPrice"), ("published", "impliedVolatility"),
)  # fmt: skip
EXPECTED: Final = "NSE option-chain JSON has records.timestamp and rows in records.data"


@dataclass(frozen=True)
class _Contract:
    """One side of one row: whose chain it belongs to, its quote in the order of QUOTE, and the underlying's price."""

    symbol: str
    expiry: date
    quote: tuple[float | bool, ...]
    spot: float


def chains_of_document(document: object, *, exchange: Exchange, refused: Counter[str]) -> tuple[list[ChainQuotes], int]:
    """Return the document's chains and its number of contracts; refused ones are added to `refused` by reason.

    Rows of `filtered` count as well, because a shortened document has its nearest expiry only there; a contract that
    is in both is read once.  Raises ChainFileError for a document of another shape.
    """
    observed = _observed(document)
    contracts, seen = [], set()
    rows = 0
    for side, entry in _entries(document):
        contract = _contract(side, entry)
        key = (entry.get("identifier"), side, entry.get("strikePrice"), entry.get("expiryDate"))
        if key in seen:
            continue
        seen.add(key)
        rows += 1
        reason = contract if isinstance(contract, str) else _problem(contract, observed)
        if isinstance(contract, str) or reason:
            refused[reason] += 1
        else:
            contracts.append(contract)
    return _chains(contracts, observed, exchange, refused), rows


def _observed(document: object) -> datetime:
    records = document.get("records") if isinstance(document, dict) else None
    if not isinstance(records, dict):
        came = ", ".join(map(str, document)) if isinstance(document, dict) else type(document).__name__
        raise ChainFileError(f"{EXPECTED}; this document has {came}")
    try:
        return datetime.strptime(str(records.get("timestamp")), "%d-%b-%Y %H:%M:%S")
    except ValueError as error:
        raise ChainFileError(f"{EXPECTED}; its timestamp is {records.get('timestamp')!r}") from error


def _entries(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in ("records", "filtered"):
        rows = (document.get(part) or {}).get("data") or []
        for row in rows if isinstance(rows, list) else []:
            for side in ("PE", "CE"):
                entry = row.get(side) if isinstance(row, dict) else None
                if isinstance(entry, dict):
                    yield side, entry


def _contract(side: str, entry: dict[str, Any]) -> _Contract | str:
    """Return one contract, or the reason why its entry cannot be read."""
    try:
        expiry = datetime.strptime(str(entry.get("expiryDate")), "%d-%b-%Y").date()
    except ValueError:
        return "bad_date"
    try:
        value = {name: float(entry[key]) for name, key in FIELDS}
        strike, spot = float(entry["strikePrice"]), float(entry.get("underlyingValue") or "nan")
    except (KeyError, TypeError, ValueError):
        return "bad_number"
    value["published"] = value["published"] / 100 if value["published"] > 0 else float("nan")
    missing = float("nan")
    quote = (
        strike, side == "CE", missing, value["open_interest"], value["volume"], missing, value["close"], missing,
        value["bid"], value["ask"], value["published"],
    )  # fmt: skip
    return _Contract(str(entry.get("underlying") or "").strip(), expiry, quote, spot)


def _problem(contract: _Contract, observed: datetime) -> str:
    strike, _, _, interest, volume, _, close, *_ = contract.quote
    if not contract.symbol:
        return "no_symbol"
    if contract.expiry < observed.date():
        return "expired_before_the_trading_day"
    if not 0 < strike < float("inf"):
        return "bad_strike"
    if not 0 <= close < float("inf"):
        return "bad_price"
    return "" if 0 <= interest < float("inf") and 0 <= volume < float("inf") else "bad_quantity"


def _chains(
    contracts: list[_Contract], observed: datetime, exchange: Exchange, refused: Counter[str]
) -> list[ChainQuotes]:
    day = (observed.date() - date(1970, 1, 1)).days
    keys = np.array([(exchange, one.symbol, day, (one.expiry - date(1970, 1, 1)).days) for one in contracts], dtype=KEY)
    chains = []
    for _, positions in groups(keys):
        members = [contracts[at] for at in positions]
        quotes, repeated = in_order(np.array([one.quote for one in members], dtype=QUOTE))
        if repeated:
            refused["repeated_contract"] += repeated
        spots = np.array([one.spot for one in members if one.spot > 0])
        chains.append(
            ChainQuotes(
                exchange=exchange,
                symbol=members[0].symbol,
                trading_date=observed.date(),
                expiry=members[0].expiry,
                observed_us=indian_instant(observed),
                spot=float(np.median(spots)) if len(spots) else float("nan"),
                future=float("nan"),
                future_is_fresh=False,
                has_book=True,
                quotes=quotes,
            )
        )
    return chains
