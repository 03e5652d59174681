"""The features of a partition, beside its fold: fed with the minutes that the fold closed, in order.

What it holds is a function of the past and of today's closed bars, so a restart replays those.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk.quant.attribution import Surroundings
from risk.quant.feature_past import FeaturePast
from risk.quant.features import FEATURES, FeatureTable
from risk.quant.live_market import LiveMarket, OptionFacts
from risk.quant.profile import Profile
from risk.quant.session_features import SessionFeatures
from risk.quant.tick_sizes import tick_sizes
from risk.quant.windows import PAISE

FloatArray = NDArray[np.float64]

MINUTE_SECONDS: Final = 60.0
INDEX: Final = 0  # asset class
# Features as they are stored: value, n, coverage and age of each, in the order of FEATURES.
CELLS: Final = (4, len(FEATURES))


class FeatureFold:
    """Rolling features of all instruments of one partition in one run.

    Raises ValueError for a past of other symbols or another grid than the profile's.
    """

    def __init__(self, *, past: FeaturePast, profile: Profile, options: OptionFacts | None = None) -> None:
        self.past = past
        self._options = options
        self._table: FeatureTable | None = None
        self._quotes: tuple[FloatArray, FloatArray] | None = None
        self._begin(profile)

    @property
    def table(self) -> FeatureTable | None:
        """The features as of the last closed minute, None before the session's first."""
        return self._table

    @property
    def implied_ratio(self) -> FloatArray:
        """The newest chain's at-the-money volatility over that of the chain before [S], NaN without both."""
        unknown = np.full(len(self._profile.universe), np.nan)
        if self._options is None or self._options.atm_iv_before is None:
            return unknown
        return self._options.atm_iv / self._options.atm_iv_before

    @property
    def surroundings(self) -> Surroundings:
        """What splits the points of recent moves, as of the last closed minute."""
        table, market = self._table, self._profile.universe.market
        if table is None:
            return Surroundings.unknown(len(self._profile.universe))._replace(market=market)
        return Surroundings(table.of("jump_share_60").value, table.of("beta").value, market)

    def replay(self, bars: NDArray[np.void], *, medium: FloatArray) -> None:
        """Take closed bars (dtype BAR) of the current session at once: after a restart.

        Raises ValueError as `take` does.
        """
        for group in _minutes(bars):
            self._close(group)
        self._table = self._table_now(medium) if len(bars) else None

    def take(
        self, bars: NDArray[np.void], *, medium: FloatArray, quotes: tuple[FloatArray, FloatArray] | None = None
    ) -> NDArray[np.float32]:
        """Take bars of one session that the fold just closed, and return their features at their close, [n, 4, F].

        `medium` [S] is the variance per average minute that deviations are measured in; `quotes` are the newest bid and
        ask [S] in rupees, NaN unknown.  A medium variance that is not positive is unknown.  Raises ValueError for bars
        of other instruments or with prices that cannot be, and for another number of symbols.
        """
        self._quotes = quotes
        found = np.empty((len(bars), *CELLS), dtype=np.float32)
        done = 0
        for group in _minutes(bars):
            self._close(group)
            table = self._table = self._table_now(medium)
            column = np.searchsorted(self._profile.universe.instruments, group["instrument"])
            cells = np.stack((table.values, table.n, table.coverage, table.age))
            found[done : done + len(group)] = cells[:, :, column].transpose(2, 0, 1)
            done += len(group)
        return found

    def follow(self, profile: Profile) -> None:
        """Take the profile of the same sessions with another model: the horizon that limits are seen over."""
        self._profile = profile

    def roll(self, profile: Profile) -> FeaturePast:
        """End the session, whose closing profile is given, and return the new past.

        A session of less than half the grid teaches nothing: its minutes are not those of an ordinary day.
        """
        if 2 * int(self._session.tape.closed.sum()) >= self._session.tape.minutes:
            self.past = self._session.finished()
        self._options = None
        self._begin(profile)
        return self.past

    def _begin(self, profile: Profile) -> None:
        self._profile = profile
        self._session = SessionFeatures(self.past, profile.seasonal, index=profile.universe.market)
        self._table = None
        self._close_paise = profile.last_close.astype(np.float64)
        self._close_minute = np.full(len(profile.universe), np.nan)

    def _close(self, group: NDArray[np.void]) -> None:
        column = np.searchsorted(self._profile.universe.instruments, group["instrument"])
        self._session.replay(group, self._profile.universe.instruments)
        self._close_paise[column] = group["close"]
        self._close_minute[column] = group["minute"] + 1

    def _table_now(self, medium: FloatArray) -> FeatureTable:
        """Return the features at the end of the last closed minute."""
        end = self._session.tape.end
        previous = self._profile.last_close
        price = np.where(self._close_paise > 0, self._close_paise / PAISE, np.nan)
        silent = end - self._close_minute
        bid, ask = self._quotes or (np.full_like(price, np.nan), np.full_like(price, np.nan))
        live = LiveMarket.of(
            price=price,
            # Inside a minute that traded the bars do not say when the last tick came.
            age_seconds=np.where(silent > 0, MINUTE_SECONDS * silent, np.nan),
            medium_variance=medium,
            options=self._options,
            previous_close=np.where(previous > 0, previous / PAISE, np.nan),
            bid=bid,
            ask=ask,
            tick_size=tick_sizes(price, is_index=self._profile.universe.asset_class == INDEX),
        )
        return self._session.table(float(end), live, horizon=self._profile.model.horizon)


def _minutes(bars: NDArray[np.void]) -> Iterator[NDArray[np.void]]:
    """Yield the bars of each minute, which come in order."""
    yield from np.split(bars, np.flatnonzero(np.diff(bars["minute"])) + 1) if len(bars) else []


def taught(past: FeaturePast, bars: NDArray[np.void], *, before: Profile, after: Profile) -> FeaturePast:
    """Return the past after one whole session of bars (dtype BAR), whose profiles before and after it are given.

    Raises ValueError as `FeatureFold.take` does for its bars.
    """
    fold = FeatureFold(past=past, profile=before)
    fold._session.replay(bars, before.universe.instruments)
    return fold.roll(after)
