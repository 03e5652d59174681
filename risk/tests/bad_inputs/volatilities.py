"""Bad inputs of implied volatilities, quotes, first-passage probabilities and the normal distribution."""

from datetime import date
from typing import Final

import numpy as np

from risk.quant.exchange_convention import published_volatility
from risk.quant.implied_volatility import implied_volatility
from risk.quant.normalised_black import implied_deviation
from risk.quant.option_quotes import usable_prices
from risk.quant.parity import quote_pairs
from risk.quant.quote_hygiene import quote_reasons
from risk.quant.reasons import Reason, ReasonArray
from risk.tests.bad_inputs.options import TERMS, UNKNOWN_SIDE
from risk.tests.bad_inputs.spec import Case, Entry, Gives, Refused, calling, refused_by
from risk.tests.chain_factories import chain

PRICED: Final = {"price": np.array([3.0, 8.0])} | {name: TERMS[name] for name in TERMS if name != "volatility"}
# No time left gives no volatility, and a price of zero has no time value.
INVERTED: Final = {"price": "NNNN", "futures": "NNNN", "strike": "NNNN", "expiry": "NNNN", "rate": "NNOO"}
PUBLISHED: Final = {
    "is_call": np.array([True, True]),
    "price": np.array([300.0, 250.0]),
    "spot": 25_000.0,
    "strike": np.array([25_500.0, 25_600.0]),
    "day": date(2026, 1, 6),
    "expiry": date(2026, 1, 27),
}
QUOTED: Final = {
    "bid": np.array([10.0, 11.0]),
    "ask": np.array([10.5, 11.5]),
    "age_seconds": np.array([1.0, 2.0]),
    "oldest_seconds": 60.0,
    "widest": 0.2,
}
AGELESS: Final = QUOTED | {"oldest_seconds": 0.0}
TOUCH: Final = {
    "forward": np.array([100.0, 100.0]),
    "barrier": np.array([99.0, 98.0]),
    "deviation": np.array([0.1, 0.1]),
}
TOUCHED: Final = {"forward": "RRRR", "barrier": "RRRR", "deviation": "ROOR"}
BOOKS: Final = {"bid": np.array([10.0, 11.0]), "ask": np.array([10.5, 11.5])}


def _why_none(**changes: float) -> ReasonArray:
    return implied_volatility("call", **PRICED | changes).reason


def _published(day: date) -> ReasonArray:
    found = published_volatility(
        np.array([True]), price=300.0, spot=25_000.0, strike=25_500.0, day=day, expiry=date(2026, 1, 27)
    )
    return found.reason


def _book(bid: float, ask: float) -> object:
    made = chain([(26_000.0, True, 65, 0, 0, 0, np.nan, np.nan, bid, ask, np.nan)], has_book=True)
    return usable_prices(made).reason.tolist()[0] == "crossed"


def _close(close: float, volume: float = 5.0) -> object:
    made = chain([(26_000.0, True, 65, 0, volume, 1, close, np.nan, np.nan, np.nan, np.nan)])
    return usable_prices(made).price


