"""Bad inputs of ranges, jumps, liquidity, excursions and the live market that the features are told of."""

from dataclasses import replace
from typing import Final

import numpy as np

from risk.quant.jumps import JumpTest, window_length
from risk.quant.liquidity import book_is_crossed, spread_bp
from risk.quant.live_market import LiveMarket, OptionFacts
from risk.quant.ranges import is_unadjusted, range_variance
from risk.tests.bad_inputs.spec import Case, Entry, Gives, Refused, Why, refused_by

DAYS: Final = np.tile(np.array([100.0, 102.0, 99.0, 101.0])[None, :, None], (5, 1, 2))
TWO: Final = np.array([1.0, 2.0])
BOOK: Final = {"bid": np.array([10.0, 11.0]), "ask": np.array([10.5, 11.5])}
RESIDUALS: Final = np.full((window_length(30) - 1, 2), 0.5)
FACTS: Final = {name: np.array([0.2, 0.3]) for name in OptionFacts.__dataclass_fields__}
PLACES: Final = {name: np.array([100.0, 101.0]) for name in LiveMarket.__dataclass_fields__ if name != "options"}
LIVE: Final = {**PLACES, "options": OptionFacts.unknown(2)}
# What is not positive, or NaN, is unknown to whoever reads it.
UNKNOWN_IS_ORDINARY: Final = dict.fromkeys(PLACES, "OOOO")
STATISTICS: Final = {"old": np.ones((3, 2, 2)), "values": np.ones((2, 4, 2)), "decay": 0.97}
DISTANCE: Final = {"distance": TWO / 100, "variance": np.full(2, 1e-7), "minutes": np.full(2, 60.0)}
EXTREMES: Final = {
    "price": np.array([100.0, 100.0]),
    "highest": np.array([110.0, 110.0]),
    "lowest": np.array([90.0, 90.0]),
    "variance": np.full(2, 1e-7),
    "minutes": np.full(2, 60.0),
}


def _crossed() -> object:
    return replace(LiveMarket(**PLACES, options=OptionFacts.unknown(2)), bid=PLACES["ask"] + 1).price


