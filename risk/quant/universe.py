"""The instruments that one fold covers."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

ASSET_CLASSES: Final = (0, 1)


@dataclass(frozen=True)
class Universe:
    """The instruments of one partition: ascending ids int64[S] and asset class int8[S] (0 index, 1 share).

    `market` is the position of the index that others are compared with, None where the partition has none.  `expiries`
    are, for each instrument, the keys of the sessions on which its options expire; empty where nobody knows.  `copies`
    are the ids of those that belong to another partition and are here only to be compared with.
    Raises ValueError for ids that are negative or do not ascend, another class, and lengths or a position that do not
    fit.
    """

    instruments: NDArray[np.int64]
    asset_class: NDArray[np.int8]
    market: int | None = None
    expiries: tuple[frozenset[int], ...] = ()
    copies: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if len(self.instruments) != len(self.asset_class) or np.any(np.diff(self.instruments) <= 0):
            raise ValueError("a universe needs strictly ascending instrument ids and one asset class for each")
        if len(self.instruments) and self.instruments[0] < 0:
            raise ValueError(f"instruments must not be negative, was {self.instruments[0]}")
        if not np.isin(self.asset_class, ASSET_CLASSES).all():
            raise ValueError(f"asset_class must be 0 (index) or 1 (share), was {self.asset_class.tolist()}")
        if self.market is not None and not 0 <= self.market < len(self.instruments):
            raise ValueError(f"market must be a position among {len(self.instruments)}, was {self.market}")
        if self.expiries and len(self.expiries) != len(self.instruments):
            raise ValueError(f"need expiries for {len(self.instruments)} instruments, got {len(self.expiries)}")
        if strangers := self.copies.difference(self.instruments.tolist()):
            raise ValueError(f"copies must be among the instruments, {sorted(strangers)} are not")

    @cached_property
    def own(self) -> NDArray[np.bool_]:
        """Which instruments [S] belong to this partition: those that are no copies."""
        return ~np.isin(self.instruments, list(self.copies))

    def class_of(self, instruments: NDArray[np.int64]) -> NDArray[np.int8]:
        """Return the asset class of each instrument [N].  Raises ValueError for one that is not of the universe."""
        strangers = np.setdiff1d(instruments, self.instruments)
        if strangers.size:
            raise ValueError(f"instruments must be of the universe, were {strangers.tolist()} too")
        found: NDArray[np.int8] = self.asset_class[np.searchsorted(self.instruments, instruments)]
        return found

    def expiring(self, session: int) -> NDArray[np.float64]:
        """Return 1 for each instrument [S] whose options expire on the session of this key, else 0."""
        if not self.expiries:
            return np.zeros(len(self.instruments))
        return np.array([float(session in keys) for keys in self.expiries])

    def __len__(self) -> int:
        return len(self.instruments)
