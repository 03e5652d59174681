"""One partition's fold over its log: runs, record instants and what they yield. Deterministic, no I/O of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from risk.quant.feature_fold import FeatureFold
from risk.quant.feature_past import FeaturePast
from risk.quant.market import MarketFold
from risk.quant.profile import Profile
from risk.quant.scoring import SCORE
from risk.quant.volatility import MEDIUM
from streaming.tick_log import Entry, Kind


@dataclass(frozen=True)
class Scored:
    """The records of one record instant: rows of dtype SCORE, one per instrument with news."""

    run_id: int
    instant: int
    rows: NDArray[np.void]


@dataclass(frozen=True)
class Closed:
    """Bars (dtype BAR) of minutes that closed together, with the features [n, 4, F] at their close."""

    run_id: int
    bars: NDArray[np.void]
    features: NDArray[np.float32]


@dataclass(frozen=True)
class Learned:
    """What a run knew when a session ended."""

    run_id: int
    session: int
    profile: Profile
    past: FeaturePast


@dataclass
class Harvest:
    """What was folded since the last commit and is not stored yet."""

    scored: list[Scored] = field(default_factory=list)
    closed: list[Closed] = field(default_factory=list)
    learned: list[Learned] = field(default_factory=list)


class Folds(NamedTuple):
    """The two folds of a run: scores, and beside them features."""

    market: MarketFold
    features: FeatureFold


@dataclass
class PartitionFold:
    """Folds entries in log order. `begin_run` gives the folds of a new run from what the database knows of its past.

    Ticks of one record interval are folded together however the log was read, and floating point
    happens only when an instant passes, so the result does not depend on batch boundaries.
    """

    begin_run: Callable[[int], Folds]
    interval_us: int
    position: str = "0-0"
    run_id: int = 0
    instant: int = 0
    log_time: int = 0
    late: int = 0
    instants_scored: int = 0
    market: MarketFold | None = None
    features: FeatureFold | None = None
    harvest: Harvest = field(default_factory=Harvest)

    def take(self, entries: Sequence[Entry]) -> None:
        """Fold `entries`, which follow `position` in the log."""
        for (run_id, _, kind), group in groupby(entries, key=self._interval_of):
            self._take_interval(run_id, kind, list(group))

    def harvested(self) -> Harvest:
        """Return what is to be stored, and begin a new harvest."""
        harvest, self.harvest = self.harvest, Harvest()
        return harvest

    def live_rows(self, entries: Sequence[Entry]) -> NDArray[np.void]:
        """Return the scores, as of now, of the instruments that `entries` touched in the current run."""
        touched = [entry.ticks["instrument"] for entry in entries if entry.run_id == self.run_id and len(entry.ticks)]
        if self.market is None or self.features is None or not touched:
            return np.empty(0, dtype=SCORE)
        rows = self.market.scores(self.log_time, around=self.features.surroundings)
        return rows[np.isin(rows["instrument"], np.concatenate(touched)) & (rows["price"] > 0.0)]

    def _interval_of(self, entry: Entry) -> tuple[int, int, bool]:
        return entry.run_id, entry.log_time // self.interval_us, entry.kind == Kind.RUN_END

    def _take_interval(self, run_id: int, is_end: bool, entries: list[Entry]) -> None:
        if run_id != self.run_id or self.market is None:
            self._start(run_id, entries[0].log_time)
        assert self.market is not None
        self._pass_to(entries[-1].log_time)
        ticks = [entry.ticks for entry in entries if len(entry.ticks)]
        if ticks:
            self.late += self.market.fold(np.concatenate(ticks))
        self.position, self.log_time = entries[-1].id, entries[-1].log_time
        if is_end:  # the last interval of a run has no later entry to pass its instant
            self._pass_to(self.instant + self.interval_us)

    def _start(self, run_id: int, log_time: int) -> None:
        self.run_id, (self.market, self.features) = run_id, self.begin_run(run_id)
        self.instant = log_time // self.interval_us * self.interval_us

    def _pass_to(self, log_time: int) -> None:
        """Pass every record instant up to `log_time`: only the first can have news."""
        reached = log_time // self.interval_us * self.interval_us
        for instant in dict.fromkeys((self.instant + self.interval_us, reached)):
            if self.instant < instant <= reached:
                self._pass_instant(instant)

    def _pass_instant(self, instant: int) -> None:
        assert self.market is not None and self.features is not None
        passed = self.market.advance(instant)
        self.instant = instant
        if len(passed.bars):
            medium, quotes = self.market.legs[MEDIUM], self.market.quotes
            features = self.features.take(passed.bars, medium=medium, quotes=quotes)
            self.harvest.closed.append(Closed(self.run_id, passed.bars, features))
        if passed.profile is not None:
            past = self.features.roll(passed.profile)
            self.harvest.learned.append(Learned(self.run_id, self.market.profile_session, passed.profile, past))
        if passed.news.any():
            rows = self.market.scores(instant, around=self.features.surroundings)[passed.news]
            self.harvest.scored.append(Scored(self.run_id, instant, rows))
            self.instants_scored += 1
