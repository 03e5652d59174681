"""What past sessions teach the features of each symbol, and its bytes (less than 9 kB a symbol).

Immutable; `rolled` makes the next one from a finished session.  What fades loses 3 % of its weight a session.
"""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.features import LIQUIDITY_WINDOWS
from risk.quant.guards import at_least, finite, not_negative
from risk.quant.jumps import window_length
from risk.quant.liquidity import BUCKET_MINUTES, merged_statistics
from risk.quant.session_tape import SessionTape
from risk.quant.trailing import log_liquidity

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SCHEMA: Final = 1
RANGE_SESSIONS: Final = 20
SESSION_DECAY: Final = 0.97
HEADER: Final = struct.Struct("<4H")  # schema, residuals, rows of statistics, buckets
PARTS: Final = ("days", "residuals", "statistics", "moments", "arrivals")
# Rows of the statistics per time of day: log impact and log volume of each window, then the log spread.
SPREAD_ROW: Final = 2 * len(LIQUIDITY_WINDOWS)


@dataclass(frozen=True)
class FeaturePast:
    """Knowledge about S symbols after a number of sessions, newest last.

    `days` [21, 4, S] open, high, low, close in paise, 0 for a missing session; `residuals` [K - 1, S] the last
    deseasonalised |r|, NaN missing; `statistics` [3, B, 9, S] weight, mean and sum of squares per quarter of an
    hour; `moments` [4, S] of five-minute returns with the index; `arrivals` [2, B, S] minutes and ticks.
    """

    days: IntArray
    residuals: FloatArray
    statistics: FloatArray
    moments: FloatArray
    arrivals: FloatArray

    @classmethod
    def empty(cls, symbols: int, *, minutes: int = 375) -> "FeaturePast":
        """Return the past of symbols without history, for sessions on a grid of this many minutes.

        Raises ValueError if the grid is not made of quarters of an hour, and for a count of symbols below 0.
        """
        at_least("symbols", symbols, 0)
        if minutes <= 0 or minutes % BUCKET_MINUTES:
            raise ValueError(f"minutes must be a positive multiple of {BUCKET_MINUTES}, was {minutes}")
        buckets = minutes // BUCKET_MINUTES
        return cls(
            days=np.zeros((RANGE_SESSIONS + 1, 4, symbols), dtype=np.int64),
            residuals=np.full((window_length(minutes) - 1, symbols), np.nan),
            statistics=np.zeros((3, buckets, SPREAD_ROW + 1, symbols)),
            moments=np.zeros((4, symbols)),
            arrivals=np.zeros((2, buckets, symbols)),
        )

    def rolled(self, tape: SessionTape) -> "FeaturePast":
        """Return the past after a whole session, whose tape began with this past; `tape` stays as it is.

        A symbol without a bar keeps what it had, beside a missing session.  Sessions much shorter than the grid
        are not for this: their minutes are not those of an ordinary day.
        """
        seen = tape.sums[0] > 0
        statistics = merged_statistics(self.statistics, _session_statistics(tape), decay=SESSION_DECAY)
        moments = SESSION_DECAY * self.moments + tape.blocks.sums(tape.minutes)
        arrivals = SESSION_DECAY * self.arrivals + _session_arrivals(tape)
        return FeaturePast(
            days=np.concatenate((self.days[1:], tape.days()[None])),
            residuals=tape.tests.residuals(),
            statistics=np.where(seen, statistics, self.statistics),
            moments=np.where(seen, moments, self.moments),
            arrivals=np.where(seen, arrivals, self.arrivals),
        )

    def pack(self, index: int) -> bytes:
        """Return the bytes of the symbol in this column.  Raises ValueError for a column that there is not."""
        self._check_column(index)
        shape = (SCHEMA, len(self.residuals), self.statistics.shape[2], self.statistics.shape[1])
        body = b"".join(np.ascontiguousarray(getattr(self, name)[..., index]).tobytes() for name in PARTS)
        return HEADER.pack(*shape) + zlib.compress(body, 1)

    def unpacked(self, blobs: Mapping[int, bytes]) -> "FeaturePast":
        """Return this past with the columns of `blobs` replaced by what `pack` stored.

        Raises ValueError for a column that there is not, and for a blob of another schema or grid, of another length
        than its shape says, that cannot be read, or that holds what no session leaves behind.
        """
        parts = {name: getattr(self, name).copy() for name in PARTS}
        for column, blob in blobs.items():
            self._check_column(column)
            body = self._body(blob)
            offset = 0
            for part in parts.values():
                values = np.frombuffer(body, dtype=part.dtype, count=part[..., 0].size, offset=offset)
                part[..., column] = values.reshape(part.shape[:-1])
                offset += values.nbytes
        past = FeaturePast(**parts)
        not_negative("days", past.days)
        not_negative("residuals", past.residuals[~np.isnan(past.residuals)])
        for name in ("statistics", "moments", "arrivals"):
            finite(name, getattr(past, name))
        return past

    def _check_column(self, column: int) -> None:
        symbols = self.days.shape[2]
        if not 0 <= column < symbols:
            raise ValueError(f"column must be one of {symbols} symbols, was {column}")

    def _body(self, blob: bytes) -> bytes:
        expected = (SCHEMA, len(self.residuals), self.statistics.shape[2], self.statistics.shape[1])
        found = HEADER.unpack_from(blob) if len(blob) >= HEADER.size else ()
        if found != expected:
            raise ValueError(f"feature past has schema, residuals, rows, buckets {found}, expected {expected}")
        try:
            body = zlib.decompress(blob[HEADER.size :])
        except zlib.error as error:
            raise ValueError(f"feature past of {len(blob)} bytes cannot be read: {error}") from error
        length = 8 * sum(getattr(self, name)[..., 0].size for name in PARTS)
        if len(body) != length:
            raise ValueError(f"feature past has {len(body)} bytes, expected {length}")
        return body


def _session_statistics(tape: SessionTape) -> FloatArray:
    """Return what each minute's end says about liquidity, [B, 15, 9, S], NaN where unknown."""
    values = np.full((tape.minutes, SPREAD_ROW + 1, len(tape.last_minute)), np.nan)
    for minute in np.flatnonzero(tape.closed).tolist():
        values[minute, :SPREAD_ROW] = log_liquidity(tape, end=minute + 1, widths=LIQUIDITY_WINDOWS).logs
    values[:, SPREAD_ROW] = tape.log_spread
    return values.reshape(-1, BUCKET_MINUTES, *values.shape[1:])


def _session_arrivals(tape: SessionTape) -> FloatArray:
    """Return minutes in which the market traded, and the ticks in them, [2, B, S]."""
    minutes = np.broadcast_to(tape.closed[:, None], tape.ticks.shape)
    rows = np.stack((minutes.astype(np.float64), tape.ticks))
    sums: FloatArray = rows.reshape(2, -1, BUCKET_MINUTES, tape.ticks.shape[1]).sum(axis=2)
    return sums
