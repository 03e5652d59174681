"""The instruments that one fold covers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Universe:
    """The instruments of one partition: ascending ids int64[S] and asset class int8[S] (0 index, 1 share)."""

    instruments: NDArray[np.int64]
    asset_class: NDArray[np.int8]

    def __post_init__(self) -> None:
        if len(self.instruments) != len(self.asset_class) or np.any(np.diff(self.instruments) <= 0):
            raise ValueError("a universe needs strictly ascending instrument ids and one asset class for each")

    def __len__(self) -> int:
        return len(self.instruments)
