"""Greeks as printed in Haug, Option Pricing Formulas (1998)."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from risk.quant.greeks import greeks


def spot_greek(row: dict[str, str]) -> float | None:
    """A published Greek of a European option on a spot price, from ours by the chain rule with F = S exp((r - q) T)."""
    spot, rate, carry, years = (float(row[name]) for name in ("S", "r", "q", "t"))
    growth = np.exp((rate - carry) * years)
    found = greeks(
        "call" if row["flag"] == "c" else "put",
        futures=spot * growth,
        strike=float(row["K"]),
        volatility=float(row["sigma"]),
        expiry=years,
        rate=rate,
    )
    forward_delta = found.delta * spot * growth
    theta = found.theta - (rate - carry) * forward_delta
    by_quantity: dict[str, Callable[[], float]] = {
        "delta": lambda: float(found.delta * growth),
        "gamma": lambda: float(found.gamma * growth**2),
        "vega": lambda: float(found.vega),
        "theta": lambda: float(theta),
        "theta per day": lambda: float(theta / 365),
        "rho": lambda: float(found.rho + years * forward_delta),
        "dividendRho": lambda: float(-years * forward_delta),
        "elasticity": lambda: float(forward_delta / found.price),
    }
    return by_quantity[row["quantity"]]() if row["quantity"] != "price" else None


@pytest.mark.recorded
def test_greeks_agree_with_haug(shared_data: Path) -> None:
    # Delta, gamma, vega, theta and rho of the forward become the spot's by the chain rule.  Elasticity and the
    # dividend rho are no Greeks of Black-76; they follow from its delta all the same.
    with (shared_data / "reference" / "haug_european_values.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["quantity"] != "price"]

    assert len(rows) == 11
    for row in rows:
        assert spot_greek(row) == pytest.approx(float(row["value"]), abs=float(row["tol"])), row


def test_published_deltas() -> None:
    # Haug, Option Pricing Formulas (1998), pp. 11-16: cost of carry 0, so the spot's delta is the forward's
    terms = {"futures": 105.0, "strike": 100.0, "volatility": 0.36, "expiry": 0.5, "rate": 0.10}

    assert greeks("call", **terms).delta == pytest.approx(0.5946, abs=5e-5)
    assert greeks("put", **terms).delta == pytest.approx(-0.3566, abs=5e-5)
