"""Bad inputs of universes, profiles and the history that fills them."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.history import fold_history, in_sessions
from risk.quant.implied_quotes import IMPLIED, volatility_at
from risk.quant.model import default_model
from risk.quant.profile import Profile
from risk.quant.profile_codec import pack, unpack
from risk.quant.universe import Universe
from risk.tests.bad_inputs.spec import Case, Entry, Gives, Refused, Why, calling, refused_by
from risk.tests.market_factories import CLOCK, PAIR, SESSION, at, walked_bars

MODEL: Final = default_model()
PROFILE: Final = Profile.empty(PAIR, MODEL)
TRIAL: Final = Profile.empty(PAIR, replace(MODEL, expiry_curve=1.0))
BLOB: Final = PROFILE.dump_instrument(0)
BARS: Final = walked_bars(SESSION, instruments=PAIR.instruments, seed=1, minutes=5)
QUOTES: Final = np.array([(100, 10, 0.2)], dtype=IMPLIED)
IDS: Final = np.array([10, 20])
CLASSES: Final = np.zeros(2, dtype=np.int8)


def _spoilt(**changes: float) -> NDArray[np.void]:
    bars = BARS.copy()
    for name, value in changes.items():
        bars[name][3] = value
    return bars


def _folded(bars: NDArray[np.void]) -> object:
    return list(fold_history(bars, clock=CLOCK, profile=PROFILE))


BAD_BLOBS: Final = (
    (b"", "header of .* bytes, had 0"),
    (BLOB[:-3], "cannot be read"),
    (BLOB[:70] + b"rubbish", "cannot be read|schema"),
    (b"\0" * 100, "schema"),
)
WRONG_BARS: Final = (
    *(
        (_spoilt(**{name: value}), "prices must be positive, low and high around")
        for name, value in (("low", 0), ("low", -1), ("high", 1), ("open", 10**9))
    ),
    (_spoilt(instrument=99), "1 bars lie outside every session"),
    (_spoilt(start=-1), "1 bars lie outside every session"),
)


ENTRIES: Final = (
    *refused_by("universe.Universe", "windows.OpenBars"),
    Entry("windows.minute_of", {"time_us": np.array([at(1.0), at(2.0)])}, {"time_us": "--OO"}, empty="O"),
    Entry(
        "universe.Universe",
        {"instruments": IDS, "asset_class": CLASSES, "market": 0},
        {"instruments": "--OR", "asset_class": "--OR", "market": "--OR"},
        empty="R",
        cases=(
            Case(
                "shapes",
                lambda: Universe(IDS, np.zeros(3, dtype=np.int8)),
                Refused("ascending instrument ids and one asset class"),
            ),
            Case(
                "shapes",
                lambda: Universe(IDS, CLASSES, expiries=(frozenset(),)),
                Refused("need expiries for 2 instruments, got 1"),
            ),
            Case(
                "word",
                lambda: Universe(IDS, np.array([0, 2], dtype=np.int8)),
                Refused(r"asset_class must be 0 .*, was \[0, 2\]"),
            ),
            Case(
                "infinite",
                lambda: Universe(IDS, CLASSES, market=2),
                Refused("market must be a position among 2, was 2"),
            ),
            Case(
                "word",
                lambda: Universe(IDS, CLASSES, copies=frozenset({99})),
                Refused(r"copies must be among the instruments, \[99\] are not"),
            ),
        ),
        read=lambda universe: universe.asset_class,
    ),
    Entry("universe.Universe.class_of", {"instruments": IDS}, {"instruments": "--RR"}, empty="O", on=lambda: PAIR),
    Entry("profile.Profile.elapsed_on", {"session": 20_240_101}, {"session": "--OO"}, on=lambda: TRIAL),
    Entry("universe.Universe.expiring", {"session": 20_240_101}, {"session": "--OO"}, on=lambda: PAIR),
    *(
        Entry(
            name,
            {"index": 1, **more},
            {"index": "--OR"},
            cases=(
                Case("infinite", beyond, Refused("must be one of 2 .*, was 2")),
                Case("rows", calling(pack, TRIAL, 0), Refused("the profile of a trial cannot be stored")),
            ),
            on=on,
            read=lambda blob: float(len(blob) > 0),
        )
        for name, more, beyond, on in (
            ("profile.Profile.dump_instrument", {}, lambda: PROFILE.dump_instrument(2), lambda: PROFILE),
            ("profile_codec.pack", {"profile": PROFILE}, lambda: pack(PROFILE, 2), None),
        )
    ),
    Entry(
        "profile.Profile.load",
        cases=tuple(
            Case("bytes", calling(Profile.load, PAIR, MODEL, {10: blob}), Refused(said)) for blob, said in BAD_BLOBS
        ),
    ),
    Entry(
        "profile_codec.unpack",
        cases=(
            *(Case("bytes", calling(unpack, PROFILE, {10: blob}), Refused(said)) for blob, said in BAD_BLOBS),
            Case("word", lambda: unpack(PROFILE, {99: b""}).sessions, Gives([0, 0])),
        ),
    ),
    Entry(
        "history.in_sessions",
        cases=(
            Case("rows", lambda: in_sessions(_spoilt(start=1), CLOCK)[1], Gives(1)),
            Case("empty", lambda: in_sessions(BARS[:0], CLOCK)[1], Gives(0)),
        ),
    ),
    Entry(
        "history.fold_history",
        cases=tuple(Case("rows", calling(_folded, bars), Refused(said)) for bars, said in WRONG_BARS),
    ),
    Entry(
        "implied_quotes.volatility_at",
        {"quotes": QUOTES, "instant_us": 200, "instruments": IDS},
        {"instant_us": "--OO"},
        empty="O",
        cases=(
            Case(
                "rows",
                lambda: volatility_at(np.array([(1, 10, np.nan), (2, 99, 0.3)], dtype=IMPLIED), 5, instruments=IDS),
                Gives([np.nan, np.nan]),
            ),
        ),
        skips={"instruments": Why.REFUSED_BY},
        by="universe.Universe",
        read=lambda found: 0.0,
    ),
)
