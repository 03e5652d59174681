from datetime import UTC, date, datetime

import numpy as np
import pytest

from risk import history_services as history
from risk import services
from risk.models import ChainSummary, Instrument, InstrumentProfile, Lineage, MinuteBar
from risk.quant.feature_past import FeaturePast
from risk.quant.model import default_model
from risk.quant.profile import Profile
from risk.tests.market_factories import SESSION, walked_bars

pytestmark = pytest.mark.django_db


def chain(symbol: str, day: date, volatility: float | None) -> ChainSummary:
    return ChainSummary.objects.create(
        exchange="NSE", symbol=symbol, trading_date=day, expiry=date(2025, 1, 30), years=0.05, quotes_used=20,
        atm_volatility=volatility, skew_25=0.02, term_slope=None, refused={}, flags=[], source_file="x",
        observed_at=datetime(2025, 1, 2, 10, tzinfo=UTC), parity_strikes=0,
    )  # fmt: skip


def facts(session: int, lineage: str = Lineage.RECORDED) -> tuple[float, float, float]:
    universe = services.whole_universe()
    column = int(np.searchsorted(universe.instruments, Instrument.objects.get(symbol="NIFTY").pk))
    found = history.option_facts(lineage=lineage, session=session, universe=universe)
    return float(found.atm_iv[column]), float(found.term_slope[column]), float(found.age_seconds[column])


def test_the_newest_chain_tells_the_implied_volatility_and_its_age() -> None:
    chain("NIFTY", date(2025, 1, 1), 0.11)
    chain("NIFTY", date(2025, 1, 2), 0.14)

    volatility, slope, age = facts(20250103)

    assert (volatility, age) == (0.14, 86_400.0)
    assert np.isnan(slope)


def test_an_old_chain_or_none_is_unknown() -> None:
    chain("NIFTY", date(2025, 1, 2), 0.14)

    assert np.isnan(facts(20250107)).all()
    assert np.isnan(facts(20250101)).all()


def test_a_simulated_market_and_a_run_without_a_past_have_no_chain() -> None:
    chain("NIFTY", date(2025, 1, 2), 0.14)

    assert np.isnan(facts(20250102, Lineage.SIMULATED)).all()
    assert np.isnan(facts(0)).all()


def test_bars_keep_their_spread_and_features() -> None:
    instrument = Instrument.objects.get(symbol="NIFTY")
    bars = walked_bars(SESSION, instruments=np.array([instrument.pk]), seed=1, minutes=2)
    bars["spread_bp"] = [2.5, np.nan]
    features = np.arange(2 * 4 * 3, dtype=np.float32).reshape(2, 4, 3)

    history.store_bars(lineage=Lineage.RECORDED, run=1, bars=bars, features=features)

    first, second = MinuteBar.objects.filter(run=1).order_by("minute")
    assert (first.spread_bp, second.spread_bp) == (2.5, None)
    assert bytes(second.features or b"") == features[1].tobytes()


def test_what_the_features_learnt_is_kept_beside_the_profile() -> None:
    universe = services.whole_universe()
    past = FeaturePast.empty(len(universe))
    past.days[-1] = 100
    profile = Profile.empty(universe, default_model())

    history.store_profile(lineage=Lineage.RECORDED, session=20250102, profile=profile, past=past)
    _, again = history.load_profile(lineage=Lineage.RECORDED, session=20250102, universe=universe)

    assert again.pack(3) == past.pack(3)


def test_a_profile_from_before_features_starts_them_empty() -> None:
    universe = services.whole_universe()
    history.store_profile(lineage=Lineage.RECORDED, session=20250102, profile=Profile.empty(universe, default_model()))

    _, past = history.load_profile(lineage=Lineage.RECORDED, session=20250102, universe=universe)

    assert past.pack(0) == FeaturePast.empty(len(universe)).pack(0)


def test_what_another_engine_learnt_is_left_alone() -> None:
    universe = services.whole_universe()
    history.store_profile(lineage=Lineage.RECORDED, session=20250102, profile=Profile.empty(universe, default_model()))
    InstrumentProfile.objects.update(engine_version="1", payload=b"of another shape")

    profile, _ = history.load_profile(lineage=Lineage.RECORDED, session=20250102, universe=universe)

    assert history.newest_profile_session(lineage=Lineage.RECORDED, before=20250103) == 0
    assert profile.sessions.tolist() == [0] * len(universe)
