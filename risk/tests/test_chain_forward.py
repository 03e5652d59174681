from pathlib import Path

import numpy as np
import pytest

from risk.chain_files import read_chains
from risk.chain_rows import clock_of
from risk.quant.chain_valuation import Assumptions, ValuedChain, value_chains
from risk.quant.forward import Source
from risk.quant.option_quotes import ChainQuotes
from risk.tests.chain_factories import (
    EXPIRY,
    LATER,
    RATE,
    SPOT,
    chain,
    forward_to,
    future_row,
    market_rows,
    option_row,
    write_csv,
)


def value(chains: list[ChainQuotes]) -> list[ValuedChain]:
    return value_chains(chains, clock=clock_of("NSE"), assumptions=Assumptions(rate=RATE))


def test_without_a_future_parity_gives_the_forward(tmp_path: Path) -> None:
    rows = [row for row in market_rows() if row["FinInstrmTp"] == "IDO"]

    near = value(read_chains(write_csv(tmp_path, rows)).chains)[0]

    assert near.forward is not None
    assert near.forward.source is Source.PARITY
    assert near.forward.value == pytest.approx(forward_to(EXPIRY), abs=0.01)
    assert near.forward.value != pytest.approx(SPOT, abs=50)


def test_a_stale_future_gives_way_to_parity_and_is_flagged(tmp_path: Path) -> None:
    rows = [row for row in market_rows() if row["FinInstrmTp"] == "IDO"]

    near = value(read_chains(write_csv(tmp_path, [*rows, future_row(TtlTradgVol=0, ClsPric=20_000)])).chains)[0]

    assert near.forward is not None
    assert near.forward.value == pytest.approx(forward_to(EXPIRY), abs=0.01)
    assert "future_stale" in near.flags


def test_a_future_far_from_parity_is_flagged(tmp_path: Path) -> None:
    rows = [row for row in market_rows(expiries=[EXPIRY]) if row["FinInstrmTp"] == "IDO"]
    moved = f"{forward_to(EXPIRY) * 1.002:.2f}"

    near = value(read_chains(write_csv(tmp_path, [*rows, future_row(ClsPric=moved)])).chains)[0]

    assert "future_off_parity" in near.flags


def test_the_last_resort_carries_the_spot_as_the_farthest_future_does(tmp_path: Path) -> None:
    rows = [*market_rows(expiries=[EXPIRY]), option_row(26_000, "CE", expiry=LATER)]

    far = value(read_chains(write_csv(tmp_path, rows)).chains)[1]

    assert far.forward is not None
    assert far.forward.source is Source.CARRY
    assert far.forward.value == pytest.approx(forward_to(LATER), rel=1e-6)
    assert far.flags == ("forward_from_carry", "discount_assumed", "too_few_quotes")
    assert far.shape is None


def test_nothing_known_of_the_underlying_leaves_no_forward() -> None:
    row = (26_000.0, True, 65.0, 1.0, 10.0, 5.0, 300.0, 300.0, np.nan, np.nan, np.nan)

    (valued,) = value([chain([row], spot=np.nan)])

    assert valued.forward is None
    assert valued.flags == ("no_forward",)
    assert valued.refused == {"no_forward": 1}
