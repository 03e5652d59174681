import numpy as np
import pytest

from risk.quant.chain import BLOCK, CALL, PUT, SIDES, Chain, ChainGreeks
from risk.quant.chain_scalar import FEW
from risk.quant.greeks import Greeks, greeks, greeks_array
from risk.quant.reasons import Reason
from risk.quant.terms import Terms
from riskplatform.benchmarks.accuracy_pricing import chain_findings, hostile_terms

BOTH = ("price", "delta", "theta", "rho")
SHARED = ("gamma", "vega")


def ordinary(n: int) -> Terms:
    """A chain as the market quotes it: three expiries, each with its forward."""
    random = np.random.default_rng(2)
    expiry = random.choice([2 / 365, 30 / 365, 0.5], n)
    return Terms(
        futures=20_000 * np.exp(0.06 * expiry),
        strike=np.linspace(15_000, 26_000, n),
        volatility=random.uniform(0.1, 0.5, n),
        expiry=expiry,
        rate=np.full(n, 0.06),
    )


def chain_of(terms: Terms) -> Chain:
    return Chain(strike=terms.strike, expiry=terms.expiry, rate=terms.rate)


def assert_close(found: ChainGreeks, exact: Greeks, row: int) -> None:
    """Each quantity to 1e-12 of its largest value in the chain; the reference comes from `greeks`, proved elsewhere."""
    for name in BOTH + SHARED:
        expected = getattr(exact, name)
        mine = getattr(found, name)[row] if name in BOTH else getattr(found, name)
        assert np.abs(mine - expected).max() <= 1e-12 * np.abs(expected).max(), (name, row)


@pytest.mark.parametrize("n", [1, FEW, FEW + 1, 500, 2000, 2 * BLOCK + 1])
def test_a_chain_agrees_with_the_reference_whatever_its_size(n: int) -> None:
    terms = ordinary(n)

    found = chain_of(terms).greeks(futures=terms.futures, volatility=terms.volatility)

    for row, side in ((CALL, SIDES[CALL]), (PUT, SIDES[PUT])):
        assert_close(found, greeks(side, **vars(terms)), row)
    assert not found.reason.any()


def test_chain_prices_keep_their_tolerances_over_hostile_terms() -> None:
    findings = list(chain_findings(hostile_terms(50_000, seed=11)))

    assert [finding.target for finding in findings] == [1e-15, 1e-9]
    assert [finding for finding in findings if finding.error > finding.target] == []


@pytest.mark.parametrize("n", [FEW, 3000])
def test_prices_are_never_negative_and_agree_with_parity(n: int) -> None:
    terms = ordinary(n)

    price = chain_of(terms).greeks(futures=terms.futures, volatility=terms.volatility).price

    assert price.min() >= 0
    parity = np.exp(-terms.rate * terms.expiry) * (terms.futures - terms.strike)
    assert price[CALL] - price[PUT] == pytest.approx(parity, rel=0, abs=2e-15 * 26_000)


@pytest.mark.parametrize("n", [FEW, 3000, BLOCK + 1])
def test_one_futures_price_and_volatility_serve_all_contracts(n: int) -> None:
    terms = ordinary(n)
    chain = chain_of(terms)

    once = chain.greeks(futures=20_000.0, volatility=0.2)
    each = chain.greeks(futures=np.full(n, 20_000.0), volatility=np.full(n, 0.2))

    for name in BOTH + SHARED:
        assert getattr(once, name).tolist() == getattr(each, name).tolist()


