"""Files of option chains: how they are packed, and which cannot be read."""

import gzip
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from risk.chain_files import read_chains
from risk.chain_rows import ChainFileError
from risk.tests.chain_factories import COLUMNS, csv_text, option_row


@pytest.mark.parametrize("name", ["b.csv", "b.csv.gz", "b.csv.zip", "BhavCopy_NSE_FO_0_0_0_20260106_F_0000.csv.zip"])
def test_packed_files_say_the_same(tmp_path: Path, name: str) -> None:
    text, path = csv_text([option_row(26_000, "CE"), option_row(26_000, "PE")]), tmp_path / name
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("inside.csv", text)
    else:
        path.write_text(text)

    file = read_chains(path)

    assert (file.name, file.rows, len(file.chains[0].quotes)) == (name, 2, 2)


def test_a_parquet_subset_without_an_exchange_takes_the_one_it_is_told(tmp_path: Path) -> None:
    row = option_row(26_000, "CE", Src=None)
    columns: dict[str, Any] = {name: [row.get(name)] for name in COLUMNS if name not in ("Src", "Rmks")}
    numbers = ("StrkPric", "ClsPric", "UndrlygPric", "SttlmPric")
    columns.update({name: [float(str(row[name]))] for name in numbers})
    path = tmp_path / "subset.parquet"
    pq.write_table(pa.table(columns), path)

    assert read_chains(path).chains[0].exchange == "NSE"
    assert read_chains(path, exchange="BSE").chains[0].exchange == "BSE"


def test_missing_columns_are_named_with_those_that_came(tmp_path: Path) -> None:
    path = tmp_path / "cash.csv"
    path.write_text("SYMBOL, SERIES, CLOSE\nTCS, EQ, 3500\n")

    with pytest.raises(ChainFileError, match=r"lacks the columns TradDt, .*; it has SYMBOL, SERIES, CLOSE"):
        read_chains(path)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv.gz", b"\x1f\x8b\x08\x00", "cannot be unpacked"),
        ("a.csv.zip", b"PK\x03\x04", "cannot be unpacked"),
        ("a.parquet", b"PAR1", "not a readable Parquet"),
        ("a.json", b'{"records": ', "is not JSON"),
        ("a.xlsx", b"x", "unknown kind"),
    ],
)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(ChainFileError, match=sentence):
        read_chains(path)


def test_a_missing_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ChainFileError, match="does not exist"):
        read_chains(tmp_path / "absent.csv")


def test_an_archive_of_several_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "two.csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")

    with pytest.raises(ChainFileError, match="must hold one CSV file"):
        read_chains(path)
