from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from risk.quant.proof import Proof, prove
from risk.report_words import trust_sentences
from risk.tests.case_factories import verdict_of

SYMBOLS = {1: "NIFTY", 2: "BANKNIFTY"}


@pytest.fixture(scope="module")
def proof() -> Proof:
    return prove(verdict_of(), symbols=SYMBOLS, random=np.random.default_rng(4), resamples=100)


def words_of(proof: Proof, **changes: Any) -> str:
    return " ".join(trust_sentences(replace(proof, **changes)))


def test_words_warn_of_few_sessions_and_few_alarms(proof: Proof) -> None:
    assert "10 sessions are few" in words_of(proof)
    assert "sessions are few" not in words_of(proof, judged_sessions=30)
    assert "Only 3 of" in words_of(proof, high=replace(proof.high, alarms=3))
    assert "None of" in words_of(proof, high=replace(proof.high, alarms=0))
    assert "31 windows were HIGH, and 80% of them" in words_of(
        proof, high=replace(proof.high, alarms=31, precision=0.8)
    )


def test_words_follow_the_interval_of_the_skill(proof: Proof) -> None:
    def against(low: float, high: float) -> str:
        return words_of(proof, rivals=[replace(rival, interval=(low, high)) for rival in proof.rivals])

    assert "unlikely to be luck" in against(0.01, 0.1)
    assert "do not show that it is better" in against(-0.01, 0.1)
    assert "the score is worse" in against(-0.2, -0.1)
    assert "the skill is" not in against(float("nan"), float("nan"))


def test_words_name_the_bins_off_the_diagonal_and_a_drift(proof: Proof) -> None:
    bins = [replace(row, excludes_diagonal=True if row.low == 0.2 else None) for row in proof.score.bins]
    none = [replace(row, excludes_diagonal=None) for row in bins]

    assert "1 of 1 bins with at least 100 windows lie off the diagonal: 0.2 to 0.3" in words_of(
        proof, score=replace(proof.score, bins=bins)
    )
    assert "No bin holds enough windows" in words_of(proof, score=replace(proof.score, bins=none))
    assert "another regime" in words_of(proof, fitted_rate=proof.score.base_rate + 0.05)
    assert "another regime" not in words_of(proof, fitted_rate=proof.score.base_rate)


def test_words_tell_of_rejected_values_at_risk(proof: Proof) -> None:
    rows = [replace(row, coverage=replace(row.coverage, p_value=0.01)) for row in proof.value_at_risk]

    assert "rejects 8 of 8" in words_of(proof, value_at_risk=rows)
    assert "read the rows of single symbols" in words_of(proof)


def test_words_tell_of_a_deviation_of_the_wrong_size(proof: Proof) -> None:
    assert "Moves were 1.90 times as large" in words_of(proof, move_in_deviations=1.9)
    assert "Moves were 0.50 times as large" in words_of(proof, move_in_deviations=0.5)
    assert "Moves were" not in words_of(proof, move_in_deviations=1.1)
    assert "Moves were" not in words_of(proof, move_in_deviations=float("nan"))


def test_words_name_symbols_whose_windows_are_ranked_worse_than_by_chance(proof: Proof) -> None:
    def of(*areas: float) -> str:
        symbols = [row for row in proof.groups if row.subject == "symbol"]
        return words_of(proof, groups=[replace(row, auc=auc) for row, auc in zip(symbols, areas, strict=True)])

    assert "worse than chance for 1 of 2: BANKNIFTY." in of(0.6, 0.49)
    assert "worse than chance" not in of(0.6, 0.5)
    assert "worse than chance" not in of(0.6, float("nan"))


def test_words_count_the_windows_of_bins_too_small_to_judge(proof: Proof) -> None:
    first, second, *_ = proof.score.bins
    bins = [replace(first, cases=7, excludes_diagonal=None), replace(second, cases=200, excludes_diagonal=False)]

    words = words_of(proof, score=replace(proof.score, bins=bins))

    assert "7 windows lie in bins too small to judge (1 of them)" in words
