"""Valid defaults for tests of the proof: judged cases, and a verdict over them."""

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from risk.quant.backtest import Verdict
from risk.quant.cases import Cases
from risk.quant.evaluation import judge
from risk.quant.model import default_model
from risk.quant.scoring import score
from risk.quant.windows import BAR

WINDOWS = np.arange(15, 346, 15)


def cases_of(sessions: int, *, instruments: tuple[int, ...] = (1, 2), seed: int = 0, **columns: object) -> Cases:
    """Return every window of so many sessions, whose outcomes follow their log-odds; `columns` replace any."""
    random = np.random.default_rng(seed)
    session, instrument, minute = (
        axis.ravel() for axis in np.meshgrid(np.arange(sessions), instruments, WINDOWS, indexing="ij")
    )
    size = len(minute)
    log_odds = random.normal(-0.8, 0.9, size)
    touched = random.uniform(size=size) < score(log_odds)
    deviation = 0.004 * np.exp(random.normal(0, 0.3, size))
    defaults: dict[str, object] = {
        "session": session,
        "session_key": 20_240_101 + session,
        "instrument": instrument,
        "minute": minute,
        "barrier": np.full(size, 0.006),
        "log_odds": log_odds,
        "deviation": deviation,
        "rolling_variance": 2.7e-7 * np.exp(random.normal(0, 0.5, size)),
        "riskmetrics_variance": np.full(size, 2.7e-7),
        "horizon": np.minimum(60.0, 375.0 - minute),
        "expiry_day": session % 5 == 3,
        "move": deviation * random.normal(size=size),
        "touch_minute": np.where(touched, random.integers(1, 31, size), np.nan),
        "touched": touched,
    }
    # What only a fit reads, legs and terms, is zero: the proof must not look at it.
    unread = {field.name: np.zeros(size) for field in fields(Cases)}
    return Cases(**{**unread, **defaults, **columns})  # type: ignore[arg-type]  # columns by name


def track_of(scores: NDArray[np.float64], *, instrument: int = 1, session: int = 20_240_101) -> NDArray[np.void]:
    """Return a session's bars that carry the scores [M] minute after minute."""
    bars = np.zeros(len(scores), dtype=BAR)
    bars["instrument"], bars["session"], bars["minute"] = instrument, session, np.arange(len(scores))
    with np.errstate(divide="ignore"):
        bars["log_odds"] = np.log(scores / (1 - scores))
    return bars


def verdict_of(*, fitted: int = 8, judged: int = 10) -> Verdict:
    """Return a run over made cases: the first sessions fitted, the others judged."""
    cases = cases_of(fitted + judged)
    known, after = cases.where(cases.session < fitted), cases.where(cases.session >= fitted)
    figures = judge(score(after.log_odds), after.touched, base_rate=0.3, high=0.8)
    track = np.concatenate([track_of(np.full(375, 0.4), instrument=one) for one in (1, 2)])
    return Verdict(
        sessions=fitted + judged,
        fitted_cases=len(known),
        model=default_model(),
        judged=figures,
        cases=after,
        known=known,
        earlier=known,
        track=track,
    )
