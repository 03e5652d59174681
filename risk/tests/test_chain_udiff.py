"""What the rows of a published bhavcopy say, and which are refused."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from risk.chain_files import ChainFile, read_chains
from risk.chain_rows import ChainFileError
from risk.tests.chain_factories import (
    DAY,
    EXPIRY,
    LATER,
    SPOT,
    Row,
    forward_to,
    future_row,
    option_row,
    write_csv,
)  # fmt: skip

CLOSE_OF_DAY = 1_767_693_600_000_000  # 2026-01-06 15:30 in India, 10:00 UTC


def read_rows(folder: Path, *rows: Row) -> ChainFile:
    return read_chains(write_csv(folder, rows))


def test_a_published_file_becomes_chains_by_expiry(tmp_path: Path) -> None:
    file = read_rows(
        tmp_path,
        option_row(26_100, "CE"),
        option_row(26_000, "CE"),
        option_row(26_000, "PE"),
        option_row(26_000, "PE", expiry=LATER),
        future_row(),
    )

    near, far = file.chains
    assert (file.rows, file.refused) == (5, {})
    assert (near.exchange, near.symbol, near.trading_date, near.expiry, far.expiry) == (
        "NSE", "NIFTY", DAY, EXPIRY, LATER,
    )  # fmt: skip
    assert list(zip(near.quotes["strike"].tolist(), near.quotes["is_call"].tolist(), strict=True)) == [
        (26_000.0, False),
        (26_000.0, True),
        (26_100.0, True),
    ]
    assert near.observed_us == CLOSE_OF_DAY
    assert near.spot == SPOT
    assert near.future == pytest.approx(forward_to(EXPIRY), abs=1e-4)
    assert near.future_is_fresh
    assert not near.has_book
    assert np.isnan(far.future)


def test_open_interest_in_shares_becomes_contracts_and_volume_stays(tmp_path: Path) -> None:
    quote = read_rows(
        tmp_path, option_row(26_000, "CE", OpnIntrst=17_975, NewBrdLotQty=25, TtlTradgVol=215)
    ).chains[0].quotes[0]  # fmt: skip

    # data README: OpnIntrst in shares, TtlTradgVol in contracts; 17,975 / 25 = 719
    assert (quote["open_interest"], quote["volume"], quote["lot_size"]) == (719.0, 215.0, 25.0)


def test_a_settlement_price_is_kept_beside_the_close(tmp_path: Path) -> None:
    quote = read_rows(tmp_path, option_row(26_000, "CE", ClsPric=3.5, SttlmPric=SPOT)).chains[0].quotes[0]

    assert (quote["close"], quote["settlement"]) == (3.5, SPOT)


def test_a_future_that_did_not_trade_is_not_fresh(tmp_path: Path) -> None:
    chain = read_rows(tmp_path, option_row(26_000, "CE"), future_row(TtlTradgVol=0)).chains[0]

    assert chain.future > 0
    assert not chain.future_is_fresh


def test_a_later_exchange_is_read_from_the_file(tmp_path: Path) -> None:
    file = read_rows(tmp_path, option_row(80_000, "CE", Src="BSE", TckrSymb="SENSEX", ClsPric=500))

    assert file.chains[0].exchange == "BSE"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"FinInstrmTp": "STK"}, "not_a_future_or_option"),
        ({"Src": "XYZ"}, "unknown_exchange"),
        ({"TckrSymb": ""}, "no_symbol"),
        ({"TradDt": "06-Jan-2026"}, "bad_date"),
        ({"XpryDt": ""}, "bad_date"),
        ({"XpryDt": "2026-01-05"}, "expired_before_the_trading_day"),
        ({"OptnTp": "XX"}, "bad_option_type"),
        ({"StrkPric": "abc"}, "bad_strike"),
        ({"StrkPric": "0"}, "bad_strike"),
        ({"StrkPric": "nan"}, "bad_strike"),
        ({"ClsPric": ""}, "bad_price"),
        ({"ClsPric": "-1"}, "bad_price"),
        ({"ClsPric": "inf"}, "bad_price"),
        ({"OpnIntrst": "-5"}, "bad_quantity"),
        ({"TtlTradgVol": "many"}, "bad_quantity"),
        ({"TtlNbOfTxsExctd": ""}, "bad_quantity"),
        ({"NewBrdLotQty": "0"}, "bad_lot_size"),
        ({"NewBrdLotQty": "x"}, "bad_lot_size"),
    ],
)
def test_a_bad_row_is_counted_and_costs_no_other(tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    file = read_rows(tmp_path, option_row(26_000, "CE"), option_row(26_100, "CE", **changes))

    assert file.refused == {reason: 1}
    assert [len(chain.quotes) for chain in file.chains] == [1]


def test_a_row_of_another_length_is_counted(tmp_path: Path) -> None:
    path = write_csv(tmp_path, [option_row(26_000, "CE")])
    path.write_text(path.read_text() + "2026-01-06,2026-01-06,FO\n")

    assert read_chains(path).refused == {"wrong_number_of_columns": 1}


def test_a_contract_that_comes_twice_is_read_once(tmp_path: Path) -> None:
    file = read_rows(tmp_path, option_row(26_000, "CE", ClsPric=5), option_row(26_000, "CE", ClsPric=6))

    assert file.refused == {"repeated_contract": 1}
    assert file.chains[0].quotes["close"].tolist() == [5.0]


def test_a_cash_bhavcopy_of_the_same_format_holds_no_option(tmp_path: Path) -> None:
    with pytest.raises(ChainFileError, match=r"no readable option.*not_a_future_or_option': 1"):
        read_rows(tmp_path, option_row(26_000, "CE", FinInstrmTp="STK"))


@pytest.mark.parametrize("day", [date(2030, 1, 8), date(2026, 1, 10)])
def test_prices_of_a_day_without_a_known_close_are_refused(tmp_path: Path, day: date) -> None:
    with pytest.raises(ChainFileError, match=f"prices of {day} on NSE have no known closing time"):
        read_rows(tmp_path, option_row(26_000, "CE", ClsPric=5, TradDt=day, XpryDt=date(2030, 12, 31)))
