"""Bad inputs of forwards, parity, smiles and what a surface of smiles says."""

from dataclasses import replace
from typing import Final

import numpy as np

from risk.quant.arbitrage import convexity_breaks, has_calendar_arbitrage
from risk.quant.forward import Forward, Source, forward_of
from risk.quant.parity import fit_parity
from risk.quant.reasons import Reason
from risk.quant.smile import Smile
from risk.quant.surface import shape_of
from risk.tests.bad_inputs.spec import NUMBERS, Case, Entry, Gives, Refused, calling
from risk.tests.parity_factories import STRIKES, pairs

SMILE: Final = Smile(0.1, 0.003, 0.05, -0.3, 0.01, 0.1, -0.2, 0.2, 20, 0.0)
CALLS, PUTS = pairs(STRIKES, forward=24_100.0, discount=0.99)
PAIRS: Final = {"strike": STRIKES, "call": CALLS, "put": PUTS, "spread": np.ones(len(STRIKES))}
PARITY: Final = {**PAIRS, "years": 0.1, "rate": 0.06, "rate_error": 0.02}
FORWARD: Final = {
    "future": 24_000.0,
    "future_spread": 1.0,
    "parity": None,
    "spot": 23_900.0,
    "years": 0.1,
    "rate": 0.06,
    "carry": 0.05,
    "rate_error": 0.02,
}
QUOTED: Final = {
    "log_moneyness": np.array([-0.15, -0.1, -0.05, 0.0, 0.05, 0.1, 0.15]),
    "volatility": np.array([0.2, 0.18, 0.17, 0.16, 0.165, 0.17, 0.18]),
    "weight": np.ones(7),
    "years": 0.1,
}
CONVEX: Final = {
    "strike": np.array([100.0, 110.0, 120.0]),
    "price": np.array([12.0, 6.0, 2.0]),
    "doubt": np.array([0.1, 0.1, 0.1]),
}

# Why a pair is left out: of a number that is NaN, infinite and zero, and of each column's negative one.
NOT_THERE: Final = (Reason.NOT_FINITE, Reason.NOT_FINITE, Reason.NOT_POSITIVE)
LEFT_OUT: Final = {"strike": Reason.NOT_POSITIVE, "call": Reason.NOT_POSITIVE, "spread": Reason.CROSSED}


def _verdict(name: str, value: float) -> object:
    """Return the first pair's verdict when one of its numbers is bad."""
    columns = {column: np.array(values) for column, values in PAIRS.items()}
    columns[name][0] = value
    strike, call, put, spread = columns.values()
    found = fit_parity(strike=strike, call=call, put=put, spread=spread, years=0.1, rate=0.06, rate_error=0.02)
    assert found is not None
    return found.reasons[0]


ENTRIES: Final = (
    Entry(
        "arbitrage.durrleman",
        {"smile": SMILE, "log_moneyness": np.array([0.0, 0.1])},
        {"log_moneyness": "RROO"},
        empty="O",
    ),
    Entry(
        "arbitrage.has_calendar_arbitrage",
        cases=(
            Case(
                "zero",
                lambda: has_calendar_arbitrage(SMILE, SMILE),
                Refused("later must expire after earlier, were 0.1"),
            ),
        ),
    ),
    Entry(
        "arbitrage.convexity_breaks",
        CONVEX,
        {"strike": "RR..", "price": "RROO", "doubt": "RROR"},
        "R",
        "O",
        (
            Case(
                "zero",
                lambda: convexity_breaks(strike=[0.0, 1.0, 2.0], price=[3.0, 2.0, 1.0], doubt=[0.0] * 3),
                Gives([0, 0, 0]),
                of="strike",
            ),
            Case(
                "negative",
                lambda: convexity_breaks(strike=[1.0, -1.0], price=[3.0, 2.0], doubt=[0.0] * 2),
                Refused("strike must ascend, was"),
                of="strike",
            ),
        ),
    ),
    Entry(
        "forward.Forward.rate",
        {"years": 0.1},
        {"years": "RRRR"},
        on=lambda: Forward(100.0, 0.99, 0.1, 0.1, Source.CARRY, 0),
    ),
    Entry(
        "forward.forward_of",
        FORWARD,
        {
            "future": "RRRR",
            "future_spread": "R.OR",
            "spot": "RRRR",
            "years": "RRRR",
            "rate": "RROO",
            "carry": "RROO",
            "rate_error": "RRRR",
        },
        cases=(
            Case(
                "infinite",
                calling(forward_of, **FORWARD | {"future_spread": np.inf}),
                Refused("future_spread must .*was inf"),
                of="future_spread",
            ),
            Case("crossed", calling(forward_of, **FORWARD | {"future_spread": -1.0}), Refused(r"\(crossed\), was -1")),
        ),
    ),
    Entry(
        "forward.implied_carry",
        {"future": 101.0, "spot": 100.0, "years": 0.1},
        {"future": "RRRR", "spot": "RRRR", "years": "RRRR"},
    ),
    Entry(
        "parity.fit_parity",
        PARITY,
        {
            "strike": "....",
            "call": "....",
            "put": "OOOO",
            "spread": "....",
            "years": "RRRR",
            "rate": "RROO",
            "rate_error": "RRRR",
        },
        "R",
        "O",
        tuple(
            Case(kind, calling(_verdict, name, value), Gives(code), of=name)
            for name, negative in LEFT_OUT.items()
            for (kind, value), code in zip(NUMBERS.items(), (*NOT_THERE, negative), strict=True)
        ),
    ),
    Entry(
        "smile.fit_smile",
        QUOTED,
        {"log_moneyness": "RROO", "volatility": "RRRR", "weight": "RRRR", "years": "RRRR"},
        "R",
        "O",
    ),
    *(
        Entry(
            f"smile.Smile.{name}",
            {"log_moneyness": np.array([0.1, 0.0])},
            {"log_moneyness": "RROO"},
            empty="O",
            on=lambda: SMILE,
        )
        for name in ("total_variance", "volatility", "derivatives")
    ),
    Entry("surface.shape_of", cases=(Case("nan", lambda: shape_of(replace(SMILE, low=0.1)).atm, Gives(np.nan)),)),
    Entry(
        "surface.term_slopes",
        {"years": np.array([0.1, 0.2, 0.3]), "atm": np.array([0.15, 0.16, 0.17])},
        {"years": "RRRR", "atm": "NNOO"},
        "R",
        "O",
    ),
)
