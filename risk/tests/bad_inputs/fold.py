"""Bad inputs of the fold: ticks, bars, instants and the bytes of its state."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.fold_state import FoldState, StateNotReadable
from risk.quant.intake import Intake
from risk.quant.market import MarketFold
from risk.quant.model import default_model
from risk.quant.profile import Profile
from risk.quant.universe import Universe
from risk.tests.bad_inputs.spec import Case, Entry, Gives, Refused, Why, calling, refused_by, without
from risk.tests.market_factories import CLOCK, PAIR, SESSION, at, fresh_fold, ticks_of, universe_of, walked_bars

MODEL: Final = default_model()
PROFILE: Final = Profile.empty(PAIR, MODEL)
JUMPS: Final = Profile.empty(PAIR, replace(MODEL, jump_part=1.0))
BARS: Final = walked_bars(SESSION, instruments=PAIR.instruments, seed=1, minutes=5)


def _left_out(price: float, *, instrument: int = 10, second: float = 1.0) -> int:
    return fresh_fold().fold(ticks_of([(instrument, second, price)]))


def _quoted(bid: float, ask: float) -> tuple[NDArray[np.float64], ...]:
    fold, ticks = fresh_fold(1), ticks_of([(10, 1.0, 100.0)])
    ticks["bid_price"], ticks["ask_price"], ticks["volume"] = bid, ask, np.inf
    assert fold.fold(ticks) == 0
    return fold.quotes


def _spoilt(**changes: float) -> NDArray[np.void]:
    bars = BARS.copy()
    for name, value in changes.items():
        bars[name][3] = value
    return bars


def _put(bars: NDArray[np.void]) -> None:
    Intake(universe=PAIR, clock=CLOCK).put(bars, FoldState.fresh(PROFILE))


def _loaded(blob: bytes, universe: Universe = PAIR) -> MarketFold:
    profile = PROFILE if universe is PAIR else Profile.empty(universe, MODEL)
    return MarketFold.load(blob, universe=universe, clock=CLOCK, profile=profile, model=MODEL, today=BARS[:0])


def _dumped() -> bytes:
    return MarketFold.start(universe=PAIR, clock=CLOCK, profile=PROFILE, model=MODEL).dump()


def _unpacked(blob: bytes, session: int = 0) -> object:
    return FoldState.unpack(blob, universe=PAIR, engine="2", profile_session=session)


def _warmed(bars: NDArray[np.void]) -> object:
    return fresh_fold().warm(bars)


UNREADABLE: Final = (
    Refused("is not a fold state; run", StateNotReadable),
    Refused("length .*, expected", StateNotReadable),
    Refused("engine 2, expected 3", StateNotReadable),
)
WRONG_BARS: Final = (
    *(
        (_spoilt(**{name: value}), "prices must be positive, low and high around")
        for name, value in (("low", 0), ("low", -1), ("high", 1), ("open", 10**9))
    ),
    (_spoilt(instrument=99), "1 bars lie outside every session"),
    (_spoilt(start=-1), "1 bars lie outside every session"),
)
IMPLY: Final = {"variance": np.array([1e-7, 1e-7])}

WHOLE: Final = {"instant_us": at(30.0)}

ENTRIES: Final = (
    *without(Why.ONLY_RECORDS, "intake.Intake", "fold_state.FoldState.fresh"),
    *without(Why.ONLY_RECORDS, "fold_state.FoldState.begin", "lessons.learned", "profile.Profile.empty"),
    Entry(
        "intake.Intake.fold",
        cases=(
            *(
                Case("rows", calling(_left_out, value), Gives(1))
                for value in (np.nan, np.inf, -np.inf, 0.0, -1.0, 0.004, 1e300)
            ),
            Case("rows", lambda: _left_out(100.0, instrument=99), Gives(1)),
            Case("rows", lambda: _left_out(100.0, second=-1e12), Gives(1)),
            Case("rows", lambda: _left_out(100.0), Gives(0)),
        ),
    ),
    Entry(
        "intake.Intake.put",
        cases=tuple(Case("rows", calling(_put, bars), Refused(said)) for bars, said in WRONG_BARS),
    ),
    Entry(
        "intake.Intake.inside_sessions",
        {"times": np.array([at(1.0), at(2.0)])},
        {"times": "--OO"},
        empty="O",
        on=lambda: Intake(universe=PAIR, clock=CLOCK),
    ),
    Entry(
        "market.MarketFold.fold",
        cases=(
            Case("rows", lambda: _left_out(np.nan), Gives(1)),
            Case("rows", lambda: _quoted(np.nan, -1.0), Gives(([np.nan], [np.nan]))),
            Case("rows", lambda: _quoted(1e300, 1e300), Gives(([np.nan], [np.nan]))),
            Case("rows", lambda: _quoted(np.inf, 0.0), Gives(([np.nan], [np.nan]))),
        ),
    ),
    Entry(
        "market.MarketFold.warm",
        cases=tuple(Case("rows", calling(_warmed, bars), Refused(said)) for bars, said in WRONG_BARS),
    ),
    Entry(
        "market.MarketFold.imply",
        IMPLY,
        {"variance": "ORRR"},
        empty="R",
        cases=(
            Case("shapes", lambda: fresh_fold(2).imply(np.ones(3)), Refused("expected 2 positive variances or NaN")),
        ),
        on=lambda: fresh_fold(2),
    ),
    Entry("market.MarketFold.advance", WHOLE, {"instant_us": "--OO"}, on=fresh_fold, read=lambda found: found.news),
    Entry("market.MarketFold.scores", WHOLE, {"instant_us": "--OO"}, on=fresh_fold, read=lambda rows: rows["score"]),
    *refused_by("market.MarketFold.start", "market.MarketFold"),
    *without(Why.ONLY_RECORDS, "market.MarketFold.follow"),
    Entry(
        "market.MarketFold.session_at", WHOLE, {"instant_us": "--OO"}, on=fresh_fold, read=lambda one: np.array(one.key)
    ),
    Entry(
        "market.MarketFold.start",
        cases=(
            Case(
                "rows",
                lambda: MarketFold.start(
                    universe=PAIR, clock=CLOCK, profile=Profile.empty(universe_of(3), MODEL), model=MODEL
                ),
                Refused("the profile must be made with the fold's own model and universe"),
            ),
        ),
    ),
    Entry(
        "market.MarketFold.load",
        cases=(
            Case("bytes", lambda: _loaded(b""), UNREADABLE[0]),
            Case("bytes", lambda: _loaded(_dumped()[:-1]), UNREADABLE[1]),
            Case(
                "bytes",
                lambda: _loaded(_dumped(), universe_of(2)),
                Refused("instruments .*, expected", StateNotReadable),
            ),
            Case(
                "rows",
                lambda: _loaded(_dumped(), universe_of(3)),
                Refused("instruments .*, expected", StateNotReadable),
            ),
        ),
    ),
    Entry(
        "fold_state.FoldState.pack",
        {"universe": PAIR, "engine": "2", "profile_session": 0},
        {"profile_session": "--OO"},
        cases=(
            Case(
                "word",
                lambda: FoldState.fresh(PROFILE).pack(universe=PAIR, engine="e" * 17, profile_session=0),
                Refused("engine must have at most 16 bytes, was 'eee"),
            ),
            Case(
                "rows",
                lambda: FoldState.fresh(JUMPS).pack(universe=PAIR, engine="2", profile_session=0),
                Refused("the state of a trial with jump_part cannot be stored"),
            ),
        ),
        on=lambda: FoldState.fresh(PROFILE),
        read=lambda blob: float(len(blob)),
    ),
    Entry(
        "fold_state.FoldState.unpack",
        cases=(
            Case("bytes", lambda: _unpacked(b"FOLD"), UNREADABLE[0]),
            Case("bytes", lambda: _unpacked(_dumped() + b"0"), UNREADABLE[1]),
            Case(
                "bytes",
                lambda: FoldState.unpack(_dumped(), universe=PAIR, engine="3", profile_session=0),
                UNREADABLE[2],
            ),
            *(
                Case(
                    "negative",
                    calling(_unpacked, _dumped(), number),
                    Refused(f"profile of session 0, expected {number}", StateNotReadable),
                )
                for number in (-1, 20_240_101)
            ),
        ),
        skips={"profile_session": Why.ORDINARY},
    ),
    *refused_by("intake.Intake.fold", "closing.closed_bars", "windows.OpenBars.add", "windows.OpenBars.take_before"),
    *refused_by("intake.Intake.fold", "windows.OpenBars.merged", "windows.late_ticks", "lessons.fallen"),
    *refused_by("intake.Intake.put", "windows.OpenBars.put", "profile.Profile.roll", "cases.session_cases"),
)
