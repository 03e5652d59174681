"""The instruments that one fold covers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Universe:
    """The instruments of one partition: ascending ids int64[S] and asset class int8[S] (0 index, 1 share).

    `market` is the position of the index that others are compared with, None where the partition has none.
    """

    instruments: NDArray[np.int64]
    asset_class: NDArray[np.int8]
    market: int | None = None

    def __post_init__(self) -> None:
        if len(self.instruments) != len(self.asset_class) or np.any(np.diff(self.instruments) <= 0):
            raise ValueError("a universe needs strictly ascending instrument ids and one asset class for each")
        if self.market is not None and not 0 <= self.market < len(self.instruments):
            raise ValueError(f"market must be a position among {len(self.instruments)}, was {self.market}")

    def __len__(self) -> int:
        return len(self.instruments)