@pytest.mark.parametrize("n", [FEW, 100, BLOCK + 1])
@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("expiry", 0.0, Reason.OK),
        ("expiry", 1e-8, Reason.OK),
        ("expiry", 60.0, Reason.OK),
        ("expiry", -0.1, Reason.EXPIRED),
        ("expiry", np.nan, Reason.NOT_FINITE),
        ("strike", 0.0, Reason.NOT_POSITIVE),
        ("strike", 1e-300, Reason.OK),
        ("strike", np.inf, Reason.NOT_FINITE),
        ("rate", np.nan, Reason.NOT_FINITE),
        ("rate", 20.0, Reason.OK),
        ("volatility", 0.0, Reason.OK),
        ("volatility", 1e-12, Reason.OK),
        ("volatility", 1e5, Reason.OK),
        ("volatility", -0.2, Reason.NOT_POSITIVE),
        ("volatility", np.nan, Reason.NOT_FINITE),
        ("volatility", np.inf, Reason.NOT_FINITE),
        ("futures", -1.0, Reason.NOT_POSITIVE),
        ("futures", np.nan, Reason.NOT_FINITE),
        ("futures", 1e300, Reason.OK),
    ],
)
def test_a_contract_at_a_limit_has_its_limit_and_a_bad_one_its_reason(
    n: int, name: str, value: float, reason: Reason
) -> None:
    columns = {key: array.copy() for key, array in vars(ordinary(n)).items()}
    columns[name][n // 2] = value
    terms, odd, rest = Terms(**columns), n // 2, np.arange(n) != n // 2

    found = chain_of(terms).greeks(futures=terms.futures, volatility=terms.volatility)

    assert found.reason[odd] == reason
    assert not found.reason[rest].any()
    plain = Terms(*(array[rest] for array in columns.values()))
    for row, side in enumerate(SIDES):
        alone = greeks_array(side, **{key: array[odd] for key, array in columns.items()})
        for quantity in BOTH + SHARED:
            here = getattr(found, quantity)
            mine = here[row, odd] if quantity in BOTH else here[odd]
            np.testing.assert_equal(mine, float(getattr(alone, quantity)), err_msg=quantity)
        views = {quantity: getattr(found, quantity)[..., rest] for quantity in (*BOTH, *SHARED, "reason")}
        assert_close(ChainGreeks(**views), greeks(side, **vars(plain)), row)


def test_a_reason_goes_away_with_its_cause() -> None:
    terms = ordinary(50)
    chain, out = chain_of(terms), ChainGreeks.of_size(50)

    chain.greeks(futures=np.nan, volatility=0.2, out=out)
    assert set(out.reason.tolist()) == {Reason.NOT_FINITE}
    chain.greeks(futures=20_000.0, volatility=0.2, out=out)

    assert not out.reason.any()
    assert not np.isnan(out.price).any()


def test_results_go_where_they_are_wanted() -> None:
    chain = chain_of(ordinary(30))
    out = ChainGreeks.of_size(30)

    assert chain.greeks(futures=20_000.0, volatility=0.2, out=out) is out
    assert chain.greeks(futures=20_000.0, volatility=0.2).price.tolist() == out.price.tolist()
    with pytest.raises(ValueError, match="out must be of size 30, was of size 31"):
        chain.greeks(futures=20_000.0, volatility=0.2, out=ChainGreeks.of_size(31))


def test_a_chain_does_not_notice_later_changes_of_its_arguments() -> None:
    strike = np.array([90.0, 100.0])
    chain = Chain(strike=strike, expiry=0.0, rate=0.0)

    strike[:] = np.nan

    assert chain.greeks(futures=95.0, volatility=0.2).price.tolist() == [[5.0, 0.0], [0.0, 5.0]]


def test_an_empty_chain_has_no_prices() -> None:
    chain = Chain(strike=[], expiry=[], rate=[])

    assert len(chain) == 0
    assert chain.greeks(futures=100.0, volatility=0.2).price.shape == (2, 0)


def test_a_chain_of_rubbish_has_only_reasons() -> None:
    found = Chain(strike=[np.nan, -1.0], expiry=1.0, rate=0.0).greeks(futures=100.0, volatility=0.2)

    assert found.reason.tolist() == [Reason.NOT_FINITE, Reason.NOT_POSITIVE]
    assert np.isnan(found.price).all()


def test_shapes_that_do_not_fit_are_named() -> None:
    with pytest.raises(ValueError, match=r"were strike \(2,\), expiry \(3,\)"):
        Chain(strike=[90, 100], expiry=[1, 2, 3], rate=0.0)
    with pytest.raises(ValueError, match=r"contracts must have one dimension, had shape \(2, 1\)"):
        Chain(strike=[[90], [100]], expiry=1.0, rate=0.0)
    chain = Chain(strike=[90, 100], expiry=1.0, rate=0.0)
    with pytest.raises(ValueError, match=r"volatility must be one number or have shape \(2,\), had \(3,\)"):
        chain.greeks(futures=100.0, volatility=[0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match=r"futures must be one number or have shape \(2,\), had \(1, 2\)"):
        chain.greeks(futures=[[100.0, 100.0]], volatility=0.2)


def test_a_price_below_the_smallest_number_is_not_negative() -> None:
    found = Chain(strike=100.0, expiry=1.0, rate=0.0).greeks(futures=68.20515755666734, volatility=0.01)

    assert found.price[CALL, 0] >= 0
