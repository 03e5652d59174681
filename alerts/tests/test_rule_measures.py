"""What the kinds of rules measure, from prices that a reader can check in the head, and what is not known."""

import numpy as np
import pytest

from alerts.rule_measures import Sight, sight
from alerts.rule_watch import part_of
from risk.alert_kinds import BAND, BREAKER, DRAWDOWN, IMPLIED, SCORE, VOLATILITY, VOLUME
from risk.quant.calendar import MINUTE_US
from risk.quant.feature_fold import FeatureFold
from risk.quant.feature_past import FeaturePast
from risk.quant.live_market import OptionFacts
from risk.quant.market import MarketFold
from risk.quant.model import default_model
from risk.quant.profile import Profile
from risk.quant.universe import Universe
from risk.quant.volatility import FAST, MEDIUM
from risk.tests.market_factories import CLOCK, SESSION, at, ticks_of

# An index, which is the market, and two shares; the last one has no past.
UNIVERSE = Universe(np.array([10, 20, 30]), np.array([0, 1, 1], dtype=np.int8), market=0)


def folds(rows: list[tuple[int, float, float]], options: OptionFacts | None = None) -> tuple[MarketFold, FeatureFold]:
    profile = Profile.empty(UNIVERSE, default_model())
    profile.last_close[:] = [10_000, 20_000, 0]  # paise
    market = MarketFold.start(universe=UNIVERSE, clock=CLOCK, profile=profile, model=default_model())
    features = FeatureFold(past=FeaturePast.empty(3), profile=profile, options=options)
    market.advance(at(1))
    market.fold(ticks_of(rows))
    return market, features


def seen(rows: list[tuple[int, float, float]], *, heard: tuple[bool, ...] = (True, True, True)) -> Sight:
    market, features = folds(rows)
    unknown = np.full(3, np.nan)
    return sight(
        market, features, is_heard=np.array(heard), bucket=0, silent_seconds=unknown, still_minutes=unknown,
        score=np.array([0.5, np.nan, np.nan]),
    )  # fmt: skip


PRICES = [(10, 2.0, 94.0), (20, 2.0, 217.0), (30, 2.0, 50.0)]


def test_the_band_is_a_shares_and_needs_a_last_close() -> None:
    # 217 is 8.5 % above 200: of a band of 10 % there is 1.5 % left, of one of 5 % nothing.
    assert seen(PRICES).measured(BAND, "10") == pytest.approx([np.nan, 1.5, np.nan], nan_ok=True)
    assert seen(PRICES).measured(BAND, "5") == pytest.approx([np.nan, 0.0, np.nan], nan_ok=True)


def test_the_breaker_is_the_indexs() -> None:
    # 94 is 6 % below 100: to the breakers at 10, 15 and 20 % there are 4, 9 and 14 % left.
    found = [seen(PRICES).measured(BREAKER, window)[0] for window in ("10", "15", "20")]

    assert found == pytest.approx([4.0, 9.0, 14.0])
    assert np.isnan(seen(PRICES).measured(BREAKER, "10")[1:]).all()


def test_who_is_not_heard_is_not_known() -> None:
    found = seen(PRICES, heard=(False, False, True))

    assert np.isnan(found.measured(BREAKER, "10")).all() and np.isnan(found.measured(BAND, "10")).all()
    assert np.isnan(found.measured(VOLATILITY, "")[:2]).all()


def test_volatilities_are_compared_and_not_variances() -> None:
    market, features = folds(PRICES)
    market._state.legs[FAST], market._state.legs[MEDIUM] = 9e-8, 1e-8
    unknown = np.full(3, np.nan)

    found = sight(
        market, features, is_heard=np.array([True] * 3), bucket=0, silent_seconds=unknown, still_minutes=unknown,
        score=unknown,
    )  # fmt: skip

    assert found.measured(VOLATILITY, "") == pytest.approx([3.0] * 3)


def test_before_the_first_minute_closed_no_feature_is_known() -> None:
    assert np.isnan(seen(PRICES).measured(DRAWDOWN, "session")).all()
    assert np.isnan(seen(PRICES).measured(VOLUME, "15")).all()


def test_implied_volatility_is_compared_with_the_chain_before() -> None:
    facts = OptionFacts.unknown(3)
    assert facts.atm_iv_before is not None
    facts.atm_iv[:2], facts.atm_iv_before[0] = 0.3, 0.2
    market, features = folds(PRICES, facts)
    unknown = np.full(3, np.nan)

    found = sight(
        market, features, is_heard=np.array([True] * 3), bucket=0, silent_seconds=unknown, still_minutes=unknown,
        score=unknown,
    )  # fmt: skip

    assert found.measured(IMPLIED, "") == pytest.approx([1.5, np.nan, np.nan], nan_ok=True)


def test_the_score_is_that_of_who_has_a_record() -> None:
    assert seen(PRICES).measured(SCORE, "") == pytest.approx([0.5, np.nan, np.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("minute", "part"), [(0, "opening"), (14, "opening"), (15, "middle"), (344, "middle"), (345, "closing")]
)
def test_a_session_has_an_opening_a_middle_and_a_closing(minute: int, part: str) -> None:
    assert part_of(SESSION, SESSION.open_us + minute * MINUTE_US) == part
