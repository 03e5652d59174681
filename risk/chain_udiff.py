"""Reads the rows of a UDiFF F&O bhavcopy, as published with 34 columns or a subset of them, into chains.

What the file's figures are: TtlTradgVol counts contracts and OpnIntrst shares, which become contracts here.  ClsPric
of a row that did not trade is an earlier day's.  SttlmPric of an option is the underlying's settlement value on the
expiry day and theoretical on untraded rows, so it is kept but never priced.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from risk.chain_rows import KEY, ChainFileError, close_of, date_of, groups, in_order
from risk.quant.calendar import Exchange
from risk.quant.option_quotes import QUOTE, ChainQuotes

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
TextArray = NDArray[np.str_]

NUMBERS: Final = (
    "StrkPric", "ClsPric", "UndrlygPric", "SttlmPric", "OpnIntrst", "TtlTradgVol", "TtlNbOfTxsExctd", "NewBrdLotQty",
)  # fmt: skip
DATES: Final = ("TradDt", "XpryDt")
TEXTS: Final = ("FinInstrmTp", "TckrSymb", "OptnTp")
REQUIRED: Final = (*DATES, *TEXTS, *NUMBERS)
OPTIONS: Final = ("IDO", "STO")
FUTURES: Final = ("IDF", "STF")
EXCHANGES: Final = ("NSE", "BSE")
NUMBER: Final = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"


@dataclass(frozen=True)
class _Rows:
    """The table's columns as arrays: NaN and day 0 where a cell could not be read, empty text where it is absent."""

    numbers: dict[str, FloatArray]
    days: dict[str, NDArray[np.int64]]
    texts: dict[str, TextArray]

    def keys(self) -> NDArray[np.void]:
        keys = np.zeros(len(self.texts["TckrSymb"]), dtype=KEY)
        keys["exchange"], keys["symbol"] = self.texts["Src"], self.texts["TckrSymb"]
        keys["day"], keys["expiry"] = self.days["TradDt"], self.days["XpryDt"]
        return keys


def chains_of_table(
    table: pa.Table, *, name: str, exchange: Exchange, refused: Counter[str]
) -> tuple[list[ChainQuotes], int]:
    """Return the table's chains and its number of rows; refused rows are added to `refused` by reason.

    `exchange` stands where the file has no column Src.  Raises ChainFileError for missing columns.
    """
    missing = [column for column in REQUIRED if column not in table.column_names]
    if missing:
        raise ChainFileError(
            f"{name} lacks the columns {', '.join(missing)} of a UDiFF F&O bhavcopy; it has "
            f"{', '.join(table.column_names) or 'none'}"
        )
    rows = _rows(table, exchange)
    reasons = _reasons(rows)
    refused.update(reasons[reasons != ""].tolist())
    fine = reasons == ""
    is_option, keys = np.isin(rows.texts["FinInstrmTp"], OPTIONS), rows.keys()
    futures = _futures(rows, keys, np.flatnonzero(fine & ~is_option))
    chains = []
    for key, found in groups(keys[fine & is_option]):
        positions = np.flatnonzero(fine & is_option)[found]
        quotes, repeated = in_order(_quotes(rows, positions))
        if repeated:
            refused["repeated_contract"] += repeated
        chains.append(_chain(key, quotes, rows.numbers["UndrlygPric"][positions], futures.get(tuple(key.item()))))
    return chains, table.num_rows


def _rows(table: pa.Table, exchange: Exchange) -> _Rows:
    texts = {column: _text(table[column]) for column in TEXTS}
    sources = _text(table["Src"]) if "Src" in table.column_names else np.full(table.num_rows, exchange)
    return _Rows(
        {column: _numbers(table[column]) for column in NUMBERS},
        {column: _days(table[column]) for column in DATES},
        {**texts, "Src": sources},
    )


def _text(column: pa.ChunkedArray) -> TextArray:
    filled = pc.utf8_trim_whitespace(pc.fill_null(pc.cast(column, pa.string()), ""))
    return np.asarray(filled.to_numpy(), dtype=np.str_)


