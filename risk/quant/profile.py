"""What past sessions teach about each instrument: seasonality, slow variances, barrier, calibration.

A profile is immutable; `roll` makes the next one from a finished session.  All arrays are per symbol [S];
rings hold the newest session last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from risk.quant import lessons, profile_codec
from risk.quant.calendar import Session
from risk.quant.model import SEASONAL_STEP, ScoreModel
from risk.quant.outcomes import DenseSession
from risk.quant.recalibration import recalibration
from risk.quant.scoring import SCORE, State
from risk.quant.session_curves import ForecastTimes, forecast_times
from risk.quant.universe import Universe as Universe
from risk.quant.volatility import INTRADAY, elapsed_variance_time, seasonality
from risk.quant.windows import PAISE

FloatArray = NDArray[np.float64]
RingArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Barrier:
    """b = scale * sqrt(tau), tau from `elapsed` [S, M + 1]; `scale` [S] is c * sqrt(slow variance)."""

    scale: FloatArray
    elapsed: FloatArray


@dataclass(frozen=True)
class Profile:
    """Knowledge about S instruments after `session` (0: none).

    `returns` [D, S, M] |r| per minute; `ratios` [D, S, W] sup|move| / sqrt(slow tau); `forecasts` [D, S, W]
    log-odds before the online correction and `outcomes` [D, S, W] 0 or 1; `daily`, `slow` and `legs` [2, S]
    variances per average minute; `falls` the fading sum of daily falls in slow deviations, 0 or less; `last_close`
    in paise, 0 unknown; `expiry_returns` [E, S, M] |r| of a trial's expiry days; `frozen` replaces the rolling barrier.
    """

    universe: Universe
    model: ScoreModel
    session: int
    sessions: IntArray
    last_close: IntArray
    daily: FloatArray
    slow: FloatArray
    falls: FloatArray
    legs: FloatArray
    returns: RingArray
    ratios: RingArray
    forecasts: RingArray
    outcomes: RingArray
    expiry_returns: RingArray
    frozen: Barrier | None = None

    @classmethod
    def empty(cls, universe: Universe, model: ScoreModel) -> "Profile":
        """Return the profile before any session: the class priors."""
        size, windows = len(universe), model.profile_minutes // SEASONAL_STEP
        variance = model.prior_variance[universe.asset_class]
        ring = np.zeros((0, size, windows), dtype=np.float32)
        returns = np.zeros((0, size, model.profile_minutes), dtype=np.float32)
        none = np.zeros(size, dtype=np.int64)
        legs, falls = np.tile(variance, (INTRADAY, 1)), np.zeros(size)
        return cls(universe, model, 0, none, none, variance, variance, falls, legs, returns, ring, ring, ring, returns)

    @cached_property
    def seasonal(self) -> FloatArray:
        """s [S, M], mean square 1."""
        history = self.returns.astype(np.float64)
        return seasonality(history, prior=self.prior_curve, prior_sessions=self.model.seasonality_sessions)

    @property
    def prior_curve(self) -> FloatArray:
        """The s [S, M] of each symbol's class, which its own is pulled to."""
        curve: FloatArray = np.repeat(self.model.prior_seasonality, SEASONAL_STEP, axis=1)[self.universe.asset_class]
        return curve

    @cached_property
    def elapsed(self) -> FloatArray:
        """Average minutes [S, M + 1] from the open to the start of each minute."""
        return elapsed_variance_time(self.seasonal)

    @cached_property
    def forecast_times(self) -> ForecastTimes:
        """What a trial's seasonal curves make of `elapsed`; without a trial nothing."""
        return forecast_times(self)

    def elapsed_on(self, session: int) -> FloatArray:
        """Return `elapsed` as a forecast in the session of this key takes it; the barrier's stays the ordinary one."""
        ordinary, expiry = self.forecast_times
        if expiry is ordinary:
            return ordinary
        return np.where(self.universe.expiring(session)[:, None] > 0, expiry, ordinary)

    @cached_property
    def barrier(self) -> Barrier:
        """The barrier in force."""
        return self.frozen or Barrier(self.barrier_multiple * np.sqrt(self.slow), self.elapsed)

    @cached_property
    def barrier_multiple(self) -> FloatArray:
        """c [S]: the quantile of the ratios that leaves the base rate above, shrunk to the class prior."""
        prior = self.model.prior_c[self.universe.asset_class]
        by_symbol = self.ratios.transpose(1, 0, 2).reshape(len(self.universe), -1).astype(np.float64)
        known = np.isfinite(by_symbol).any(axis=1)
        empirical = prior.copy()
        if known.any():
            empirical[known] = np.nanquantile(by_symbol[known], 1 - self.model.base_rate, axis=1)
        sessions = np.isfinite(self.ratios).any(axis=2).sum(axis=0)
        weight = sessions / (sessions + self.model.barrier_sessions)
        multiple: FloatArray = weight * empirical + (1 - weight) * prior
        return multiple

    @cached_property
    def correction(self) -> FloatArray:
        """The online shift and stretch of the log-odds [2, S]: how far recent scores were from what then happened."""
        age = np.arange(len(self.forecasts))[::-1]
        return recalibration(
            self.forecasts.astype(np.float64),
            self.outcomes.astype(np.float64),
            0.5 ** (age / self.model.correction_half_life),
            reference=self.model.reference,
            precision=self.model.correction_precision,
        )

    @cached_property
    def weights(self) -> FloatArray:
        """Forecast weights [legs, S] of each symbol's class."""
        return np.ascontiguousarray(self.model.weights[self.universe.asset_class].T)

    @cached_property
    def scale(self) -> FloatArray:
        """Scale [S] of the variance that moves have, of each symbol's class."""
        scale: FloatArray = self.model.scale[self.universe.asset_class]
        return scale

    @cached_property
    def betas(self) -> FloatArray:
        """Calibration [2, S] of each symbol's class."""
        return np.ascontiguousarray(self.model.betas[self.universe.asset_class].T)

    @cached_property
    def term_weights(self) -> FloatArray:
        """Weights [terms, S] of the calibration's terms, of each symbol's class."""
        return np.ascontiguousarray(self.model.terms[self.universe.asset_class].T)

    @cached_property
    def session_legs(self) -> FloatArray:
        """The legs that move once a session, daily and slow [2, S]."""
        return np.stack((self.daily, self.slow))

    @cached_property
    def blank_scores(self) -> NDArray[np.void]:
        """Rows of dtype SCORE with what holds for a whole session: instrument, previous close and state."""
        rows = np.zeros(len(self.universe), dtype=SCORE)
        rows["instrument"] = self.universe.instruments
        rows["previous_close"] = np.where(self.last_close > 0, self.last_close / PAISE, np.nan)
        is_prior = (self.sessions < self.model.minimum_sessions) | (not self.model.is_as_fitted)
        rows["state"] = np.where(is_prior, State.PRIOR, State.OK)
        return rows

    def roll(self, bars: NDArray[np.void], session: Session, *, legs: FloatArray | None = None) -> "Profile":
        """Return the profile after one whole session, whose closed bars are `bars` (dtype BAR).

        `legs` [2, S] are the intraday legs at the close.  A session shorter than half the grid (special
        sessions) only moves the last close: its minutes are not those of an ordinary day.
        """
        dense = DenseSession.of(bars, instruments=self.universe.instruments, minutes=self.model.profile_minutes)
        close = dense.last_close()
        last_close = np.where(np.isfinite(close), np.rint(np.exp(np.nan_to_num(close))), self.last_close)
        moved = replace(
            self, session=session.key, last_close=last_close.astype(np.int64), legs=self.legs if legs is None else legs
        )
        if session.minutes < self.model.profile_minutes // 2:
            return moved
        return replace(moved, **lessons.learned(self, dense, session))

    def dump_instrument(self, index: int) -> bytes:
        """Return everything the profile knows about the instrument at this position of the universe.

        Raises ValueError for a position that there is not.
        """
        return profile_codec.pack(self, index)

    @classmethod
    def load(cls, universe: Universe, model: ScoreModel, blobs: Mapping[int, bytes]) -> "Profile":
        """Return the profile of these instruments; one without a blob starts empty.

        Raises ValueError for a blob of another schema, grid or length, or that cannot be read.
        """
        return profile_codec.unpack(cls.empty(universe, model), blobs)
