"""What a backtest judges: recorded bars or ticks from files, or the sessions of a registered source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.bar_sources import SIMULATED, Truth, source
from risk.bars import BarFileError, read_bars, read_symbols
from risk.implied_files import read_implied
from risk.quant.calendar import ExchangeClock, TradingClock
from risk.quant.expiry_days import expiry_sessions
from risk.quant.history import in_sessions
from risk.quant.universe import Universe
from risk.tick_bars import read_tick_bars, read_tick_symbols

# Names that public files use for our symbols.
ALIASES: Final = ("NIFTY50=NIFTY", "NIFTYBANK=BANKNIFTY")
INDICES: Final = frozenset({"NIFTY", "BANKNIFTY", "FINNIFTY", "MIDCPNIFTY", "NIFTYNXT50", "SENSEX", "BANKEX"})


@dataclass(frozen=True)
class Inputs:
    """Bars of whole sessions, as `in_sessions` returns them, and where they come from."""

    bars: NDArray[np.void]
    clock: TradingClock
    universe: Universe
    symbols: dict[int, str]
    refused: dict[str, int]
    origins: tuple[str, ...]
    truth: Truth | None = None
    implied: NDArray[np.void] | None = None


def recorded(
    *,
    bar_files: Sequence[Path],
    tick_files: Sequence[Path],
    symbols: Sequence[str],
    aliases: Iterable[str],
    implied_files: Sequence[Path] = (),
) -> Inputs:
    """Return the bars of the symbols in all the files together, in order of time.

    `aliases` are written NAME_IN_FILE=SYMBOL.  Where two files hold the same minute, the first file's bar counts.
    Raises ValueError with a sentence for people: a file that cannot be read, or a symbol that no file holds.
    """
    names = aliases_of(aliases)
    instruments = {symbol: number for number, symbol in enumerate(symbols, start=1)}
    _check_symbols(symbols, names, bar_files=bar_files, tick_files=tick_files)
    clock = ExchangeClock()
    found = [read_bars(path, instruments=instruments, aliases=names) for path in bar_files]
    found += [read_tick_bars(path, instruments=instruments, aliases=names, clock=clock) for path in tick_files]
    bars, refused = _placed(np.concatenate([part for part, _ in found]), clock, [counts for _, counts in found])
    universe = Universe(
        instruments=np.array(list(instruments.values()), dtype=np.int64),
        asset_class=np.array([0 if symbol in INDICES else 1 for symbol in symbols], dtype=np.int8),
        expiries=tuple(expiry_sessions(symbol, clock=clock) for symbol in symbols),
    )
    named = {number: symbol for symbol, number in instruments.items()}
    origins = tuple(path.name for path in (*bar_files, *tick_files))
    quotes, counts = read_implied(implied_files, instruments=instruments, aliases=names)
    return Inputs(
        bars,
        clock,
        universe,
        named,
        refused | counts,
        (*origins, *(path.name for path in implied_files)),
        implied=quotes,
    )


def simulated(sessions: int) -> Inputs:
    """Return so many sessions of the registered simulator.  Raises ValueError when there is none."""
    made = source(SIMULATED, sessions=sessions)
    bars, refused = _placed(made.bars, made.clock, [])
    named = dict(zip(made.universe.instruments.tolist(), made.symbols, strict=True))
    return Inputs(bars, made.clock, made.universe, named, refused, (f"{SIMULATED} market",), made.truth)


def aliases_of(pairs: Iterable[str]) -> dict[str, str]:
    """Return a file's names mapped to ours.  Raises ValueError for a pair without a name on each side."""
    names = dict(pair.partition("=")[::2] for pair in pairs)
    if not all(names) or not all(names.values()):
        raise ValueError("an alias is written NAME_IN_FILE=SYMBOL")
    return names


def _check_symbols(
    symbols: Sequence[str], names: Mapping[str, str], *, bar_files: Sequence[Path], tick_files: Sequence[Path]
) -> None:
    held = {name for path in bar_files for name in read_symbols(path)}
    held |= {name for path in tick_files for name in read_tick_symbols(path)}
    present = {names.get(name, name) for name in held}
    missing = [symbol for symbol in symbols if symbol not in present]
    if missing:
        files = ", ".join(str(path) for path in (*bar_files, *tick_files))
        raise BarFileError(f"{files} has no bars of {', '.join(missing)}; it holds {', '.join(sorted(present))}")


def _placed(
    bars: NDArray[np.void], clock: TradingClock, counts: Sequence[Mapping[str, int]]
) -> tuple[NDArray[np.void], dict[str, int]]:
    """Return the bars inside sessions, and all refused rows by reason."""
    inside, strays = in_sessions(bars, clock)
    refused: dict[str, int] = {}
    for part in (*counts, {"outside_session_or_duplicate": strays} if strays else {}):
        for reason, count in part.items():
            refused[reason] = refused.get(reason, 0) + count
    return inside, refused
