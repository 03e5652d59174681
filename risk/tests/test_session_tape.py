import numpy as np
import pytest

from risk.quant.jumps import window_length
from risk.quant.session_tape import Minute, SessionTape
from risk.quant.trailing import log_liquidity, realised_session, realised_window

SEASONAL = np.ones((2, 60))
RESIDUALS = np.full((window_length(60) - 1, 2), np.nan)


def tape(seasonal: np.ndarray = SEASONAL) -> SessionTape:
    return SessionTape(seasonal, residuals=RESIDUALS)


def minute(**changes: object) -> Minute:
    ones = np.ones(2, dtype=np.int64)
    facts = {
        "open": 100 * ones, "high": 110 * ones, "low": 90 * ones, "close": 105 * ones, "volume": np.full(2, 10.0),
        "ticks": ones, "active": ones.astype(np.bool_), "spread_bp": np.full(2, np.nan),
    }  # fmt: skip
    return Minute(**{**facts, **changes})  # type: ignore[arg-type]  # the test also passes wrong ones


@pytest.mark.parametrize(
    ("name", "value"),
    [("low", 101), ("low", 0), ("low", -5), ("high", 104), ("open", 80), ("volume", -1.0), ("ticks", -1),
     ("spread_bp", -0.1)],
)  # fmt: skip
def test_an_impossible_bar_of_an_active_symbol_is_refused(name: str, value: float) -> None:
    values = getattr(minute(), name).copy()
    values[1] = value

    with pytest.raises(ValueError, match=r"must"):
        minute(**{name: values})
    minute(**{name: values, "active": np.array([True, False])})


def test_arrays_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        minute(volume=np.ones(3))


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_a_seasonal_curve_that_is_not_positive_is_refused(bad: float) -> None:
    seasonal = SEASONAL.copy()
    seasonal[0, 3] = bad

    with pytest.raises(ValueError, match=r"seasonal must be (positive|finite)"):
        tape(seasonal)


def test_a_seasonal_curve_of_one_dimension_is_refused() -> None:
    with pytest.raises(ValueError, match=r"of shape \[S, M\]"):
        tape(np.ones(60))


def test_minutes_must_ascend_and_be_of_the_tapes_symbols() -> None:
    day = tape()
    day.close(3, minute())

    with pytest.raises(ValueError, match="expected minute 4 or later of 2 symbols, was minute 3"):
        day.close(3, minute())
    one = Minute(**{name: array[:1] for name, array in vars(minute()).items()})
    with pytest.raises(ValueError, match="was minute 4 of 1"):
        day.close(4, one)


def test_a_minute_past_the_grid_is_left_out() -> None:
    day = tape()
    day.close(60, minute())

    assert day.end == 0
    assert not day.sums.any()


def test_a_symbol_without_a_bar_is_left_as_it_was_whatever_its_row_holds() -> None:
    day, alone = tape(), tape()
    day.close(0, minute())
    alone.close(0, minute())
    day.close(1, minute(active=np.array([True, False])))
    one = np.array([True, False])
    prices = {"open": [100, 0], "high": [110, 0], "low": [90, 0], "close": [105, 0]}
    garbage = {name: np.array(values) for name, values in prices.items()}
    alone.close(1, minute(**garbage, volume=np.array([10.0, -7.0]), spread_bp=np.array([5.0, 5.0]), active=one))

    assert day.days().tolist() == alone.days().tolist()
    assert day.sums.tolist() == alone.sums.tolist()
    assert alone.volume[1].tolist() == pytest.approx([10, np.nan], nan_ok=True)
    assert alone.ticks[1].tolist() == [1, 0]
    assert np.isnan(alone.log_spread[1]).tolist() == [False, True]
    assert day.price[1].tolist() == [105, 105]


def test_a_spread_of_0_has_no_log() -> None:
    day = tape()
    day.close(0, minute(spread_bp=np.array([0.0, 1.0])))

    assert day.log_spread[0].tolist() == pytest.approx([np.nan, 0.0], nan_ok=True)


def test_a_return_after_silence_counts_once_and_its_price_is_carried() -> None:
    day = tape()
    day.close(0, minute())
    up = np.array([121, 121])
    day.close(5, minute(close=up, high=up))

    expected = [np.log(1.05) ** 2, np.log(121 / 105) ** 2]
    assert day.squares[[0, 5], 0] == pytest.approx(expected)
    assert day.price[1:5, 0].tolist() == [105] * 4
    assert realised_session(day).n.tolist() == [2, 2]


def test_a_product_belongs_to_a_window_only_with_both_its_returns() -> None:
    day = tape()
    for position in range(3):
        day.close(position, minute(close=np.full(2, 105 - position)))

    r = np.abs(np.log([1.05, 104 / 105, 103 / 104]))
    assert realised_window(day, end=3, width=2).bipower == pytest.approx([np.pi * r[1] * r[2]] * 2)
    whole = np.pi / 2 * 3 / 2 * (r[0] * r[1] + r[1] * r[2])
    assert realised_window(day, end=3, width=15).bipower == pytest.approx([whole] * 2)


def test_windows_without_returns_are_unknown() -> None:
    found = realised_window(tape(), end=0, width=15)

    assert np.isnan([found.realised, found.bipower, found.jump_share]).all()
    assert found.n.tolist() == [0, 0]


def test_zero_volume_counts_as_volume_but_has_no_impact_and_unknown_volume_neither() -> None:
    day = tape()
    day.close(0, minute(volume=np.array([0.0, np.nan])))
    day.close(1, minute(volume=np.array([20.0, 20.0]), close=np.array([110, 110])))

    found = log_liquidity(day, end=2, widths=(1, 5))

    assert np.exp(found.logs[2:]) == pytest.approx(np.array([[20, 20], [10, 20]]))
    assert found.n.tolist() == [[1, 1], [1, 1], [1, 1], [2, 1]]
    assert np.exp(found.logs[:2]) == pytest.approx(np.full((2, 2), np.log(110 / 105) / (20 * 1.10)))
