import itertools
import math

import numpy as np
import pytest

from risk.quant.alarms import CURVE_THRESHOLDS, alarm_curve, alarm_quality, severity_shares
from risk.quant.alert_episodes import AlertCount, count_alerts

CHANCES = np.array([0.85, 0.8, 0.95, 0.2, 0.79, 0.5])
TOUCHED = np.array([True, False, True, True, False, False])
MINUTES = np.array([10.0, np.nan, 30.0, 5.0, np.nan, np.nan])


def alerts_of(scores: list[float], *, instrument: int = 1, session: int = 1) -> AlertCount:
    size = len(scores)
    *_, every = count_alerts(
        instrument=np.full(size, instrument),
        session=np.full(size, session),
        minute=np.arange(size),
        score=np.array(scores),
    )
    return every


def test_alarms_agree_with_hand_calculation() -> None:
    found = alarm_quality(CHANCES, TOUCHED, MINUTES, threshold=0.8)

    assert (found.alarms, found.share) == (3, 0.5)
    assert (found.precision, found.recall) == pytest.approx((2 / 3, 2 / 3))
    assert found.f1 == pytest.approx(2 / 3)
    assert (found.mean_lead_minutes, found.median_lead_minutes) == (20.0, 20.0)


def test_lead_time_counts_only_alarms_that_came_true() -> None:
    found = alarm_quality(CHANCES, TOUCHED, MINUTES, threshold=0.9)

    assert (found.alarms, found.mean_lead_minutes) == (1, 30.0)


def test_f1_is_the_harmonic_mean_of_precision_and_recall() -> None:
    found = alarm_quality(CHANCES, TOUCHED, MINUTES, threshold=0.1)

    assert (found.precision, found.recall) == (0.5, 1.0)
    assert found.f1 == pytest.approx(2 / (1 / 0.5 + 1 / 1.0))


def test_without_alarms_precision_is_not_known_and_without_touches_recall() -> None:
    none = alarm_quality(CHANCES, TOUCHED, MINUTES, threshold=0.99)
    calm = alarm_quality(CHANCES, np.zeros(6, dtype=np.bool_), np.full(6, np.nan), threshold=0.8)

    assert math.isnan(none.precision)
    assert math.isnan(none.median_lead_minutes)
    assert none.recall == 0.0
    assert math.isnan(calm.recall)
    assert calm.precision == 0.0


def test_recall_never_rises_with_the_threshold() -> None:
    curve = alarm_curve(CHANCES, TOUCHED, MINUTES)

    assert [row.threshold for row in curve] == list(CURVE_THRESHOLDS)
    assert all(later.recall <= row.recall for row, later in itertools.pairwise(curve))


def test_a_score_on_a_bound_has_the_higher_severity() -> None:
    shares = severity_shares(
        np.array([0.0, 0.3, 0.5, 0.8, 0.9, 1.0]), np.array([False, True, False, True, True, False])
    )

    assert [(row.severity, row.cases) for row in shares] == [
        ("NORMAL", 1),
        ("LOW", 1),
        ("MEDIUM", 1),
        ("HIGH", 1),
        ("CRITICAL", 2),
    ]
    assert [row.observed for row in shares] == [0.0, 1.0, 0.0, 1.0, 0.5]
    assert sum(row.share for row in shares) == pytest.approx(1.0)


def test_a_severity_without_windows_has_no_observed_rate() -> None:
    assert math.isnan(severity_shares(np.array([0.1]), np.array([True]))[4].observed)


@pytest.mark.parametrize("size", [0, 2])
def test_alarms_of_unequal_or_no_cases_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r"need as many .* got"):
        alarm_quality(np.full(size, 0.5), np.ones(3 if size else 0, dtype=np.bool_), np.ones(size), threshold=0.8)


def test_an_alert_stays_open_until_the_release_threshold() -> None:
    found = alerts_of([0.5, 0.8, 0.75, 0.79, 0.81, 0.73, 0.71, 0.6])

    assert (found.alerts, found.median_minutes) == (1, 5.0)
    assert found.crossings == 2


def test_flapping_is_closing_within_five_minutes() -> None:
    # open for 2 minutes, for 5, for 6
    scores = [0.9] * 2 + [0.1] * 3 + [0.9] * 5 + [0.1] * 3 + [0.9] * 6 + [0.1]

    found = alerts_of(scores)

    assert found.alerts == 3
    assert found.flap_rate == pytest.approx(2 / 3)


def test_an_alert_that_the_session_ends_has_not_flapped() -> None:
    found = alerts_of([0.1, 0.9, 0.9])

    assert (found.alerts, found.flap_rate) == (1, 0.0)
    assert math.isnan(found.median_minutes)


def test_an_unknown_score_neither_opens_nor_closes() -> None:
    found = alerts_of([math.nan, 0.75, 0.85, math.nan, 0.85, 0.5])

    assert (found.alerts, found.median_minutes) == (1, 3.0)


def test_nothing_is_carried_over_to_another_session_or_instrument() -> None:
    first, second, every = count_alerts(
        instrument=np.array([1, 1, 1, 1, 2, 2]),
        session=np.array([1, 1, 2, 2, 2, 2]),
        minute=np.array([0, 1, 0, 1, 0, 1]),
        score=np.array([0.5, 0.9, 0.75, 0.75, 0.75, 0.85]),
    )

    assert (first.alerts, first.flap_rate) == (1, 0.0)
    assert (second.instrument, second.alerts) == (2, 1)
    assert (every.instrument, every.alerts, every.sessions, every.alerts_per_day) == (None, 2, 2, 1.0)


def test_an_alert_open_over_night_is_two_alerts() -> None:
    # the first lasts to its session's end, the second closes after a minute
    *_, every = count_alerts(
        instrument=np.ones(4, dtype=np.int64),
        session=np.array([1, 1, 2, 2]),
        minute=np.array([373, 374, 0, 1]),
        score=np.array([0.9, 0.9, 0.9, 0.1]),
    )

    assert (every.alerts, every.flap_rate, every.median_minutes) == (2, 0.5, 1.0)


def test_the_track_may_come_in_any_order() -> None:
    scores, ones, minute = np.array([0.5, 0.9, 0.9, 0.1, 0.9, 0.1]), np.ones(6, dtype=np.int64), np.arange(6)
    order = np.random.default_rng(0).permutation(6)

    shuffled = count_alerts(instrument=ones, session=ones, minute=minute[order], score=scores[order])

    assert shuffled == count_alerts(instrument=ones, session=ones, minute=minute, score=scores)


def test_a_calm_track_has_no_flap_rate() -> None:
    found = alerts_of([0.1, 0.2])

    assert found.alerts_per_day == 0.0
    assert math.isnan(found.flap_rate)
    assert math.isnan(found.crossing_flap_rate)


def test_an_impossible_track_or_release_is_refused() -> None:
    one = np.ones(1, dtype=int)
    with pytest.raises(ValueError, match="equally long columns"):
        count_alerts(instrument=one, session=one, minute=one, score=np.array([0.1, 0.2]))
    with pytest.raises(ValueError, match="equally long columns"):
        count_alerts(instrument=one[:0], session=one[:0], minute=one[:0], score=np.array([]))
    with pytest.raises(ValueError, match=r"must not lie above the threshold 0.8, was 0.9"):
        count_alerts(instrument=one, session=one, minute=one, score=np.array([0.1]), release=0.9)
