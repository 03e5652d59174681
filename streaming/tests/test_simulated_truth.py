import numpy as np
import pytest
from numpy.typing import NDArray

from streaming.feeds.simulated_market import LOADINGS, MINUTES, SYMBOLS, TRAITS, seasonal_variance
from streaming.feeds.simulated_paths import simulate_prices
from streaming.feeds.simulated_session import SessionBars, session_bars
from streaming.feeds.simulated_trading import quotes, touching_prices
from streaming.feeds.simulated_truth import last_closes, touch_truth

FloatArray = NDArray[np.float64]

SEED, NUMBER = 7, 79_000
COUNT = len(SYMBOLS)
STARTS = np.array([15, 105, 195, 285])
HORIZON = 60
JUDGED = range(300_000, 300_045)


def deviations(starts: NDArray[np.int64], horizon: int = HORIZON) -> FloatArray:
    """The ordinary deviation of each window [W, S]."""
    shares = [seasonal_variance()[start : start + horizon].sum() / MINUTES for start in starts.tolist()]
    made: FloatArray = np.sqrt(shares)[:, None] * np.linalg.norm(LOADINGS, axis=0)
    return made


def touched(bars: SessionBars, *, barrier: FloatArray) -> NDArray[np.bool_]:
    """Plain loop over windows and symbols: whether a later high or low lies the barrier away from the last close."""
    seen = np.zeros(barrier.shape, dtype=bool)
    for window, start in enumerate(STARTS.tolist()):
        for symbol in range(COUNT):
            last = max(minute for minute in range(start) if bars.ticks[minute, symbol])
            close = bars.close[last, symbol]
            minutes = [m for m in range(start, min(start + HORIZON, MINUTES)) if bars.ticks[m, symbol]]
            up = max(np.log(bars.high[m, symbol] / close) for m in minutes)
            down = max(np.log(close / bars.low[m, symbol]) for m in minutes)
            seen[window, symbol] = max(up, down) >= barrier[window, symbol]
    return seen


def truth_at(start: int, barrier: float, *, horizon: int = HORIZON, paths: int = 400) -> FloatArray:
    walls = np.full((1, COUNT), barrier)
    return touch_truth(SEED, NUMBER, starts=np.array([start]), barrier=walls, horizon=horizon, paths=paths).probability


def test_of_windows_with_equal_truth_as_many_touch_as_the_truth_says() -> None:
    """Per tenth of the truth, within three and a half standard errors that take each session as one draw."""
    barrier = 1.25 * deviations(STARTS)
    made = [touch_truth(SEED, n, starts=STARTS, barrier=barrier, horizon=HORIZON, paths=200) for n in JUDGED]
    truth = np.array([row.probability for row in made])
    seen = np.array([touched(session_bars(SEED, n), barrier=barrier) for n in JUDGED])

    tenth = np.minimum((truth * 10).astype(int), 9)
    bins = [tenth == number for number in range(10)] + [np.ones_like(seen)]
    judged = [inside for inside in bins if inside.sum() >= 40]
    misses = [np.where(inside, seen - truth, 0.0).sum(axis=(1, 2)) for inside in judged]

    assert len(judged) >= 8
    assert max(abs(miss.sum()) / np.sqrt((miss**2).sum()) for miss in misses) < 3.5
    assert 0.1 < seen.mean() < 0.6
    assert truth.std() > 0.15


def test_the_truth_is_the_same_at_every_call_and_in_any_company() -> None:
    barrier = deviations(STARTS)
    alone = np.full((1, COUNT), np.nan)
    alone[0, 3] = barrier[2, 3]

    together = touch_truth(SEED, NUMBER, starts=STARTS, barrier=barrier, horizon=HORIZON, paths=50)
    single = touch_truth(SEED, NUMBER, starts=STARTS[2:3], barrier=alone, horizon=HORIZON, paths=50)

    assert single.probability[0, 3] == together.probability[2, 3]
    assert single.standard_error[0, 3] == together.standard_error[2, 3]
    assert np.isnan(np.delete(single.probability[0], 3)).all()


