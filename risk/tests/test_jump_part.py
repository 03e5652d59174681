from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from risk.quant.calendar import MINUTE_US
from risk.quant.fold_state import FoldState
from risk.quant.jump_part import BIPOWER, JumpPart
from risk.quant.market import GRACE_US, MarketFold
from risk.quant.model import ScoreModel, default_model
from risk.quant.profile import Profile
from risk.quant.volatility import FAST, MEDIUM, half_life_decay
from risk.tests.market_factories import CLOCK, PAIR, SESSION, sessions_after, walked_bars

DECAYS = np.array([half_life_decay(15.0), half_life_decay(90.0), half_life_decay(5.0)])
SIZE = 4e-4
NO_CAP = np.full(2, np.inf)
LEGS = np.full((2, 2), SIZE**2)
ONE_MINUTE = np.ones(2)
TRIAL = replace(default_model(), jump_part=1.0)


def watched(returns: NDArray[np.float64], *, decays: NDArray[np.float64] = DECAYS) -> JumpPart:
    part = JumpPart.fresh(LEGS)
    for row in returns:
        part = part.after(row, minutes=ONE_MINUTE, decays=decays, largest=NO_CAP)
    return part


def plain(returns: list[float], minutes: list[int], decay: float, largest: float) -> tuple[float, float]:
    """Realised and bipower variance of one symbol, one return after another."""
    realised = bipower = SIZE**2
    previous = None
    for value, span in zip(returns, minutes, strict=True):
        if np.isnan(value):
            continue
        size = min(abs(value), largest**0.5)
        if previous is not None:
            kept = decay**span
            realised = kept * realised + (1 - kept) * size**2
            bipower = kept * bipower + (1 - kept) * BIPOWER * size * previous
        previous = size
    return realised, bipower


def test_the_averages_are_those_of_a_plain_loop() -> None:
    random = np.random.default_rng(4)
    returns = random.standard_t(3, (200, 2)) * SIZE
    returns[random.random((200, 2)) < 0.1] = np.nan
    minutes = random.integers(1, 4, (200, 2))
    largest = np.array([4 * SIZE**2, 9 * SIZE**2])
    part = JumpPart.fresh(LEGS)
    for row, spans in zip(returns, minutes.astype(np.float64), strict=True):
        part = part.after(row, minutes=spans, decays=DECAYS, largest=largest)

    for symbol in range(2):
        for memory, decay in enumerate(DECAYS.tolist()):
            expected = plain(returns[:, symbol].tolist(), minutes[:, symbol].tolist(), decay, float(largest[symbol]))
            found = part.realised[memory, symbol], part.bipower[memory, symbol]
            assert found == pytest.approx(expected, rel=1e-12)


def test_without_jumps_all_is_continuous_and_with_them_the_known_part() -> None:
    random = np.random.default_rng(5)
    returns = random.normal(0.0, SIZE, (40_000, 2))
    # Two in a hundred minutes of symbol 1 jump by 8 deviations: .02 x 64 = 1.28 of variance beside 1.
    returns[:, 1] += np.where(random.random(40_000) < 0.02, 8 * SIZE, 0.0) * random.choice([-1, 1], 40_000)
    long = np.full(3, half_life_decay(5_000.0))

    share = watched(returns, decays=long).shares()

    assert share[:, 0] == pytest.approx([1.0] * 3, abs=0.03)
    # In a long average a jump's product with its neighbours is still there: 1 + .04 x 8 x (2/pi)^.5 (pi/2) = 1.4.
    assert share[:, 1] == pytest.approx([1.4 / 2.28] * 3, abs=0.05)


def test_a_jump_is_forgotten_faster_than_the_fast_leg_forgets() -> None:
    random = np.random.default_rng(6)
    calm = random.normal(0.0, SIZE, (61, 2))
    jumped = calm.copy()
    jumped[30] = 12 * SIZE

    after = [(watched(jumped[:end]), watched(calm[:end])) for end in (31, 61)]
    # Averages of squared returns stand for the legs.
    split = [part.split(part.realised[:2], weight=1.0)[FAST, 0] / calm.realised[FAST, 0] for part, calm in after]
    whole = [part.realised[FAST, 0] / calm.realised[FAST, 0] for part, calm in after]

    assert split[0] > whole[0] > 4
    assert split[1] - 1 < (whole[1] - 1) / 2


def test_the_first_return_of_a_session_has_no_neighbour() -> None:
    part = watched(np.full((10, 2), SIZE)).begun()

    after = part.after(np.full(2, 30 * SIZE), minutes=ONE_MINUTE, decays=DECAYS, largest=NO_CAP)

    assert after.realised.tobytes() == part.realised.tobytes()
    assert after.previous.tolist() == [30 * SIZE] * 2


