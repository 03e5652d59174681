"""Option chains as the exchange published them; figures named here are those of the data's own README."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from risk.chain_files import ChainFile, read_chains
from risk.chain_rows import clock_of
from risk.quant.chain_valuation import Assumptions, ValuedChain, value_chains
from risk.quant.exchange_convention import published_volatility
from risk.quant.forward import Source
from risk.quant.implied_volatility import implied_volatility
from risk.quant.reasons import Reason

pytestmark = pytest.mark.recorded

RAW = ("2025-01-02_NIFTY", "2026-01-06_BANKNIFTY", "2026-01-06_RELIANCE")


@pytest.fixture(scope="module")
def subset(shared_data: Path) -> ChainFile:
    return read_chains(shared_data / "options" / "nse_fo_eod_2025-01_2026-01.parquet")


@pytest.fixture(scope="module")
def website(shared_data: Path) -> ChainFile:
    return read_chains(shared_data / "options" / "nse_option_chain_banknifty_2023-05_two_expiries.json")


@pytest.fixture(scope="module")
def published(shared_data: Path) -> list[ChainFile]:
    return [read_chains(shared_data / "options" / "raw_udiff" / f"{name}.csv.gz") for name in RAW]


def valued(file: ChainFile) -> list[ValuedChain]:
    return value_chains(file.chains, clock=clock_of("NSE"), assumptions=Assumptions(rate=0.065))


def test_volatilities_of_recorded_options_are_those_of_py_vollib(shared_data: Path) -> None:
    # iv_pyvollib_r0: py_vollib with the future as spot and r = 0, which is undiscounted Black-76
    table = pq.read_table(shared_data / "options" / "bank_atm_iv_1min_2023.parquet")
    theirs = table["iv_pyvollib_r0"].to_numpy().astype(np.float64)

    ours = implied_volatility(
        np.array(table["flag"].to_pylist()) == "c",
        price=table["option_price"].to_numpy(),
        futures=table["future_price"].to_numpy(),
        strike=table["strike"].to_numpy(),
        expiry=table["tte_busdays250"].to_numpy(),
        rate=0.0,
    )

    # py_vollib says 0 where the price is the intrinsic value; that is no volatility
    assert set(ours.reason[theirs == 0.0].tolist()) == {Reason.NO_TIME_VALUE}
    known = theirs > 0
    assert known.sum() > 78_000
    assert np.abs(ours.volatility - theirs)[known].max() < 1e-9
    assert set(ours.reason[np.isnan(theirs)].tolist()) == {Reason.BELOW_INTRINSIC}


def test_nothing_of_the_subset_is_lost(subset: ChainFile) -> None:
    quotes = np.concatenate([chain.quotes for chain in subset.chains])
    spots = np.concatenate([np.full(len(chain.quotes), chain.spot) for chain in subset.chains])

    traded = quotes["volume"] > 0
    intrinsic = np.maximum(np.where(quotes["is_call"], spots - quotes["strike"], quotes["strike"] - spots), 0.0)
    assert (subset.rows, subset.refused) == (77_235, {})
    assert len(quotes) == 76_803
    assert (~traded).sum() == 30_891
    assert (quotes["close"] < intrinsic)[traded].sum() >= 6_302  # priced off the future, most of them are sound


def test_published_files_say_what_the_subset_says(subset: ChainFile, published: list[ChainFile]) -> None:
    known = {(chain.symbol, chain.trading_date, chain.expiry): chain for chain in subset.chains}

    for file in published:
        for chain in file.chains:
            other = known[chain.symbol, chain.trading_date, chain.expiry]
            assert chain.quotes.tobytes() == other.quotes.tobytes()
            assert (chain.spot, chain.observed_us) == (other.spot, other.observed_us)
            assert np.array_equal([chain.future], [other.future], equal_nan=True)


def test_parity_finds_the_listed_future_of_each_liquid_expiry(published: list[ChainFile]) -> None:
    forwards = [chain.forward for file in published for chain in valued(file) if chain.forward]

    gaps = [abs(one.parity_gap) / one.value for one in forwards if one.source is Source.FUTURE and one.strikes >= 10]
    assert len(gaps) >= 6
    assert max(gaps) < 0.001


def test_slices_of_recorded_closes_fit_within_half_a_point(published: list[ChainFile]) -> None:
    chains = [chain for file in published for chain in valued(file)]

    errors = [chain.smile.error for chain in chains if chain.smile]
    assert len(errors) >= 10
    assert np.median(errors) < 0.003
    assert max(errors) < 0.01


def test_quotes_of_the_expiry_day_and_of_unknown_expiries_are_not_valued(published: list[ChainFile]) -> None:
    chains = valued(published[0])

    dead = {str(chain.chain.expiry): chain.flags for chain in chains if chain.forward is None}
    assert dead.pop("2025-01-02") == ("expired",)
    assert set(dead) == {"2027-06-24", "2027-12-30", "2028-06-29", "2028-12-28", "2029-06-28", "2029-12-27"}
    assert set(dead.values()) == {("expiry_not_covered",)}


def test_calls_far_below_spot_intrinsic_have_a_volatility_off_the_future(published: list[ChainFile]) -> None:
    chains = [chain for file in published for chain in valued(file) if chain.smile]

    rescued = 0
    for chain in chains:
        quotes = chain.chain.quotes
        put = ~quotes["is_call"]
        below = put & (quotes["close"] < quotes["strike"] - chain.chain.spot) & (quotes["volume"] > 0)
        rescued += int(np.isfinite(chain.volatility[below]).sum())
    assert rescued > 50


def test_the_published_volatility_is_black_scholes_on_the_spot(website: ChainFile) -> None:
    far = website.chains[-1]
    known = np.isfinite(far.quotes["published"])
    quotes = far.quotes[known]

    recomputed = published_volatility(
        quotes["is_call"], price=quotes["close"], spot=far.spot, strike=quotes["strike"],
        day=far.trading_date, expiry=far.expiry,
    ).volatility  # fmt: skip

    # data README: median error 0.1 volatility point from eight days on
    assert (far.expiry - far.trading_date).days == 22
    assert np.nanmedian(np.abs(recomputed - quotes["published"])) < 0.0012


def test_black_76_joins_calls_and_puts_that_the_exchange_splits(website: ChainFile) -> None:
    far = valued(website)[-1]
    quotes = far.chain.quotes
    near = np.abs(quotes["strike"] / far.chain.spot - 1.0) < 0.02

    def split(volatility: np.ndarray) -> float:
        pairs = [volatility[near & (quotes["is_call"] == side)] for side in (True, False)]
        return float(np.nanmedian(np.abs(pairs[0] - pairs[1])))

    assert split(far.volatility) < 0.003
    assert split(quotes["published"]) > 0.02
