"""Bad inputs of prices and Greeks, of single options and arrays of them."""

from typing import Final

import numpy as np

from risk.quant.black76 import price, price_array, undiscounted_price
from risk.quant.greeks import Greeks, greeks, greeks_array
from risk.quant.reasons import Reason, ReasonArray, text
from risk.quant.terms import broadcast, checked_terms, sign_of
from risk.tests.bad_inputs.spec import Case, Entry, Gives, Refused, Why, calling, refused_by

TERMS: Final = {
    "futures": np.array([100.0, 101.0]),
    "strike": np.array([100.0, 95.0]),
    "volatility": np.array([0.2, 0.3]),
    "expiry": np.array([0.1, 0.2]),
    "rate": np.array([0.06, 0.06]),
}
CALL: Final = {"option_type": "call", **TERMS}
SIDE: Final = ("option_type",)
UNKNOWN_SIDE: Final = Refused("option_type must be call or put, was 'CE'")
# A negative expiry is an expired option.
CHECKED: Final = {"futures": "RRRR", "strike": "RRRR", "volatility": "RROR", "expiry": "RROR", "rate": "RROO"}
SCREENED: Final = {"futures": "NNNN", "strike": "NNNN", "volatility": "NNON", "expiry": "NNON", "rate": "NNOO"}
SPREAD: Final = {
    "option_type": "put",
    "futures": np.array([100.0, 90.0]),
    "strike": np.array([95.0, 95.0]),
    "deviation": np.array([0.1, 0.1]),
}


def _why_no_price(**changes: float) -> ReasonArray:
    return price_array("put", **TERMS | changes).reason


def _why_no_greek(**changes: float) -> ReasonArray:
    return greeks_array("put", **TERMS | changes).reason


def _some_greeks() -> Greeks:
    return greeks("call", **TERMS)


ENTRIES: Final = (
    Entry(
        "black76.price",
        CALL,
        CHECKED,
        "R",
        "O",
        (Case("word", calling(price, "CE", **TERMS), UNKNOWN_SIDE),),
        positional=SIDE,
    ),
    Entry(
        "black76.price_array",
        CALL,
        SCREENED,
        "R",
        "O",
        (
            Case("word", calling(price_array, "CE", **TERMS), UNKNOWN_SIDE),
            Case("negative", lambda: _why_no_price(expiry=-1.0), Gives([Reason.EXPIRED] * 2)),
            Case("nan", lambda: _why_no_price(rate=np.nan), Gives([Reason.NOT_FINITE] * 2)),
            Case("zero", lambda: _why_no_price(strike=0.0), Gives([Reason.NOT_POSITIVE] * 2)),
        ),
        read=lambda found: found.value,
        positional=SIDE,
    ),
    Entry(
        "black76.undiscounted_price",
        SPREAD,
        {"futures": "RRRR", "strike": "RRRR", "deviation": "RROR"},
        "R",
        "O",
        (
            Case(
                "word",
                calling(undiscounted_price, "CE", futures=1.0, strike=1.0, deviation=0.1),
                UNKNOWN_SIDE,
            ),
        ),
        positional=SIDE,
    ),
    *refused_by("terms.checked_terms", "black76.position_of", "black76.discounted_price"),
    *refused_by("terms.checked_terms", "time_value.position", "time_value.log_moneyness", "time_value.time_value"),
    *refused_by("terms.checked_terms", "time_value.mills_ratio"),
    Entry(
        "terms.checked_terms",
        TERMS,
        CHECKED,
        "R",
        "O",
        (
            Case(
                "infinite",
                calling(checked_terms, **TERMS | {"rate": -1e4}),
                Refused("rate must not make the discount factor overflow, was -10000"),
            ),
        ),
    ),
    Entry("terms.screened_terms", TERMS, SCREENED, "R", "O", read=lambda found: np.where(found[1] == 0, 1.0, np.nan)),
    Entry(
        "terms.sign_of",
        cases=(Case("word", calling(sign_of, "CE"), UNKNOWN_SIDE),),
    ),
    Entry(
        "terms.broadcast",
        {"first": np.ones(2), "other": np.ones(2)},
        shapes="R",
        cases=(Case("empty", lambda: broadcast(one=np.ones(0), other=1.0), Gives(([], []))),),
        skips={"arguments": Why.ORDINARY},
    ),
    Entry(
        "greeks.greeks",
        CALL,
        CHECKED,
        "R",
        "O",
        (Case("word", calling(greeks, "CE", **TERMS), UNKNOWN_SIDE),),
        positional=SIDE,
    ),
    Entry(
        "greeks.greeks_array",
        CALL,
        SCREENED,
        "R",
        "O",
        (
            Case("word", calling(greeks_array, "CE", **TERMS), UNKNOWN_SIDE),
            Case("negative", lambda: _why_no_greek(expiry=-1.0), Gives([Reason.EXPIRED] * 2)),
            Case("zero", lambda: _why_no_greek(futures=0.0), Gives([Reason.NOT_POSITIVE] * 2)),
        ),
        read=lambda found: found.delta,
        positional=SIDE,
    ),
    Entry("greeks.Greeks.theta_per_trading_day", {"days_a_year": 252}, {"days_a_year": "--RR"}, on=_some_greeks),
    Entry("reasons.text", cases=(Case("word", lambda: text(99), Refused("99 is not a valid Reason")),)),
)