def test_where_nothing_moved_there_is_no_jump() -> None:
    part = JumpPart.fresh(np.zeros((2, 2)))

    assert part.split(LEGS, weight=1.0).tolist() == LEGS.tolist()


def folded(model: ScoreModel, *, jump_minute: int | None, sessions: int = 1) -> tuple[MarketFold, FoldState]:
    """A fold and its state after the sessions; in the last one the price leaps by 3 %, and there the bars end."""
    state = FoldState.fresh(profile := Profile.empty(PAIR, model))
    fold = MarketFold(clock=CLOCK, profile=profile, state=state)
    for number, session in enumerate(sessions_after(sessions)):
        bars = walked_bars(session, instruments=PAIR.instruments, seed=number)
        if jump_minute is not None and number == sessions - 1:
            bars = bars[bars["minute"] <= jump_minute]
            for name in ("high", "close"):
                bars[name][bars["minute"] == jump_minute] = bars["close"][bars["minute"] == jump_minute] * 103 // 100
        fold.warm(bars)
        if number < sessions - 1:
            fold.advance(session.close_us + GRACE_US)
    return fold, state


def test_the_fold_takes_a_jump_out_of_the_medium_leg() -> None:
    shipped, trial = (folded(model, jump_minute=100)[0] for model in (default_model(), TRIAL))
    calm, _ = folded(default_model(), jump_minute=None)

    assert shipped.legs[MEDIUM, 0] > 1.1 * calm.legs[MEDIUM, 0]
    assert trial.legs[MEDIUM, 0] < shipped.legs[MEDIUM, 0]
    assert trial.legs[2:].tobytes() == shipped.legs[2:].tobytes()


def test_a_jump_s_weight_is_what_it_adds_to_the_fast_leg() -> None:
    legs = [folded(replace(TRIAL, jump_part=weight), jump_minute=100)[0].legs for weight in (0.5, 1.0, 2.0)]

    assert legs[2][FAST] - legs[1][FAST] == pytest.approx(2 * (legs[1][FAST] - legs[0][FAST]), rel=1e-9)
    assert np.all(legs[1][FAST] > 1.5 * legs[0][FAST] - 0.5 * legs[1][FAST])
    assert legs[0][MEDIUM].tobytes() == legs[2][MEDIUM].tobytes()


def test_the_fold_sees_what_a_plain_loop_over_closes_sees() -> None:
    bars = walked_bars(SESSION, instruments=PAIR.instruments, seed=0, minutes=60)
    bars = bars[~((bars["instrument"] == 10) & (bars["minute"] == 30))]
    state = FoldState.fresh(profile := Profile.empty(PAIR, TRIAL))
    fold = MarketFold(clock=CLOCK, profile=profile, state=state)
    fold.warm(bars)
    own = bars[bars["instrument"] == 10]
    before = np.concatenate((own["open"][:1], own["close"][:-1]))
    ends = own["minute"] + 1
    starts = np.concatenate(([0], ends[:-1]))
    seasonal = profile.elapsed[0, ends] - profile.elapsed[0, starts]
    returns = np.log(own["close"] / before) / np.sqrt(seasonal)
    realised = bipower = float(profile.legs[FAST, 0])
    for previous, size, span in zip(np.abs(returns[:-1]), np.abs(returns[1:]), (ends - starts)[1:], strict=True):
        kept = DECAYS[2] ** span
        realised = kept * realised + (1 - kept) * size**2
        bipower = kept * bipower + (1 - kept) * BIPOWER * size * previous

    assert state.jumps is not None
    assert state.jumps.realised[2, 0] == pytest.approx(realised, rel=1e-9)
    assert state.jumps.bipower[2, 0] == pytest.approx(bipower, rel=1e-9)


def test_without_the_trial_no_state_is_kept() -> None:
    state = FoldState.fresh(Profile.empty(PAIR, default_model()))

    state.begin(SESSION)

    assert state.jumps is None


def test_a_session_begins_without_a_neighbour() -> None:
    fold, state = folded(TRIAL, jump_minute=None, sessions=2)
    assert state.jumps is not None and np.isfinite(state.jumps.previous).all()

    fold.advance(sessions_after(2)[-1].close_us + GRACE_US + MINUTE_US)

    assert np.isnan(state.jumps.previous).all()


def test_the_state_of_the_trial_is_not_stored() -> None:
    fold, _ = folded(TRIAL, jump_minute=None)

    with pytest.raises(ValueError, match="the state of a trial with jump_part cannot be stored"):
        fold.dump()
