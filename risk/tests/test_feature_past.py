import zlib

import numpy as np
import pytest

from risk.quant.feature_past import PARTS, SCHEMA, FeaturePast
from risk.quant.session_features import SessionFeatures
from risk.tests.feature_tapes import begun, made_market, shown


def test_a_symbols_bytes_stay_below_9_kb_even_if_nothing_compresses() -> None:
    random, empty = np.random.default_rng(1), FeaturePast.empty(1)
    parts = {
        name: random.integers(0, 2**62, getattr(empty, name).shape).view(getattr(empty, name).dtype) for name in PARTS
    }

    assert len(FeaturePast(**parts).pack(0)) < 9_000


def test_what_was_packed_comes_back_bit_for_bit_beside_what_was_there() -> None:
    past = begun(made_market(3)).past
    other = begun(made_market(4)).past
    before = other.pack(1)

    again = other.unpacked({1: past.pack(1)})

    assert other.pack(1) == before
    for name in PARTS:
        assert getattr(again, name)[..., 1].tobytes() == getattr(past, name)[..., 1].tobytes()
        assert getattr(again, name)[..., 0].tobytes() == getattr(other, name)[..., 0].tobytes()


def test_bytes_of_another_schema_grid_or_length_are_refused() -> None:
    past = FeaturePast.empty(2, minutes=60)
    blob = past.pack(0)
    wrong = [bytes([SCHEMA + 1]) + blob[1:], FeaturePast.empty(1, minutes=375).pack(0), b"\x01"]

    for bad in wrong:
        with pytest.raises(ValueError, match="expected"):
            past.unpacked({0: bad})


def test_a_body_of_another_length_is_refused() -> None:
    blob = FeaturePast.empty(1, minutes=60).pack(0)
    short = blob[:8] + zlib.compress(zlib.decompress(blob[8:])[:-8])

    with pytest.raises(ValueError, match="bytes, expected"):
        FeaturePast.empty(1, minutes=60).unpacked({0: short})


@pytest.mark.parametrize("minutes", [0, -15, 100])
def test_a_grid_without_whole_quarters_of_an_hour_is_refused(minutes: int) -> None:
    with pytest.raises(ValueError, match="positive multiple of 15"):
        FeaturePast.empty(1, minutes=minutes)


def test_a_symbol_without_a_bar_keeps_what_it_had_beside_a_missing_session() -> None:
    market = made_market(6, silence=0.0, outages=False)
    day = begun(market)
    bars = market.sessions[-1]
    day.replay(bars[bars["instrument"] != 1], market.instruments)

    after = day.finished()

    assert not after.days[-1, :, 1].any()
    for name in PARTS[1:]:
        assert getattr(after, name)[..., 1].tobytes() == getattr(day.past, name)[..., 1].tobytes()
        assert getattr(after, name)[..., 0].tobytes() != getattr(day.past, name)[..., 0].tobytes()


def test_rolling_leaves_the_session_and_the_past_as_they_were() -> None:
    market = made_market(7)
    day = shown(market, end=60)
    before = [getattr(day.past, name).tobytes() for name in PARTS]

    first, second = day.finished(), day.finished()

    assert [getattr(day.past, name).tobytes() for name in PARTS] == before
    assert [first.pack(c) for c in range(3)] == [second.pack(c) for c in range(3)]


def test_the_last_day_is_the_sessions_open_high_low_and_close() -> None:
    market = made_market(8, sessions=1, silence=0.3, outages=False)
    bars = market.sessions[0][market.sessions[0]["instrument"] == 0]

    past = shown(market, end=60).finished()

    expected = [bars["open"][0], bars["high"].max(), bars["low"].min(), bars["close"][-1]]
    assert past.days[-1, :, 0].tolist() == expected
    assert not past.days[:-1].any()


@pytest.mark.parametrize(("symbols", "minutes"), [(2, 375), (3, 60)])
def test_a_past_of_another_grid_or_other_symbols_is_refused(symbols: int, minutes: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        SessionFeatures(FeaturePast.empty(symbols, minutes=minutes), np.ones((2, 60)))
