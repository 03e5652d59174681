"""Made files of option chains: a market that obeys Black-76 on a known smile, in the exchange's own columns."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np

from audit.models import AuditEntry
from risk.models import ChainSummary, OptionQuote
from risk.quant.black76 import price
from risk.quant.option_quotes import QUOTE, ChainQuotes
from risk.quant.smile import Smile
from risk.quant.terms import OptionType

COLUMNS = [
    "TradDt", "BizDt", "Sgmt", "Src", "FinInstrmTp", "FinInstrmId", "ISIN",
    "TckrSymb", "SctySrs", "XpryDt", "FininstrmActlXpryDt", "StrkPric", "OptnTp", "FinInstrmNm",
    "OpnPric", "HghPric", "LwPric", "ClsPric", "LastPric", "PrvsClsgPric", "UndrlygPric",
    "SttlmPric", "OpnIntrst", "ChngInOpnIntrst", "TtlTradgVol", "TtlTrfVal", "TtlNbOfTxsExctd", "SsnId",
    "NewBrdLotQty", "Rmks", "Rsvd1", "Rsvd2", "Rsvd3", "Rsvd4",
]  # fmt: skip
DAY, EXPIRY, LATER = date(2026, 1, 6), date(2026, 1, 27), date(2026, 2, 24)
SPOT, CARRY, RATE = 26_178.7, 0.07, 0.065
STRIKES = np.arange(24_000.0, 28_501.0, 100.0)

Row = dict[str, object]


def smile_of(expiry: date, day: date = DAY) -> Smile:
    """The smile that a made chain is priced with; it has no arbitrage."""
    years = (expiry - day).days / 365
    return Smile(years, 0.0132 * years, 0.12 * years**0.5, -0.35, 0.01, 0.10, -1.0, 1.0, 31, 0.0)


def forward_to(expiry: date, day: date = DAY) -> float:
    return SPOT * exp(CARRY * (expiry - day).days / 365)


def option_price(strike: float, *, is_call: bool, expiry: date, day: date = DAY) -> float:
    years, forward = (expiry - day).days / 365, forward_to(expiry, day)
    volatility = smile_of(expiry, day).volatility(log(strike / forward))
    side: OptionType = "call" if is_call else "put"
    return float(price(side, futures=forward, strike=strike, volatility=volatility, expiry=years, rate=RATE))


def option_row(strike: float, kind: str, *, expiry: date = EXPIRY, day: date = DAY, **changes: Any) -> Row:
    worth = option_price(strike, is_call=kind == "CE", expiry=expiry, day=day) if expiry > day else 10.0
    row: Row = {
        "TradDt": day, "BizDt": day, "Sgmt": "FO", "Src": "NSE", "FinInstrmTp": "IDO", "FinInstrmId": 1,
        "TckrSymb": "NIFTY", "XpryDt": expiry, "FininstrmActlXpryDt": expiry, "StrkPric": f"{strike:.2f}",
        "OptnTp": kind, "ClsPric": f"{worth:.6f}", "UndrlygPric": SPOT, "SttlmPric": f"{worth:.2f}",
        "OpnIntrst": 6500, "ChngInOpnIntrst": 0, "TtlTradgVol": 500, "TtlTrfVal": 0, "TtlNbOfTxsExctd": 100,
        "SsnId": "F1", "NewBrdLotQty": 65,
    }  # fmt: skip
    return {**row, **changes}


def future_row(*, expiry: date = EXPIRY, day: date = DAY, **changes: Any) -> Row:
    row = option_row(26_000.0, "CE", expiry=expiry, day=day)
    worth = f"{forward_to(expiry, day):.4f}"
    return {**row, "FinInstrmTp": "IDF", "StrkPric": "", "OptnTp": "", "ClsPric": worth, "SttlmPric": worth, **changes}


def market_rows(*, expiries: Sequence[date] = (EXPIRY, LATER), day: date = DAY, **changes: Any) -> list[Row]:
    rows = [future_row(expiry=expiry, day=day, **changes) for expiry in expiries]
    for expiry in expiries:
        for strike in STRIKES.tolist():
            rows += [option_row(strike, kind, expiry=expiry, day=day, **changes) for kind in ("CE", "PE")]
    return rows


def csv_text(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write_csv(folder: Path, rows: Sequence[Row], name: str = "BhavCopy_NSE_FO_0_0_0_20260106_F_0000.csv") -> Path:
    path = folder / name
    path.write_text(csv_text(rows))
    return path


def chain(rows: Sequence[tuple[Any, ...]] = (), *, has_book: bool = False, **changes: Any) -> ChainQuotes:
    """A chain made by hand; each row in the order of QUOTE."""
    facts: dict[str, Any] = {
        "exchange": "NSE", "symbol": "NIFTY", "trading_date": DAY, "expiry": EXPIRY,
        "observed_us": 1_767_693_600_000_000,  # 2026-01-06 10:00 UTC, 15:30 in India
        "spot": SPOT, "future": float("nan"), "future_is_fresh": False, "has_book": has_book,
        "quotes": np.array(list(rows), dtype=QUOTE),
    }  # fmt: skip
    return ChainQuotes(**{**facts, **changes})


def json_document(
    *, strikes: Sequence[float] = tuple(STRIKES.tolist()), timestamp: str = "06-Jan-2026 15:30:00"
) -> Any:
    """The shape that the exchange's website sends, with the exchange's own way of quoting volatility left out (0)."""

    def entry(strike: float, is_call: bool) -> dict[str, object]:
        worth = option_price(strike, is_call=is_call, expiry=EXPIRY)
        return {
            "strikePrice": strike, "expiryDate": "27-Jan-2026", "underlying": "NIFTY",
            "identifier": f"OPTIDXNIFTY27-01-2026{'CE' if is_call else 'PE'}{strike:.2f}",
            "openInterest": 41.5, "totalTradedVolume": 10, "impliedVolatility": 0, "lastPrice": worth,
            "bidprice": worth - 0.05, "askPrice": worth + 0.05, "underlyingValue": SPOT,
        }  # fmt: skip

    rows = [
        {"strikePrice": strike, "expiryDate": "27-Jan-2026", "CE": entry(strike, True), "PE": entry(strike, False)}
        for strike in strikes
    ]
    return {"records": {"timestamp": timestamp, "data": rows}, "filtered": {"data": rows[:3]}}


def everything() -> tuple[list[Any], list[Any], int]:
    """Return all stored chains and quotes, and how many audit entries there are."""
    return (
        list(ChainSummary.objects.order_by("pk").values()),
        list(OptionQuote.objects.order_by("pk").values()),
        AuditEntry.objects.count(),
    )


def small_market(**changes: Any) -> list[Row]:
    """Return the rows of a market with one expiry."""
    return market_rows(expiries=[EXPIRY], **changes)
