"""Every judged window as a row of a Parquet file, for whoever wants to look again with other tools."""

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from risk.quant.cases import Cases
from risk.quant.scoring import score

FloatArray = NDArray[np.float64]

# Name in the file, name in Cases.  Moves and the barrier are logs, minutes count from the session's open.
COLUMNS: Final = (
    ("session", "session_key"), ("start_minute", "minute"), ("horizon_minutes", "horizon"), ("barrier", "barrier"),
    ("deviation", "deviation"), ("touched", "touched"), ("touch_minute", "touch_minute"), ("move", "move"),
    ("expiry_day", "expiry_day"),
)  # fmt: skip


def write_cases(path: Path, cases: Cases, *, symbols: dict[int, str], truth: FloatArray | None) -> None:
    """Write the cases with their scores and, where somebody knows it, the true probability of a touch (else null).

    Raises OSError for a path that cannot be written.
    """
    columns = {
        "symbol": pa.array([symbols[instrument] for instrument in cases.instrument.tolist()]),
        **{name: pa.array(getattr(cases, field), from_pandas=True) for name, field in COLUMNS},
        "score": pa.array(score(cases.log_odds)),
        "true_probability": pa.nulls(len(cases), pa.float64()) if truth is None else pa.array(truth),
    }
    pq.write_table(pa.table(columns), path)
