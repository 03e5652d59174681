"""What an import of option chains found, file by file and expiry by expiry."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from risk.chain_files import ChainFile
from risk.chain_services import Stored
from risk.quant.chain_valuation import ValuedChain
from risk.quant.exchange_convention import published_volatility
from risk.storage import known

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """Volatilities against the published ones, in points: medians of the absolute difference, and how many."""

    contracts: int
    exchange_convention: float | None
    black76_contracts: int
    black76: float | None


@dataclass(frozen=True)
class ChainLine:
    """One expiry on one day as the report shows it; None where a figure was refused."""

    symbol: str
    trading_date: date
    expiry: date
    forward: float | None
    forward_source: str
    forward_error: float | None
    discount: float | None
    atm_volatility: float | None
    skew_25: float | None
    term_slope: float | None
    fit_error: float | None
    quotes: int
    quotes_used: int
    refused: dict[str, int]
    flags: list[str]
    published: Comparison | None


@dataclass(frozen=True)
class FileReport:
    """What one file held and what became of it; `stored` is None where nothing was to be stored."""

    name: str
    rows: int
    refused_rows: dict[str, int]
    lines: list[ChainLine]
    stored: Stored | None

    @property
    def refused_quotes(self) -> dict[str, int]:
        """Return how many quotes of all chains have no volatility, by reason."""
        total: Counter[str] = Counter()
        for line in self.lines:
            total.update(line.refused)
        return dict(total.most_common())

    @property
    def refused_rows_in_words(self) -> list[tuple[str, str]]:
        """Return the refused rows by reason, for people."""
        return [(words(reason), f"{count:,}") for reason, count in self.refused_rows.items()]

    @property
    def refused_quotes_in_words(self) -> list[tuple[str, str]]:
        """Return the quotes without a volatility by reason, for people."""
        return [(words(reason), f"{count:,}") for reason, count in self.refused_quotes.items()]

    @property
    def has_published(self) -> bool:
        """Say whether the file brought volatilities of its own."""
        return any(line.published for line in self.lines)


def report_of(file: ChainFile, chains: Sequence[ValuedChain], stored: Stored | None) -> FileReport:
    """Return the account of one file."""
    return FileReport(file.name, file.rows, file.refused, [_line(chain) for chain in chains], stored)


def words(code: str) -> str:
    return code.replace("_", " ")


def _line(valued: ValuedChain) -> ChainLine:
    chain, forward, shape, smile = valued.chain, valued.forward, valued.shape, valued.smile
    return ChainLine(
        symbol=chain.symbol,
        trading_date=chain.trading_date,
        expiry=chain.expiry,
        forward=forward.value if forward else None,
        forward_source=forward.source.value if forward else "",
        forward_error=known(forward.standard_error) if forward else None,
        discount=forward.discount if forward else None,
        atm_volatility=known(shape.atm) if shape else None,
        skew_25=known(shape.skew_25) if shape else None,
        term_slope=known(valued.term_slope),
        fit_error=smile.error if smile else None,
        quotes=len(chain.quotes),
        quotes_used=int(valued.used.sum()) if smile else 0,
        refused=valued.refused,
        flags=list(valued.flags),
        published=_comparison(valued),
    )


def _comparison(valued: ValuedChain) -> Comparison | None:
    chain = valued.chain
    told = np.isfinite(chain.quotes["published"])
    if not told.any() or not np.isfinite(chain.spot):
        return None
    quotes = chain.quotes[told]
    recomputed = published_volatility(
        quotes["is_call"], price=quotes["close"], spot=chain.spot, strike=quotes["strike"],
        day=chain.trading_date, expiry=chain.expiry,
    )  # fmt: skip
    theirs = _differences(recomputed.volatility, quotes["published"])
    ours = _differences(valued.volatility[told], quotes["published"])
    return Comparison(len(theirs), _median(theirs), len(ours), _median(ours))


def _differences(ours: FloatArray, published: FloatArray) -> FloatArray:
    points: FloatArray = 100.0 * np.abs(ours - published)
    return points[np.isfinite(points)]


def _median(points: FloatArray) -> float | None:
    return float(np.median(points)) if len(points) else None
