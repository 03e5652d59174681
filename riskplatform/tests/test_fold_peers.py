import numpy as np
import pytest

from riskplatform.benchmarks import fold_peers
from riskplatform.benchmarks.fold_peers import BarsDisagree, Peer, folded
from riskplatform.benchmarks.folding import market_seconds


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SYMBOLS", 4), ("TICKS", 3), ("SECONDS", 62), ("ROUNDS", 1)):
        monkeypatch.setattr(fold_peers, name, value)


def test_the_bars_are_those_of_a_loop_over_ticks(few: None) -> None:
    batches = market_seconds(4, ticks=3, seconds=62)
    bars = np.zeros((62, 4, 5), dtype=np.int64)
    running: dict[tuple[int, int], list[int]] = {}
    for second, batch in enumerate(batches):
        for tick in batch:
            symbol, paise = int(tick["instrument"]) - 1, round(100 * float(tick["last_price"]))
            bar = running.setdefault((second // 60, symbol), [paise, paise, paise, paise, 0])
            bar[1:] = [max(bar[1], paise), min(bar[2], paise), paise, bar[4] + 1]
            bars[second, symbol] = bar

    assert np.array_equal(folded(batches), bars)


def test_a_library_that_is_not_installed_is_said_so(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(batches: object) -> fold_peers.Work:
        raise ModuleNotFoundError("no module", name="nowhere")

    monkeypatch.setattr(fold_peers, "PEERS", (Peer("nowhere", absent),))

    assert [row[2] for row in fold_peers.rows()] == ["nowhere is not installed"]


def test_a_library_with_other_bars_is_not_measured(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fold_peers, "PEERS", (Peer("wrong", lambda batches: lambda: folded(batches) + 1),))

    with pytest.raises(BarsDisagree, match="the bars of wrong"):
        list(fold_peers.rows())
