from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from risk.bar_sources import BarSource
from risk.quant.cases import Cases
from risk.quant.history import in_sessions
from streaming.feeds.simulated_market import MINUTES, SYMBOLS
from streaming.feeds.simulated_source import FIRST_SESSION, SEED, simulated_source, true_probabilities
from streaming.feeds.simulated_truth import touch_truth


@pytest.fixture(scope="module")
def source() -> BarSource:
    return simulated_source(2, paths=60)


@pytest.fixture(scope="module")
def cases() -> Cases:
    """Six windows of two sessions, in no order; what the truth does not read is 0."""
    blank: dict[str, Any] = {field.name: np.zeros(6) for field in fields(Cases)}
    return replace(
        Cases(**blank),
        session_key=np.array([FIRST_SESSION + 1, FIRST_SESSION, FIRST_SESSION, FIRST_SESSION + 1] * 2)[:6],
        instrument=np.array([3, 1, 20, 7, 3, 1]),
        minute=np.array([345, 15, 60, 60, 15, 60]),
        barrier=np.array([0.004, 0.006, 0.009, 0.008, 0.012, 0.005]),
        horizon=np.array([30.0, 60.0, 60.0, 60.0, 60.0, 60.0]),
    )


def test_a_source_holds_whole_sessions_of_every_symbol(source: BarSource) -> None:
    bars, strays = in_sessions(source.bars, source.clock)
    sessions, minutes = np.unique(bars["session"]), np.unique(bars["minute"])

    assert strays == 0
    assert sessions.tolist() == [FIRST_SESSION, FIRST_SESSION + 1]
    assert minutes.tolist() == list(range(MINUTES))
    assert len(bars) > 0.99 * 2 * MINUTES * len(SYMBOLS)
    assert source.symbols == SYMBOLS
    assert source.universe.asset_class.tolist() == [0, 0] + [1] * 18


def test_the_same_call_gives_the_same_bars(source: BarSource) -> None:
    assert simulated_source(2).bars.tobytes() == source.bars.tobytes()
    assert simulated_source(1).bars.tobytes() == source.bars[source.bars["session"] == FIRST_SESSION].tobytes()


def test_another_seed_is_another_market(source: BarSource) -> None:
    assert not np.array_equal(simulated_source(1, seed=SEED + 1).bars["close"][:100], source.bars["close"][:100])


def test_every_window_has_the_truth_of_its_session_start_symbol_and_barrier(source: BarSource, cases: Cases) -> None:
    assert source.truth is not None
    truth = source.truth(cases)

    for row in range(6):
        column = int(cases.instrument[row]) - 1
        barrier = np.full((1, len(SYMBOLS)), np.nan)
        barrier[0, column] = cases.barrier[row]
        plain = touch_truth(
            SEED, int(cases.session_key[row]), starts=cases.minute[[row]], barrier=barrier, horizon=60, paths=60
        )
        assert truth[row] == plain.probability[0, column]


def test_windows_of_different_horizons_are_refused(cases: Cases) -> None:
    mixed = replace(cases, horizon=np.array([30.0, 30.0, 60.0, 60.0, 60.0, 60.0]))

    with pytest.raises(ValueError, match="every window must end after 60 minutes or at the close"):
        true_probabilities(mixed, seed=SEED, paths=10)


def test_no_window_has_no_truth(cases: Cases) -> None:
    none = cases.where(np.zeros(6, dtype=bool))

    assert true_probabilities(none, seed=SEED, paths=10).shape == (0,)


def test_a_source_without_sessions_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one session, was 0"):
        simulated_source(0)
