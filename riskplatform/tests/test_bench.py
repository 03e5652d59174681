import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from riskplatform.benchmarks import accuracy_iv, accuracy_pricing, option_pricing
from riskplatform.benchmarks.accuracy_pricing import Finding
from riskplatform.benchmarks.pricing_peers import Peer, Valuation


@pytest.fixture
def brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(option_pricing, "BURST", 1)
    monkeypatch.setattr(option_pricing, "PEERS", ())


def absent() -> Valuation:
    raise ModuleNotFoundError("no module", name="nowhere")


def shifted() -> Valuation:
    return lambda sign, futures, strike, volatility, expiry, rate: (futures + 1.0,)


def test_what_bench_cannot_measure_is_refused() -> None:
    with pytest.raises(
        CommandError,
        match="fold, latency, catch-up, black76, iv, storage, rest, alerts, lines, screens, was asked for 'weather'",
    ):
        call_command("bench", "weather")


def test_bench_prints_a_row_per_chain(brisk: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("bench", "black76")

    printed = capsys.readouterr().out
    assert "chain of 10,000 options" in printed
    assert "chain of 160 options" in printed
    assert "options/s" in printed


def test_a_library_that_is_absent_is_called_so(brisk: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(option_pricing, "PEERS", (Peer("Nowhere", "nowhere", absent),))

    *_, last = option_pricing.rows()

    assert last[1:] == ("–", "Nowhere is not installed", "–")


def test_an_alternative_that_computes_something_else_is_not_measured(
    brisk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(option_pricing, "PEERS", (Peer("Shifted", "shifted", shifted),))

    with pytest.raises(option_pricing.PricesDisagree, match="prices of Shifted must agree"):
        list(option_pricing.rows())


def test_the_accuracy_table_says_that_targets_are_met(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("accuracy", "--cases", "50")

    printed = capsys.readouterr().out
    assert "dual_delta" in printed
    assert "chain price" in printed
    assert " no " not in printed


def test_a_missed_target_fails_the_accuracy_command(monkeypatch: pytest.MonkeyPatch) -> None:
    missed = Finding("price", 3, 2e-12, "call, F/K 1", 1e-12)
    monkeypatch.setattr(accuracy_pricing, "reference_findings", lambda terms: [missed])
    monkeypatch.setattr(accuracy_iv, "findings", list)

    with pytest.raises(CommandError, match="a target is not met"):
        call_command("accuracy", "--cases", "1")


def test_without_mpmath_the_accuracy_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "riskplatform.benchmarks.accuracy_pricing")
    monkeypatch.delattr("riskplatform.benchmarks.accuracy_pricing")
    monkeypatch.setitem(sys.modules, "mpmath", None)

    with pytest.raises(CommandError, match=r"mpmath is needed: .* -m pip install -r requirements-bench.txt"):
        call_command("accuracy")


def test_the_benchmark_environment_keeps_the_pinned_numpy() -> None:
    checkout = Path(option_pricing.__file__).resolve().parents[2]
    pinned = {line for line in (checkout / "requirements-bench.txt").read_text().splitlines() if "==" in line}

    assert not any(line.startswith(("numpy", "scipy")) for line in pinned)
