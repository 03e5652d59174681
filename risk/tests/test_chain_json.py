import json
from pathlib import Path

import numpy as np
import pytest

from risk.chain_files import read_chains
from risk.chain_rows import ChainFileError
from risk.tests.chain_factories import (
    DAY,
    EXPIRY,
    SPOT,
    json_document,
)  # fmt: skip

CLOSE_OF_DAY = 1_767_693_600_000_000  # 2026-01-06 15:30 in India, 10:00 UTC


def write_json(folder: Path, document: object) -> Path:
    path = folder / "chain.json"
    path.write_text(json.dumps(document))
    return path


def test_a_chain_from_the_website_becomes_a_book(tmp_path: Path) -> None:
    document = json_document(strikes=[26_000.0, 26_100.0])
    document["records"]["data"][0]["CE"]["impliedVolatility"] = 12.34

    file = read_chains(write_json(tmp_path, document))

    (chain,) = file.chains
    quote = chain.quotes[1]
    assert (file.rows, file.refused) == (4, {})  # what `filtered` repeats is read once
    assert (chain.symbol, chain.expiry, chain.trading_date, chain.observed_us) == ("NIFTY", EXPIRY, DAY, CLOSE_OF_DAY)
    assert chain.has_book
    assert chain.spot == SPOT
    assert (quote["strike"], quote["is_call"], quote["open_interest"], quote["volume"]) == (26_000.0, True, 41.5, 10.0)
    assert quote["published"] == pytest.approx(0.1234)
    assert quote["ask"] - quote["bid"] == pytest.approx(0.10)
    assert np.isnan([quote["lot_size"], quote["settlement"]]).all()
    assert np.isnan(chain.quotes[0]["published"])  # 0 means not computed


def test_an_expiry_that_only_the_filtered_part_has_is_read(tmp_path: Path) -> None:
    document = json_document(strikes=[26_000.0])
    document["filtered"], document["records"]["data"] = {"data": document["records"]["data"]}, []

    assert len(read_chains(write_json(tmp_path, document)).chains[0].quotes) == 2


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expiryDate": "2026-01-27"}, "bad_date"),
        ({"expiryDate": "02-Jan-2026"}, "expired_before_the_trading_day"),
        ({"lastPrice": None}, "bad_number"),
        ({"bidprice": "n/a"}, "bad_number"),
        ({"lastPrice": -1}, "bad_price"),
        ({"strikePrice": 0}, "bad_strike"),
        ({"openInterest": -1}, "bad_quantity"),
        ({"totalTradedVolume": -1}, "bad_quantity"),
        ({"underlying": ""}, "no_symbol"),
    ],
)
def test_a_bad_contract_of_the_website_is_counted(tmp_path: Path, changes: dict[str, object], reason: str) -> None:
    document = json_document(strikes=[26_000.0, 26_100.0])
    document["filtered"] = {"data": []}
    document["records"]["data"][1]["PE"].update(changes)

    file = read_chains(write_json(tmp_path, document))

    assert file.refused == {reason: 1}
    assert len(file.chains[0].quotes) == 3


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"chain": {}}, "this document has chain"),
        ([1], "this document has list"),
        ({"records": {"data": []}}, "its timestamp is None"),
        ({"records": {"timestamp": "today", "data": []}}, "its timestamp is 'today'"),
        ({"records": {"timestamp": "06-Jan-2026 15:30:00"}}, "holds no readable option"),
    ],
)
def test_a_document_of_another_shape_is_refused(tmp_path: Path, document: object, sentence: str) -> None:
    with pytest.raises(ChainFileError, match=sentence):
        read_chains(write_json(tmp_path, document))