ENTRIES: Final = (
    Entry(
        "implied_volatility.implied_volatility",
        {"option_type": "call", **PRICED},
        INVERTED,
        "R",
        "O",
        (
            Case("word", calling(implied_volatility, "CE", **PRICED), UNKNOWN_SIDE),
            Case(
                "word",
                calling(implied_volatility, np.ones(2), **PRICED),
                Refused("array of booleans, was of float64"),
            ),
            Case("zero", lambda: _why_none(expiry=0.0), Gives([Reason.EXPIRED] * 2)),
            Case("nan", lambda: _why_none(rate=np.nan), Gives([Reason.NOT_FINITE] * 2)),
            Case("zero", lambda: _why_none(futures=0.0), Gives([Reason.NOT_POSITIVE] * 2)),
            Case("negative", lambda: _why_none(price=-1.0), Gives([Reason.BELOW_INTRINSIC] * 2)),
        ),
        read=lambda found: found.volatility,
        positional=("option_type",),
    ),
    Entry(
        "exchange_convention.published_volatility",
        PUBLISHED,
        {"price": "NNNN", "spot": "RRRR", "strike": "NNNN"},
        "R",
        "O",
        (
            Case(
                "negative",
                lambda: _published(date(2026, 2, 6)),
                Refused("expiry must not lie before .*, was 2026-01-27"),
            ),
            Case("zero", lambda: _published(date(2026, 1, 27)), Gives([Reason.EXPIRED])),
        ),
        read=lambda found: found.volatility,
        positional=("is_call",),
    ),
    Entry(
        "quote_hygiene.quote_reasons",
        QUOTED,
        {"bid": "NNNN", "ask": "NNNN", "age_seconds": "NNOO", "oldest_seconds": "RR.R", "widest": "RR.R"},
        "R",
        "O",
        (
            Case(
                "zero",
                calling(quote_reasons, **QUOTED | {"oldest_seconds": 0.0}),
                Gives([Reason.STALE] * 2),
                of="oldest_seconds",
            ),
            Case("zero", calling(quote_reasons, **QUOTED | {"widest": 0.0}), Gives([Reason.WIDE] * 2), of="widest"),
            Case("crossed", calling(quote_reasons, **QUOTED | {"bid": 12.0}), Gives([Reason.CROSSED] * 2)),
        ),
        read=lambda found: np.where(found == Reason.OK, 1.0, np.nan),
    ),
    Entry(
        "parity.quote_pairs",
        BOOKS,
        {"bid": "NNNN", "ask": "NNNN"},
        "R",
        "O",
        (Case("crossed", lambda: quote_pairs(bid=12.0, ask=11.0), Gives((np.nan, -1.0))),),
    ),
    Entry(
        "option_quotes.usable_prices",
        cases=(
            Case("crossed", lambda: _book(12.0, 11.0), Gives(True)),
            Case("nan", lambda: _close(np.nan), Gives([np.nan])),
            Case("zero", lambda: _close(0.0), Gives([np.nan])),
            Case("negative", lambda: _close(-1.0), Gives([np.nan])),
            Case("zero", lambda: _close(5.0, volume=0.0), Gives([np.nan])),
        ),
    ),
    Entry(
        "normalised_black.implied_deviation",
        {"log_moneyness": np.array([0.1, 0.2]), "time_value": np.array([0.05, 0.1])},
        {"log_moneyness": "NNOO", "time_value": "NNNN"},
        "R",
        "O",
        (
            Case(
                "shapes",
                lambda: implied_deviation(log_moneyness=np.ones(2), time_value=np.ones(1)),
                Refused(r"need one shape, got \(2,\) and \(1,\)"),
            ),
        ),
    ),
    *refused_by("normalised_black.implied_deviation", "normalised_black.solved_deviation"),
    *refused_by(
        "normalised_black.implied_deviation", "deviation_start.start_from_value", "deviation_start.start_from_remainder"
    ),
    Entry("first_passage.touch_probability_below", TOUCH, TOUCHED, "R", "O"),
    Entry("first_passage.touch_probability_above", TOUCH, TOUCHED, "R", "O"),
    Entry(
        "first_passage.two_sided_probability",
        {"distance_in_deviations": np.array([1.0, 2.0])},
        {"distance_in_deviations": "ROOR"},
        empty="O",
        says={"distance_in_deviations": "distance"},
    ),
    Entry(
        "first_passage.two_sided_log_odds",
        {"distance_in_deviations": np.array([1.0, 2.0])},
        {"distance_in_deviations": "ROOR"},
        empty="O",
        says={"distance_in_deviations": "distance"},
    ),
    Entry("normal.distribution", {"z": np.array([0.5, 1.0])}, {"z": "RROO"}, empty="O"),
    *refused_by("chain.Chain.greeks", "normal.node_and_slope"),
)
