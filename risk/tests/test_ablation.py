import pytest

from risk.quant.ablation import CORRECTION, calibrated, leave_one_out, online
from risk.quant.backtest import Verdict, walk_forward
from risk.quant.model import default_model
from risk.tests.market_factories import CLOCK, PAIR, stormy_bars


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    return walk_forward(stormy_bars(20), clock=CLOCK, universe=PAIR, model=default_model(), fit_sessions=12)


def test_the_whole_score_is_judged_as_the_production_fold_judged_it(verdict: Verdict) -> None:
    every = verdict.earlier + verdict.cases

    found = online(every, calibrated(every, verdict.model, PAIR), verdict.model)[len(verdict.earlier) :]

    assert found == pytest.approx(verdict.cases.log_odds, abs=1e-6)


def test_each_part_that_has_a_weight_is_left_out_once(verdict: Verdict) -> None:
    found = {row.part: row.judged for row in leave_one_out(verdict, universe=PAIR)}

    assert set(found) == {"", "fast", "medium", "daily", "slow", "falls", "after_weekend", "expiry_day", CORRECTION}
    assert found[""].auc == pytest.approx(verdict.judged.auc, abs=1e-9)
    assert found["fast"].log_loss != found[""].log_loss
    assert found[CORRECTION].log_loss != found[""].log_loss
