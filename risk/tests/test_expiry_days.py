from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from risk.quant.calendar import ExchangeClock
from risk.quant.expiry_days import expiry_sessions


def days(symbol: str, *, month: int) -> list[int]:
    return sorted(key % 100 for key in expiry_sessions(symbol, clock=ExchangeClock()) if key // 100 == month)


def test_nifty_expired_on_thursdays_and_a_holiday_moved_one_to_wednesday() -> None:
    # April 2024: Thursday the 11th was a holiday (Eid).
    assert days("NIFTY", month=202404) == [4, 10, 18, 25]


def test_banknifty_expired_on_wednesdays_and_the_last_of_january_2024_on_thursday() -> None:
    assert days("BANKNIFTY", month=202401) == [3, 10, 17, 25, 31]


def test_shares_expire_once_a_month() -> None:
    assert days("SBIN", month=202304) == [27]
    assert days("RELIANCE", month=202601) == [27]


def test_the_tuesdays_of_2026_move_before_holidays() -> None:
    # Exchange circulars: NIFTY 3 March to 2 March, 31 March to 30 March; 24 November (monthly) to 23 November.
    assert {2, 30} <= set(days("NIFTY", month=202603))
    assert days("NIFTY", month=202611)[-1] == 23


@pytest.mark.recorded
@pytest.mark.parametrize("symbol", ["NIFTY", "BANKNIFTY", "RELIANCE", "HDFCBANK", "TCS", "SBIN"])
def test_every_recorded_near_expiry_is_an_expiry_session(shared_data: Path, symbol: str) -> None:
    table = pq.read_table(
        shared_data / "options" / "nse_fo_eod_2025-01_2026-01.parquet", columns=["TckrSymb", "TradDt", "XpryDt"]
    )
    own = table.filter(pc.equal(table["TckrSymb"], symbol))
    expiry = np.asarray(own["XpryDt"].to_numpy(), dtype="datetime64[D]")
    traded = np.asarray(own["TradDt"].to_numpy(), dtype="datetime64[D]")
    # On 1 January 2025 the file still shows BANKNIFTY's old day, the 29th; from the 2nd on it is the 30th.
    listed = (expiry - traded <= np.timedelta64(45, "D")) & (traded > np.datetime64("2025-01-01"))
    near = np.unique(expiry[listed])
    keys = {int(str(day).replace("-", "")) for day in near}

    assert keys
    assert keys <= expiry_sessions(symbol, clock=ExchangeClock())
