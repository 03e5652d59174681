"""Bad inputs of option chains and of pricing whole chains at once."""

from typing import Final

import numpy as np

from risk.quant.calendar import ExchangeClock
from risk.quant.chain import Chain, ChainGreeks
from risk.quant.chain_valuation import Assumptions, value_chains
from risk.quant.reasons import Reason
from risk.tests.bad_inputs.spec import NUMBERS, Case, Entry, Gives, Refused, Why, calling, refused_by, without
from risk.tests.chain_factories import chain

CONTRACTS: Final = {"strike": np.array([100.0, 110.0]), "expiry": np.array([0.1, 0.1]), "rate": np.array([0.06, 0.06])}
MARKET: Final = {"futures": np.array([100.0, 100.0]), "volatility": np.array([0.2, 0.2])}

# Of a strike and of an expiry that is NaN, infinite, zero and negative.
STRIKE_CODES: Final = (Reason.NOT_FINITE, Reason.NOT_FINITE, Reason.NOT_POSITIVE, Reason.NOT_POSITIVE)
EXPIRY_CODES: Final = (Reason.NOT_FINITE, Reason.NOT_FINITE, Reason.OK, Reason.EXPIRED)


def _made() -> Chain:
    return Chain(strike=CONTRACTS["strike"], expiry=CONTRACTS["expiry"], rate=CONTRACTS["rate"])


def _priced(**changes: list[float]) -> object:
    terms = CONTRACTS | {name: np.array(value) for name, value in changes.items()}
    made = Chain(strike=terms["strike"], expiry=terms["expiry"], rate=terms["rate"])
    return made.greeks(futures=100.0, volatility=0.2).reason


ENTRIES: Final = (
    Entry(
        "chain.Chain",
        CONTRACTS,
        {"strike": "....", "expiry": "....", "rate": "..OO"},
        "R",
        "O",
        (
            *(
                Case(kind, calling(_priced, strike=[value, 100.0]), Gives([code, 0]), of="strike")
                for (kind, value), code in zip(
                    NUMBERS.items(),
                    STRIKE_CODES,
                    strict=True,
                )
            ),
            *(
                Case(kind, calling(_priced, expiry=[value, 0.1]), Gives([code, 0]), of="expiry")
                for (kind, value), code in zip(NUMBERS.items(), EXPIRY_CODES, strict=True)
            ),
            Case("nan", lambda: _priced(rate=[np.nan, 0.0]), Gives([Reason.NOT_FINITE, 0]), of="rate"),
            Case("infinite", lambda: _priced(rate=[np.inf, 0.0]), Gives([Reason.NOT_FINITE, 0]), of="rate"),
            Case(
                "shapes",
                lambda: Chain(strike=np.ones((2, 2)), expiry=1.0, rate=0.0),
                Refused(r"one dimension, had shape \(2, 2\)"),
            ),
        ),
        read=lambda made: float(len(made)),
    ),
    Entry(
        "chain.Chain.greeks",
        MARKET,
        {"futures": "NNNN", "volatility": "NNON"},
        "R",
        cases=(
            Case(
                "empty", lambda: Chain(strike=[], expiry=[], rate=[]).greeks(futures=[], volatility=[]).price, Gives([])
            ),
            Case(
                "shapes",
                lambda: _made().greeks(futures=100.0, volatility=0.2, out=ChainGreeks.of_size(3)),
                Refused("out must be of size 2, was of size 3"),
            ),
        ),
        on=_made,
        read=lambda found: found.vega,
    ),
    *refused_by("chain.Chain", "chain.ChainGreeks.of_size", "chain_kernel.Contracts.of", "chain_kernel.Forwards.of"),
    *refused_by("chain.Chain", "chain_kernel.Workspace.of_size", "chain_kernel.fill", "chain_scalar.few_contracts"),
    *refused_by("chain.Chain", "chain_scalar.fill_few"),
    *without(Why.ONLY_RECORDS, "chain_kernel.Contracts.part", "chain_kernel.Forwards.part", "chain_kernel.Sides.part"),
    *without(
        Why.ONLY_RECORDS, "chain_flags.forward_flags", "chain_flags.smile_flags", "arbitrage.has_butterfly_arbitrage"
    ),
    Entry(
        "chain_valuation.value_chains",
        cases=(
            Case(
                "rows",
                lambda: value_chains(
                    [chain(), chain(symbol="BANKNIFTY")], clock=ExchangeClock(), assumptions=Assumptions(0.06)
                ),
                Refused("chains must be of one underlying and instant, each expiry once, were"),
            ),
            Case(
                "nan",
                lambda: value_chains([chain()], clock=ExchangeClock(), assumptions=Assumptions(np.nan)),
                Refused("rate must be finite, was nan"),
            ),
        ),
    ),
)
