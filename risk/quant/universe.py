"""The instruments that one fold covers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Universe:
    """The instruments of one partition: ascending ids int64[S] and asset class int8[S] (0 index, 1 share).

    `market` is the position of the index that others are compared with, None where the partition has none.  `expiries`
    are, for each instrument, the keys of the sessions on which its options expire; empty where nobody knows.
    """

    instruments: NDArray[np.int64]
    asset_class: NDArray[np.int8]
    market: int | None = None
    expiries: tuple[frozenset[int], ...] = ()

    def __post_init__(self) -> None:
        if len(self.instruments) != len(self.asset_class) or np.any(np.diff(self.instruments) <= 0):
            raise ValueError("a universe needs strictly ascending instrument ids and one asset class for each")
        if self.market is not None and not 0 <= self.market < len(self.instruments):
            raise ValueError(f"market must be a position among {len(self.instruments)}, was {self.market}")

        if self.expiries and len(self.expiries) != len(self.instruments):
            raise ValueError(f"need expiries for {len(self.instruments)} instruments, got {len(self.expiries)}")

    def expiring(self, session: int) -> NDArray[np.float64]:
        """Return 1 for each instrument [S] whose options expire on the session of this key, else 0."""
        if not self.expiries:
            return np.zeros(len(self.instruments))
        return np.array([float(session in keys) for keys in self.expiries])

    def __len__(self) -> int:
        return len(self.instruments)
