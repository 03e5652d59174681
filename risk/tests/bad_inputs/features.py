"""Bad inputs of the minutes that the features are told of and of their tapes."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.comovement import BlockMoments
from risk.quant.feature_past import FeaturePast
from risk.quant.jumps import window_length
from risk.quant.live_market import LiveMarket
from risk.quant.session_features import SessionFeatures
from risk.quant.session_tape import Minute, SessionTape
from risk.tests.bad_inputs.spec import Case, Entry, Refused, Why, calling, refused_by, without
from risk.tests.market_factories import PAIR, SESSION, walked_bars

PRICES: Final = {
    "open": np.array([100, 200]),
    "high": np.array([110, 210]),
    "low": np.array([90, 190]),
    "close": np.array([105, 205]),
    "volume": np.array([10.0, 20.0]),
    "ticks": np.array([3, 4]),
    "active": np.array([True, True]),
    "spread_bp": np.array([2.0, 3.0]),
}
MINUTE: Final = Minute(**PRICES)
SEASONAL: Final = np.ones((2, 30))
RESIDUALS: Final = np.full((window_length(30) - 1, 2), 0.5)
PAST: Final = FeaturePast.empty(2, minutes=30)
LIVE: Final = LiveMarket.of(price=np.ones(2), age_seconds=np.ones(2), medium_variance=np.full(2, 1e-7))
BARS: Final = walked_bars(SESSION, instruments=PAIR.instruments, seed=1, minutes=3)
LETTERS: Final = {
    # A price of a symbol that has a bar must be positive; unknown volume and spread are NaN.
    "open": "--RR",
    "high": "--RR",
    "low": "--RR",
    "close": "--RR",
    "ticks": "--OR",
    "volume": "OROR",
    "spread_bp": "OROR",
}
TABLE: Final = {"minute": 5.0, "live": LIVE, "horizon": 60.0, "session_minutes": 30}


def _tape() -> SessionTape:
    return SessionTape(SEASONAL, residuals=RESIDUALS)


def _day() -> SessionFeatures:
    return SessionFeatures(PAST, SEASONAL)


def _replayed(bars: NDArray[np.void]) -> None:
    _day().replay(bars, PAIR.instruments)


def _other() -> NDArray[np.void]:
    bars = BARS.copy()
    bars["instrument"][0] = 99
    return bars


def _wrong() -> NDArray[np.void]:
    bars = BARS.copy()
    bars["low"][0] = 0
    return bars


BAD_BARS: Final = ((_other(), r"were of \[99\] too"), (_wrong(), "must be positive, low and high around the rest"))

ENTRIES: Final = (
    Entry("session_tape.Minute", PRICES, LETTERS, "R", "O", read=lambda bars: 0.0),
    Entry(
        "session_tape.SessionTape",
        {"seasonal": SEASONAL, "residuals": RESIDUALS, "index": 0},
        {"seasonal": "RRRR", "residuals": "OROR", "index": "--OR"},
        empty="R",
        cases=(
            Case(
                "shapes",
                lambda: SessionTape(np.ones(30), residuals=RESIDUALS),
                Refused(r"of shape \[S, M\], was \(30,\)"),
            ),
            Case(
                "shapes",
                lambda: SessionTape(SEASONAL, residuals=RESIDUALS[1:]),
                Refused(r"residuals of shape \[.*, S\], was"),
            ),
        ),
        read=lambda tape: tape.tests.count,
    ),
    Entry(
        "session_tape.SessionTape.close",
        {"minute": 3, "bars": MINUTE},
        {"minute": "--OR"},
        cases=(
            Case(
                "shapes",
                lambda: _tape().close(0, Minute(**{name: value[:1] for name, value in PRICES.items()})),
                Refused("of 2 symbols, was minute 0 of 1"),
            ),
        ),
        on=_tape,
    ),
    Entry("session_tape.SessionTape.price_before", {"minute": 3}, {"minute": "--OO"}, on=_tape),
    Entry(
        "comovement.BlockMoments",
        {"symbols": 3, "index": 1},
        {"symbols": "--RR", "index": "--OR"},
        cases=(Case("negative", lambda: BlockMoments(-1, index=None), Refused("symbols must be at least 0, was -1")),),
        read=lambda moments: moments.sums(0),
    ),
    Entry(
        "session_features.SessionFeatures",
        {"past": PAST, "seasonal": SEASONAL, "index": 0},
        {"seasonal": "RRRR", "index": "--OR"},
        empty="R",
        cases=(Case("shapes", lambda: SessionFeatures(PAST, np.ones((3, 30))), Refused(r"does not fit \(3, 30\)")),),
        read=lambda day: day.tape.elapsed,
    ),
    Entry(
        "session_features.SessionFeatures.close_minute",
        {"minute": 0, **PRICES},
        {**LETTERS, "minute": "--OR"},
        "R",
        "R",
        on=_day,
    ),
    Entry(
        "session_features.SessionFeatures.replay",
        cases=tuple(Case("rows", calling(_replayed, bars), Refused(said)) for bars, said in BAD_BARS),
        skips={"instruments": Why.REFUSED_BY, "empty": Why.ORDINARY},
        by="universe.Universe",
    ),
    Entry(
        "session_features.SessionFeatures.table",
        TABLE,
        {"minute": "RROR", "horizon": "RRRR", "session_minutes": "--RR"},
        cases=(
            Case(
                "shapes",
                lambda: _day().table(
                    1.0, LiveMarket.of(price=np.ones(3), age_seconds=np.ones(3), medium_variance=np.ones(3))
                ),
                Refused("expected 2 symbols .*, was 3 at minute"),
            ),
        ),
        on=_day,
        says={"minute": "minute"},
    ),
    *refused_by("session_features.SessionFeatures.table", "features.TableWriter", "features.TableWriter.later"),
    *refused_by("session_features.SessionFeatures.table", "features.TableWriter.put", "live_rows.put_limits"),
    *without(
        Why.ONLY_RECORDS, *(f"live_rows.put_{name}" for name in ("moves", "excursions", "book", "options", "quality"))
    ),
    *refused_by(
        "session_features.SessionFeatures.table",
        *(f"feature_rows.put_{name}" for name in ("returns", "jumps", "ranges", "liquidity", "co_movement")),
        *(f"trailing.{name}" for name in ("realised_window", "log_liquidity", "largest_jump_test")),
    ),
    *without(
        Why.ONLY_RECORDS, "trailing.realised_session", "trailing.jumps_since_open", "feature_past.FeaturePast.rolled"
    ),
)
