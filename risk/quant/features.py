"""The catalogue of features and the table that carries their values.

A feature describes the market around one symbol at one instant: what it says, in which unit, over which window
and what is normal.  `docs/features.md` has one row for each.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


class Feature(NamedTuple):
    """One row of the catalogue.  `normal` is the value on an ordinary day, None where only history can tell;
    `needs` is the history without which the value is NaN."""

    name: str
    family: str
    unit: str
    window: str
    normal: float | None
    needs: str


def _windowed(name: str, windows: tuple[int, ...], rest: tuple[str, str, float | None, str]) -> list[Feature]:
    family, unit, normal, needs = rest
    return [Feature(f"{name}_{width}", family, unit, f"{width} min", normal, needs) for width in windows]


RETURN_WINDOWS: Final = (15, 60)
MOVE_WINDOWS: Final = (5, 15, 60)
LIQUIDITY_WINDOWS: Final = (1, 5, 15, 60)
EXCURSION_DAYS: Final = {"session": 1, "5d": 5, "20d": 20}
RANGES: Final = ("parkinson", "garman_klass", "rogers_satchell", "yang_zhang")
BREAKERS: Final = {"breaker_10": 0.10, "breaker_15": 0.15, "breaker_20": 0.20}

_REALISED = [
    *_windowed("rv", RETURN_WINDOWS, ("recent moves", "squared log return", None, "1 minute")),
    Feature("rv_session", "recent moves", "squared log return", "session", None, "1 minute"),
    *_windowed("bv", RETURN_WINDOWS, ("recent moves", "squared log return", None, "2 minutes")),
    Feature("bv_session", "recent moves", "squared log return", "session", None, "2 minutes"),
    *_windowed("jump_share", RETURN_WINDOWS, ("jump", "share of variance", 0.0, "2 minutes that moved")),
    Feature("jump_share_session", "jump", "share of variance", "session", 0.0, "2 minutes that moved"),
]
_JUMPS = [
    Feature("jump_test", "jump", "critical at 4.60", "last minute", None, "306 minutes"),
    Feature("jump_test_60", "jump", "critical at 4.60", "60 min", None, "306 minutes"),
    Feature("jumps_session", "jump", "count", "session", 0.0, "306 minutes"),
]
_RANGES = [Feature(name, "ranges", "volatility per year", "20 sessions", None, "1 session") for name in RANGES[:3]] + [
    Feature("yang_zhang", "ranges", "volatility per year", "20 sessions", None, "3 sessions")
]
_MOVES = _windowed("move_z", MOVE_WINDOWS, ("recent moves", "deviations", 0.0, "1 minute"))
_EXCURSIONS = [
    Feature(f"{kind}_{span}{suffix}", "recent moves", unit, window, None, "1 minute")
    for span, window in (("session", "session"), ("5d", "5 sessions"), ("20d", "20 sessions"))
    for kind in ("drawdown", "runup")
    for suffix, unit in (("", "fraction of price"), ("_sigma", "deviations"))
]
_LIQUIDITY = [
    Feature("spread_bp", "liquidity", "basis points above one tick", "live", None, "a book"),
    Feature("spread_z", "liquidity", "deviations of the log", "live", 0.0, "30 minutes of this time of day"),
    *_windowed("amihud_z", LIQUIDITY_WINDOWS, ("liquidity", "deviations of the log", 0.0, "30 minutes as above")),
    *_windowed("volume_z", LIQUIDITY_WINDOWS, ("liquidity", "deviations of the log", 0.0, "30 minutes as above")),
]
_MARKET = [
    Feature("beta", "market-wide", "per unit of index return", "20 sessions", None, "30 five-minute returns"),
    Feature("correlation", "market-wide", "-1 to 1", "20 sessions", None, "30 five-minute returns"),
    Feature("systematic_share", "market-wide", "share of variance", "20 sessions", None, "30 five-minute returns"),
]
_OPTIONS = [
    Feature("atm_iv", "option market", "volatility per year", "live", None, "a chain"),
    Feature("iv_rank", "option market", "0 to 1", "252 sessions", 0.5, "a chain's history"),
    Feature("term_slope", "option market", "volatility per year", "live", None, "two expiries"),
    Feature("skew_25", "option market", "volatility per year", "live", None, "a chain"),
    Feature("variance_premium", "option market", "variance per year", "live", None, "a chain"),
    Feature("expiry_gamma", "calendar/expiry", "as given", "live", None, "a chain"),
]
_LIMITS = [
    Feature("band_up", "limits", "deviations of the horizon", "live", None, "a price band"),
    Feature("band_down", "limits", "deviations of the horizon", "live", None, "a price band"),
    *(Feature(name, "limits", "deviations of the horizon", "live", None, "an index") for name in BREAKERS),
]
_QUALITY = [
    Feature("tick_age_ratio", "data quality", "expected intervals", "live", 1.0, "1 session"),
    Feature("gap_minutes", "data quality", "minutes", "session", 0.0, "nothing"),
    Feature("crossed_book", "data quality", "0 or 1", "live", 0.0, "a book"),
    Feature("unadjusted", "data quality", "0 or 1", "20 sessions", 0.0, "1 session"),
]

CATALOGUE: Final = (
    *(*_REALISED, *_JUMPS, *_RANGES, *_MOVES, *_EXCURSIONS, *_LIQUIDITY),
    *(*_MARKET, *_OPTIONS, *_LIMITS, *_QUALITY),
)
FEATURES: Final = tuple(feature.name for feature in CATALOGUE)
POSITION: Final = {name: position for position, name in enumerate(FEATURES)}


class Reading(NamedTuple):
    """One feature of all symbols, arrays [S]."""

    value: FloatArray
    n: FloatArray
    coverage: FloatArray
    age: FloatArray


@dataclass(frozen=True)
class FeatureTable:
    """All features of S symbols at one instant, arrays [F, S] in the order of FEATURES.

    `values` are NaN where unknown, never 0; `n` observations used (weighted where the window fades); `coverage`
    the share of the window that had data, 0 to 1; `age` trading-clock seconds since the newest observation used,
    NaN where there is none.
    """

    values: FloatArray
    n: FloatArray
    coverage: FloatArray
    age: FloatArray

    def of(self, name: str) -> Reading:
        """Return one feature of all symbols; raises KeyError for a name that is not in FEATURES."""
        row = POSITION[name]
        return Reading(self.values[row], self.n[row], self.coverage[row], self.age[row])


class TableWriter:
    """A table under construction: features that nobody puts stay unknown."""

    def __init__(self, symbols: int) -> None:
        self._cells = np.zeros((4, len(FEATURES), symbols))
        self._cells[[0, 3]] = np.nan

    def later(self, seconds: float) -> "TableWriter":
        """Return a copy in which everything is older by so many seconds."""
        copy = TableWriter(0)
        copy._cells = self._cells.copy()
        copy._cells[3] += seconds
        return copy

    def put(self, name: str, value: ArrayLike, *, n: ArrayLike, coverage: ArrayLike, age: ArrayLike) -> None:
        """Set one feature; arguments are [S] or one number for all symbols."""
        row = self._cells[:, POSITION[name]]
        row[0], row[1], row[2], row[3] = value, n, coverage, age

    def table(self) -> FeatureTable:
        """Return what was put so far."""
        return FeatureTable(*self._cells)
