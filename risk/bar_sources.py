"""Sources of minute bars that an app above this one provides, such as a simulator, known here by name only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from risk.quant.calendar import TradingClock
from risk.quant.cases import Cases
from risk.quant.universe import Universe

SIMULATED: Final = "simulated"

Truth = Callable[[Cases], NDArray[np.float64]]


@dataclass(frozen=True)
class BarSource:
    """Bars (dtype BAR; session and minute need not be set) of a universe and the clock they run on.

    `symbols` name the universe's instruments in its order.  `truth` returns the true probability [N] that each case
    touches its barrier, None where nobody knows it.
    """

    bars: NDArray[np.void]
    universe: Universe
    symbols: tuple[str, ...]
    clock: TradingClock
    truth: Truth | None = None

    def __post_init__(self) -> None:
        if len(self.symbols) != len(self.universe):
            raise ValueError(f"need one symbol per instrument, got {len(self.symbols)} for {len(self.universe)}")


class SourceFactory(Protocol):
    """Makes a source of so many sessions; the same call gives the same bars."""

    def __call__(self, sessions: int) -> BarSource: ...


_factories: dict[str, SourceFactory] = {}


def register(name: str, factory: SourceFactory) -> None:
    """Make a source known by name; a later registration replaces an earlier one."""
    _factories[name] = factory


def source(name: str, *, sessions: int) -> BarSource:
    """Return the named source's bars of so many sessions.  Raises ValueError for a name that nobody registered."""
    if name not in _factories:
        raise ValueError(f"no source of bars is called {name}; there are: {', '.join(_factories) or 'none'}")
    return _factories[name](sessions)