def _numbers(column: pa.ChunkedArray) -> FloatArray:
    if not pa.types.is_integer(column.type) and not pa.types.is_floating(column.type):
        text = pc.cast(column, pa.string())
        column = pc.utf8_trim_whitespace(pc.if_else(pc.match_substring_regex(text, NUMBER), text, None))
    values: FloatArray = pc.fill_null(pc.cast(column, pa.float64()), float("nan")).to_numpy()
    return values


def _days(column: pa.ChunkedArray) -> NDArray[np.int64]:
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = pc.strptime(pc.utf8_trim_whitespace(column), format="%Y-%m-%d", unit="s", error_is_null=True)
    days = pc.cast(pc.cast(column, pa.date32(), safe=False), pa.int32())
    values: NDArray[np.int64] = pc.fill_null(days, 0).to_numpy().astype(np.int64)
    return values


def _reasons(rows: _Rows) -> TextArray:
    """Return why a row cannot be used, empty where it can; the first reason that holds counts."""
    kind, number = rows.texts["FinInstrmTp"], rows.numbers
    is_option = np.isin(kind, OPTIONS)
    quantities = np.stack([number[name] for name in ("OpnIntrst", "TtlTradgVol", "TtlNbOfTxsExctd")])
    with np.errstate(invalid="ignore"):
        checks = {
            "not_a_future_or_option": ~np.isin(kind, (*OPTIONS, *FUTURES)),
            "unknown_exchange": ~np.isin(rows.texts["Src"], EXCHANGES),
            "no_symbol": rows.texts["TckrSymb"] == "",
            "bad_date": (rows.days["TradDt"] <= 0) | (rows.days["XpryDt"] <= 0),
            "expired_before_the_trading_day": rows.days["XpryDt"] < rows.days["TradDt"],
            "bad_option_type": is_option & ~np.isin(rows.texts["OptnTp"], ("CE", "PE")),
            "bad_strike": is_option & ~((number["StrkPric"] > 0) & np.isfinite(number["StrkPric"])),
            "bad_price": ~((number["ClsPric"] >= 0) & np.isfinite(number["ClsPric"])),
            "bad_quantity": ~((quantities >= 0) & np.isfinite(quantities)).all(axis=0),
            "bad_lot_size": ~((number["NewBrdLotQty"] > 0) & np.isfinite(number["NewBrdLotQty"])),
        }
    return np.select(list(checks.values()), list(checks), default="")


def _futures(
    rows: _Rows, keys: NDArray[np.void], positions: NDArray[np.int64]
) -> dict[tuple[object, ...], tuple[float, bool]]:
    """Return price and whether it traded of each expiry's future."""
    price, volume = rows.numbers["ClsPric"], rows.numbers["TtlTradgVol"]
    return {tuple(keys[at].item()): (float(price[at]), bool(volume[at] > 0 and price[at] > 0)) for at in positions}


def _quotes(rows: _Rows, positions: NDArray[np.int64]) -> NDArray[np.void]:
    quotes = np.zeros(len(positions), dtype=QUOTE)
    number = {name: values[positions] for name, values in rows.numbers.items()}
    quotes["strike"], quotes["is_call"] = number["StrkPric"], rows.texts["OptnTp"][positions] == "CE"
    quotes["lot_size"], quotes["open_interest"] = number["NewBrdLotQty"], number["OpnIntrst"] / number["NewBrdLotQty"]
    quotes["volume"], quotes["trades"] = number["TtlTradgVol"], number["TtlNbOfTxsExctd"]
    quotes["close"], quotes["settlement"] = number["ClsPric"], number["SttlmPric"]
    quotes["bid"] = quotes["ask"] = quotes["published"] = np.nan
    return quotes


def _chain(key: np.void, quotes: NDArray[np.void], spots: FloatArray, future: tuple[float, bool] | None) -> ChainQuotes:
    exchange: Exchange = "BSE" if key["exchange"] == "BSE" else "NSE"
    known = spots[np.isfinite(spots) & (spots > 0)]
    price, is_fresh = future or (float("nan"), False)
    return ChainQuotes(
        exchange=exchange,
        symbol=str(key["symbol"]),
        trading_date=date_of(key["day"]),
        expiry=date_of(key["expiry"]),
        observed_us=close_of(date_of(key["day"]), exchange),
        spot=float(np.median(known)) if len(known) else float("nan"),
        future=price,
        future_is_fresh=is_fresh,
        has_book=False,
        quotes=quotes,
    )