def test_the_standard_error_says_how_far_few_paths_are_from_many() -> None:
    starts = np.arange(30, 300, 30)
    barrier = 1.2 * deviations(starts)
    many, few = (
        touch_truth(SEED, NUMBER, starts=starts, barrier=barrier, horizon=HORIZON, paths=paths)
        for paths in (2_000, 100)
    )

    distance = (few.probability - many.probability) / np.hypot(few.standard_error, many.standard_error)

    assert np.sqrt((distance**2).mean()) == pytest.approx(1.0, abs=0.25)


def test_a_nearer_barrier_and_a_longer_horizon_touch_more_often() -> None:
    by_barrier = np.array([truth_at(100, barrier) for barrier in (0.002, 0.004, 0.008, 0.016)])
    by_horizon = np.array([truth_at(100, 0.006, horizon=horizon) for horizon in (10, 30, 60, 120)])

    assert np.all(np.diff(by_barrier, axis=0) <= 0.0)
    assert np.all(np.diff(by_horizon.mean(axis=2), axis=0) > 0.0)


def test_far_barriers_are_never_touched_and_near_ones_at_once() -> None:
    assert truth_at(100, 0.5).max() < 1e-9
    assert truth_at(100, 1e-7).min() == pytest.approx(1.0, abs=1e-6)


def test_a_window_ends_at_the_close() -> None:
    assert np.array_equal(truth_at(360, 0.003, horizon=15), truth_at(360, 0.003, horizon=300))


def test_the_truth_rises_with_the_volatility_that_only_the_simulator_knows() -> None:
    starts = np.array([100])
    barrier = 1.3 * deviations(starts)
    numbers = range(NUMBER, NUMBER + 25)
    truth = [
        touch_truth(SEED, n, starts=starts, barrier=barrier, horizon=HORIZON, paths=200).probability[0, 0]
        for n in numbers
    ]
    ahead = [np.log(simulate_prices(SEED, n)[6000:9600:60, 0]).std() for n in numbers]

    assert np.corrcoef(truth, ahead)[0, 1] > 0.3


def test_a_minute_without_a_tick_keeps_the_last_close() -> None:
    closes = np.array([[0, 5], [7, 0], [0, 0], [9, 6]])

    assert last_closes(closes).tolist() == [[0.0, 5.0], [7.0, 5.0], [7.0, 5.0], [9.0, 6.0]]


def test_touching_prices_are_where_quotes_begin_to_touch() -> None:
    close = np.round(np.array([trait.price for trait in TRAITS]) * 100.0 / 500.0) * 500.0
    barrier = np.full(COUNT, 0.00777)

    above, below = touching_prices(close, barrier)

    for factor, reaches in ((1.0 + 1e-9, True), (1.0 - 1e-9, False)):
        _, ask = quotes((above * factor)[None])
        bid, _ = quotes((below / factor)[None])
        assert np.array_equal(np.log(ask[0] / close) >= barrier, np.full(COUNT, reaches))
        assert np.array_equal(np.log(close / bid[0]) >= barrier, np.full(COUNT, reaches))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"starts": np.array([0])}, "starts must lie in 1..374, were 0..0"),
        ({"starts": np.array([375])}, "starts must lie in 1..374, were 375..375"),
        ({"barrier": np.full((2, COUNT), 0.01)}, "barrier must have shape"),
        ({"barrier": np.full((1, COUNT), 0.0)}, "barrier must be positive, was 0.0"),
        ({"horizon": 0}, "horizon of 1 minute and 2 paths"),
        ({"paths": 1}, "horizon of 1 minute and 2 paths"),
    ],
)
def test_what_cannot_be_asked_is_refused(change: dict[str, object], message: str) -> None:
    asked: dict[str, object] = {
        "starts": np.array([100]),
        "barrier": np.full((1, COUNT), 0.01),
        "horizon": 60,
        "paths": 10,
    }

    with pytest.raises(ValueError, match=message):
        touch_truth(SEED, NUMBER, **{**asked, **change})  # type: ignore[arg-type]  # the test is of wrong arguments
