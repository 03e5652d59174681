import numpy as np
import pytest

from risk.quant.daily_facts import DailyFacts
from risk.tests.feature_tapes import begun, live_market, made_market


def facts_of(*closes: int) -> DailyFacts:
    """Return the facts of one symbol whose days close in the middle of a range of 20 paise; 0 is a missing day."""
    days = np.zeros((21, 4, 1), dtype=np.int64)
    for row, close in zip(range(21 - len(closes), 21), closes, strict=True):
        days[row, :, 0] = [close, close + 10, close - 10, close] if close else 0
    return DailyFacts(days)


def test_extremes_are_those_of_the_span_less_the_running_session() -> None:
    spans = facts_of(1200, 1100, 1000, 1010, 1020, 1030).spans

    assert spans.highest[:, 0].tolist() == pytest.approx([np.nan, 10.40, 12.10], nan_ok=True)
    assert spans.lowest[:, 0].tolist() == pytest.approx([np.nan, 9.90, 9.90], nan_ok=True)
    assert spans.sessions[:, 0].tolist() == [0, 4, 6]


def test_sessions_before_a_split_and_missing_ones_are_not_in_the_extremes() -> None:
    facts = facts_of(2000, 2010, 1000, 0, 1010)

    assert facts.unadjusted.tolist() == [True]
    assert facts.spans.highest[1:, 0].tolist() == [10.20, 10.20]
    assert facts.spans.lowest[1:, 0].tolist() == [9.90, 9.90]
    assert facts.spans.sessions[1:, 0].tolist() == [2, 2]


def test_the_last_close_is_the_last_known_one_with_the_sessions_missed_since() -> None:
    facts = facts_of(1000, 1010, 0, 0)

    assert (facts.last_close.tolist(), facts.sessions_behind.tolist()) == ([1010], [2])
    assert not facts.unadjusted.any()


def test_without_any_session_nothing_is_known() -> None:
    facts = facts_of()

    assert np.isnan([facts.last_close, facts.sessions_behind]).all()
    assert np.isnan(facts.spans.highest).all()


def test_a_missed_session_counts_in_the_age_of_windows_of_days() -> None:
    market = made_market(14, silence=0.0, outages=False)
    market.sessions[-2] = market.sessions[-2][market.sessions[-2]["instrument"] != 1]

    found = begun(market).table(0.5, live_market(market))

    assert found.of("parkinson").age.tolist() == [30.0, 60 * 60 + 30.0, 30.0]


def test_a_split_of_a_past_night_is_flagged_in_the_table() -> None:
    market = made_market(12, silence=0.0, outages=False)
    for session in market.sessions[-2:]:
        for name in ("open", "high", "low", "close"):
            session[name] //= 2

    found = begun(market).table(0.5, live_market(market))

    assert found.of("unadjusted").value.tolist() == [1] * 3
