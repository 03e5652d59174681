"""Bad inputs of feature tables, of the past they remember and of the fold beside the fold."""

import zlib
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.feature_fold import FeatureFold, taught
from risk.quant.feature_past import HEADER, FeaturePast
from risk.quant.features import FEATURES, FeatureTable
from risk.quant.model import default_model
from risk.quant.profile import Profile
from risk.tests.bad_inputs.spec import Case, Entry, Refused, Why, calling, without
from risk.tests.market_factories import PAIR, SESSION, walked_bars

PAST: Final = FeaturePast.empty(2, minutes=30)
BARS: Final = walked_bars(SESSION, instruments=PAIR.instruments, seed=1, minutes=3)
PROFILE: Final = Profile.empty(PAIR, default_model())
MEDIUM: Final = {"bars": BARS, "medium": np.full(2, 1e-7)}


def _fold() -> FeatureFold:
    return FeatureFold(past=FeaturePast.empty(2), profile=PROFILE)


def _blob(**changes: float) -> bytes:
    """Return the bytes of a past in which a part holds what it must not."""
    parts = {name: getattr(PAST, name) + value for name, value in changes.items()}
    if "residuals" in changes:
        parts["residuals"] = np.full_like(PAST.residuals, changes["residuals"])
    return replace(PAST, **parts).pack(0)


def _taken(name: str, bars: NDArray[np.void], symbols: int = 2) -> object:
    return getattr(_fold(), name)(bars, medium=np.ones(symbols))


def _other() -> NDArray[np.void]:
    bars = BARS.copy()
    bars["instrument"][0] = 99
    return bars


def _wrong() -> NDArray[np.void]:
    bars = BARS.copy()
    bars["low"][0] = 0
    return bars


BLOB: Final = PAST.pack(0)
SHORT: Final = BLOB[: HEADER.size] + zlib.compress(b"8 bytes.")
BAD_BARS: Final = ((_other(), r"were of \[99\] too"), (_wrong(), "must be positive, low and high around the rest"))

ENTRIES: Final = (
    Entry(
        "features.FeatureTable.of",
        cases=(
            Case("word", lambda: FeatureTable(*np.zeros((4, len(FEATURES), 2))).of("vix"), Refused("vix", KeyError)),
        ),
    ),
    Entry(
        "feature_past.FeaturePast.empty",
        {"symbols": 2, "minutes": 30},
        {"symbols": "--OR", "minutes": "--RR"},
        cases=(Case("shapes", lambda: FeaturePast.empty(2, minutes=20), Refused("a positive multiple of 15, was 20")),),
        read=lambda past: past.days,
    ),
    Entry(
        "feature_past.FeaturePast.pack",
        {"index": 1},
        {"index": "--OR"},
        cases=(Case("infinite", lambda: PAST.pack(2), Refused("column must be one of 2 symbols, was 2")),),
        says={"index": "column"},
        on=lambda: PAST,
        read=lambda blob: float(len(blob)),
    ),
    Entry(
        "feature_past.FeaturePast.unpacked",
        cases=(
            Case("bytes", lambda: PAST.unpacked({0: b""}), Refused(r"schema, residuals, rows, buckets \(\), expected")),
            Case("bytes", lambda: PAST.unpacked({0: SHORT}), Refused("feature past has 8 bytes, expected")),
            Case("bytes", lambda: PAST.unpacked({0: BLOB[:-3]}), Refused("cannot be read")),
            Case("bytes", lambda: PAST.unpacked({0: FeaturePast.empty(1, minutes=60).pack(0)}), Refused("expected")),
            Case(
                "bytes", lambda: PAST.unpacked({0: _blob(moments=np.inf)}), Refused("moments must be finite, was inf")
            ),
            Case("bytes", lambda: PAST.unpacked({0: _blob(statistics=np.nan)}), Refused("statistics must be finite")),
            Case("bytes", lambda: PAST.unpacked({0: _blob(residuals=-1.0)}), Refused("residuals must not be negative")),
            Case("bytes", lambda: PAST.unpacked({0: _blob(days=-1)}), Refused("days must not be negative, was -1")),
            Case("negative", lambda: PAST.unpacked({-1: BLOB}), Refused("column must be one of 2 symbols, was -1")),
        ),
    ),
    Entry(
        "feature_fold.FeatureFold",
        cases=(Case("shapes", lambda: FeatureFold(past=PAST, profile=PROFILE), Refused(r"does not fit \(2, 375\)")),),
    ),
    *(
        Entry(
            f"feature_fold.FeatureFold.{name}",
            MEDIUM,
            {"medium": "OOOO"},
            empty="R",
            cases=(
                *(Case("rows", calling(_taken, name, bars), Refused(said)) for bars, said in BAD_BARS),
                Case(
                    "shapes",
                    calling(_taken, name, BARS, symbols=3),
                    Refused(r"medium_variance must have the shape \(2,\), was \(3,\)"),
                ),
            ),
            skips={"quotes": Why.ORDINARY} if name == "take" else {},
            on=_fold,
            read=lambda found: np.zeros(1),
        )
        for name in ("replay", "take")
    ),
    *without(Why.ONLY_RECORDS, "feature_fold.FeatureFold.roll", "feature_fold.FeatureFold.follow"),
    Entry(
        "feature_fold.taught",
        cases=tuple(
            Case("rows", calling(taught, FeaturePast.empty(2), bars, before=PROFILE, after=PROFILE), Refused(said))
            for bars, said in BAD_BARS
        ),
    ),
)
