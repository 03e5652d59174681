"""Reads files of option chains: UDiFF bhavcopies (CSV, gz, zip or Parquet) and NSE's option-chain JSON."""

import gzip
import io
import json
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from risk.chain_json import chains_of_document
from risk.chain_rows import ChainFileError
from risk.chain_udiff import REQUIRED, chains_of_table
from risk.quant.calendar import Exchange
from risk.quant.option_quotes import ChainQuotes

READABLE: Final = ".csv, .csv.gz, .csv.zip, .parquet, .json and .json.gz"


@dataclass(frozen=True)
class ChainFile:
    """The chains of one file, how many rows (contracts) it held, and how many were refused, by reason."""

    name: str
    chains: list[ChainQuotes]
    rows: int
    refused: dict[str, int]


def read_chains(path: Path, *, exchange: Exchange = "NSE") -> ChainFile:
    """Return the option chains of a file; `exchange` is whose they are where the file does not say.

    Raises ChainFileError, with a sentence that says what was expected and what came, for a file that is missing,
    empty, truncated or of another kind, that lacks columns, or that holds no option that could be read.
    """
    suffixes = [suffix for suffix in path.suffixes if suffix.isalpha() or suffix[1:].isalnum()]
    kind = next((suffix for suffix in suffixes if suffix in (".csv", ".parquet", ".json")), "")
    content = _content(path)
    refused: Counter[str] = Counter()
    if kind == ".json":
        chains, rows = chains_of_document(_document(path, content), exchange=exchange, refused=refused)
    elif kind in (".csv", ".parquet"):
        table = _csv(path, content, refused) if kind == ".csv" else _parquet(path, content)
        chains, rows = chains_of_table(table, name=path.name, exchange=exchange, refused=refused)
    else:
        raise ChainFileError(f"{path.name} is of an unknown kind; read are {READABLE}")
    if not chains:
        raise ChainFileError(f"{path.name} holds no readable option; refused rows by reason: {dict(refused) or 'none'}")
    return ChainFile(path.name, chains, rows, dict(sorted(refused.items())))


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise ChainFileError(f"{path} does not exist")
    content = path.read_bytes()
    try:
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        elif path.suffix == ".zip":
            content = _only_member(path, content)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise ChainFileError(f"{path.name} cannot be unpacked (truncated?): {error}") from error
    if not content:
        raise ChainFileError(f"{path.name} is empty")
    return content


def _only_member(path: Path, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
        if len(names) != 1:
            raise ChainFileError(f"{path.name} must hold one CSV file, it holds {archive.namelist()}")
        return archive.read(names[0])


def _csv(path: Path, content: bytes, refused: Counter[str]) -> pa.Table:
    def wrong_length(row: pa.csv.InvalidRow) -> str:
        refused["wrong_number_of_columns"] += 1
        return "skip"

    # Everything is read as text: one bad cell must cost its row, not the file.
    texts = pa.csv.ConvertOptions(
        column_types=dict.fromkeys(REQUIRED, pa.string()), strings_can_be_null=True, null_values=[""]
    )
    try:
        table = pa.csv.read_csv(
            io.BytesIO(content),
            convert_options=texts,
            parse_options=pa.csv.ParseOptions(invalid_row_handler=wrong_length),
        )
    except pa.ArrowInvalid as error:
        raise ChainFileError(f"{path.name} is not a readable CSV file: {error}") from error
    return table.rename_columns([name.strip().lstrip("\ufeff") for name in table.column_names])


def _parquet(path: Path, content: bytes) -> pa.Table:
    try:
        return pa.parquet.read_table(pa.BufferReader(content))
    except (pa.ArrowInvalid, OSError) as error:
        raise ChainFileError(f"{path.name} is not a readable Parquet file (truncated?): {error}") from error


def _document(path: Path, content: bytes) -> object:
    try:
        return json.loads(content)
    except ValueError as error:
        raise ChainFileError(f"{path.name} is not JSON (truncated?): {error}") from error