ENTRIES: Final = (
    *(
        Entry(
            f"ranges.{name}",
            {"days": DAYS},
            {"days": "RRRR"},
            empty="O",
            cases=(
                Case(
                    "shapes",
                    lambda: range_variance(np.ones((5, 3, 2))),
                    Refused(r"shape \[sessions, 4, symbols\], was \(5, 3, 2\)"),
                ),
            ),
        )
        for name in ("range_variance", "log_prices", "night_moves", "same_scale")
    ),
    Entry(
        "ranges.is_unadjusted",
        {"night": TWO / 100},
        {"night": "..OO"},
        empty="O",
        cases=(
            Case("nan", lambda: is_unadjusted(np.array([np.nan])), Gives([False]), of="night"),
            Case("infinite", lambda: is_unadjusted(np.array([np.inf])), Gives([True]), of="night"),
        ),
    ),
    Entry(
        "jumps.bipower_variance",
        {"products": TWO, "count": np.array([5.0, 5.0])},
        {"products": "NOOO", "count": "NNNN"},
        "R",
        "O",
    ),
    Entry("jumps.jump_share", {"realised": TWO, "bipower": TWO / 2}, {"realised": "NNNN", "bipower": "NNOO"}, "R", "O"),
    Entry("jumps.window_length", {"minutes": 375}, {"minutes": "--RR"}),
    Entry("jumps.gumbel_constants", {"n": 375}, {"n": "--RR"}),
    Entry(
        "jumps.JumpTest",
        {"residuals": RESIDUALS, "minutes": 30},
        {"residuals": "OROR", "minutes": "--RR"},
        empty="O",
        cases=(
            Case(
                "shapes",
                lambda: JumpTest(np.ones((3, 2)), minutes=30),
                Refused(r"residuals of shape \[.*, S\], was \(3, 2\)"),
            ),
        ),
        read=lambda test: test.count,
    ),
    *refused_by(
        "session_tape.Minute", "jumps.JumpTest.step", "comovement.BlockMoments.close", "comovement.co_movement"
    ),
    *refused_by("session_features.SessionFeatures.table", "comovement.BlockMoments.sums"),
    Entry(
        "liquidity.book_is_crossed",
        BOOK,
        {"bid": "NNNN", "ask": "NNNN"},
        "R",
        "O",
        (Case("crossed", lambda: book_is_crossed(np.array([12.0]), np.array([11.0])), Gives([1.0])),),
    ),
    Entry(
        "liquidity.spread_bp",
        {**BOOK, "floor": np.array([0.05, 0.05])},
        {"bid": "NNNN", "ask": "NNNN", "floor": "NOOO"},
        "R",
        "O",
        (Case("crossed", lambda: spread_bp(np.array([12.0]), np.array([11.0])), Gives([np.nan])),),
    ),
    Entry("liquidity.log_of_mean", {"total": TWO, "count": TWO}, {"total": "NNNN", "count": "NNNN"}, "R", "O"),
    Entry(
        "liquidity.merged_statistics",
        STATISTICS,
        {"values": "OOOO", "decay": "RROR"},
        "R",
        "O",
        skips={"old": Why.REFUSED_BY},
        by="feature_past.FeaturePast.unpacked",
    ),
    Entry(
        "liquidity.standardised",
        {"values": TWO, "statistics": np.full((3, 2), 40.0)},
        {"values": "NOOO"},
        "R",
        "O",
        skips={"statistics": Why.REFUSED_BY},
        by="feature_past.FeaturePast.unpacked",
    ),
    Entry("liquidity.expected_interval", {"arrivals": np.ones((2, 2))}, {"arrivals": "NOOO"}, empty="O"),
    Entry("excursions.positive", {"values": TWO}, {"values": "NNNN"}, empty="O"),
    Entry(
        "excursions.log_ratio",
        {"numerator": TWO, "denominator": TWO},
        {"numerator": "NNNN", "denominator": "NNNN"},
        "R",
        "O",
    ),
    Entry("excursions.in_deviations", DISTANCE, {"distance": "NOOO", "variance": "NNNN", "minutes": "NNNN"}, "R", "O"),
    Entry(
        "excursions.excursion",
        EXTREMES,
        {"price": "NNNN", "highest": "OOOO", "lowest": "OOOO", "variance": "NNNN", "minutes": "NNNN"},
        "R",
        "O",
    ),
    Entry(
        "excursions.nearest_limit",
        {"price": TWO, "reference": TWO, "share": 0.1},
        {"price": "NNNN", "reference": "NNNN", "share": "RRRR"},
        "R",
        "O",
    ),
    Entry(
        "live_market.OptionFacts",
        FACTS,
        {
            "atm_iv": "ORRR",
            "iv_rank": "OROR",
            "term_slope": "OROO",
            "skew_25": "OROO",
            "expiry_gamma": "OROO",
            "age_seconds": "OROO",
            "atm_iv_before": "ORRR",
        },
        "R",
        "O",
        read=lambda facts: 0.0,
    ),
    Entry("live_market.OptionFacts.unknown", {"symbols": 2}, {"symbols": "--OR"}),
    Entry(
        "live_market.LiveMarket",
        LIVE,
        UNKNOWN_IS_ORDINARY,
        "R",
        cases=(
            Case("crossed", _crossed, Gives(PLACES["price"])),
            Case(
                "shapes",
                lambda: LiveMarket(**PLACES, options=OptionFacts.unknown(3)),
                Refused("options must be of 2 symbols, were of 3"),
            ),
        ),
        skips={"empty": Why.ORDINARY},
        read=lambda live: np.zeros(1),
    ),
    Entry(
        "live_market.LiveMarket.of",
        {name: PLACES[name] for name in ("price", "age_seconds", "medium_variance")},
        {"price": "OOOO", "age_seconds": "OOOO", "medium_variance": "OOOO"},
        "R",
        "O",
        cases=(),
        skips={"known": Why.ORDINARY},
        read=lambda live: np.zeros(1),
    ),
)
