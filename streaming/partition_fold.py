"""One partition's fold over its log: runs, record instants and what they yield. Deterministic, no I/O of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerts.judging import Closing
from risk.configuration import Version
from risk.quant.feature_fold import FeatureFold
from risk.quant.market import MarketFold
from risk.quant.scoring import SCORE
from risk.quant.volatility import MEDIUM
from streaming.feed_watch import FeedWatch
from streaming.harvest import Adopted, Closed, Ended, Harvest, Learned, Scored
from streaming.tick_entries import Entry, Kind


class Folds(NamedTuple):
    """The two folds of a run: scores, and beside them features."""

    market: MarketFold
    features: FeatureFold


@dataclass
class PartitionFold:
    """Folds entries in log order. `begin_run` gives the folds of a new run from what the database knows of its past,
    `speaks_for` of how many symbols' feed the partition tells that it is silent.

    `version` is the configuration in force; `adoptions` gives those that a run has adopted already, by instant: a fold
    of the same log again adopts the same ones there.  Ticks of one record interval are folded together however the log
    was read, and floating point happens only when an instant passes, so the result does not depend on batch boundaries.
    """

    begin_run: Callable[[int, Version], Folds]
    version: Version
    speaks_for: Callable[[int], int]
    adoptions: Callable[[int], Mapping[int, Version]] = lambda run_id: {}
    position: str = "0-0"
    run_id: int = 0
    instant: int = 0
    log_time: int = 0
    late: int = 0
    instants_scored: int = 0
    market: MarketFold | None = None
    features: FeatureFold | None = None
    watch: FeedWatch | None = None
    harvest: Harvest = field(default_factory=Harvest)
    schedule: Mapping[int, Version] = field(default_factory=dict)
    _offered: Version | None = None

    def take(self, entries: Sequence[Entry]) -> None:
        """Fold `entries`, which follow `position` in the log."""
        start = 0
        while start < len(entries):
            first = entries[start]
            if first.run_id != self.run_id or self.market is None:
                self._start(first.run_id, first.log_time)
            # Before the interval is cut: a configuration adopted here says how long it is.
            self._pass_to(first.log_time)
            end = self._end_of_interval(entries, start)
            self._take_interval(entries[start:end])
            start = end

    def will_adopt(self, entries: Sequence[Entry]) -> bool:
        """Return whether taking `entries` begins a run or passes a record instant: where an offer can be adopted."""
        if self.market is None or any(entry.run_id != self.run_id for entry in entries):
            return True
        newest = max(entry.log_time for entry in entries)
        return newest >= self._following_instant or any(entry.kind == Kind.RUN_END for entry in entries)

    def offer(self, version: Version) -> None:
        """Adopt `version` at the next record instant; what the log's run has adopted from there on goes before."""
        self._offered = version

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
        is_touched = np.isin(rows["instrument"], np.concatenate(touched)) & self.market.universe.own
        return rows[is_touched & (rows["price"] > 0.0)]

    @property
    def _interval_us(self) -> int:
        return self.version.config.record_interval_us

    def _end_of_interval(self, entries: Sequence[Entry], start: int) -> int:
        """Return where the record interval of the entry at `start` ends; a new configuration has new intervals."""
        first, end = self._interval_of(entries[start]), start + 1
        while end < len(entries) and self._interval_of(entries[end]) == first:
            end += 1
        return end

    def _interval_of(self, entry: Entry) -> tuple[int, int, bool]:
        return entry.run_id, entry.log_time // self._interval_us, entry.kind == Kind.RUN_END

    def _take_interval(self, entries: Sequence[Entry]) -> None:
        assert self.market is not None and self.watch is not None
        ticks = [entry.ticks for entry in entries if len(entry.ticks)]
        if ticks:
            self.late += self.market.fold(np.concatenate(ticks))
        self.position, self.log_time = entries[-1].id, entries[-1].log_time
        self.watch.elsewhere_us = max([self.watch.elsewhere_us, *(one.log_time for one in entries if one.elsewhere)])
        if entries[0].kind == Kind.RUN_END:  # the last interval of a run has no later entry to pass its instant
            self._pass_to(self._following_instant)
            self.harvest.ended.append(Ended(self.run_id, self.instant))

    def _start(self, run_id: int, log_time: int) -> None:
        """Begin a run with the configuration in force, or with the one that this run began with when it was folded."""
        if self.run_id and self.run_id != run_id:
            self.harvest.ended.append(Ended(self.run_id, self.instant))  # a feed that was killed says no farewell
        self.schedule = self.adoptions(run_id)
        began_with = self.schedule[min(self.schedule)] if self.schedule else self._offered or self.version
        self.version, self._offered = began_with, None
        self.run_id, (self.market, self.features) = run_id, self.begin_run(run_id, began_with)
        self.watch = FeedWatch(self.market.universe, run=run_id, speaks_for=self.speaks_for(run_id))
        self.instant = log_time // self._interval_us * self._interval_us
        if not self.schedule:
            self.harvest.adopted.append(Adopted(run_id, self.instant, began_with))

    @property
    def _following_instant(self) -> int:
        return (self.instant // self._interval_us + 1) * self._interval_us

    def _pass_to(self, log_time: int) -> None:
        """Pass the record instants up to `log_time`: the first, which alone can have news, and the last."""
        while (following := self._following_instant) <= log_time:
            self._pass_instant(following)
            if (reached := log_time // self._interval_us * self._interval_us) > following:
                self._pass_instant(reached)

    def _pass_instant(self, instant: int) -> None:
        assert self.market is not None and self.features is not None and self.watch is not None
        self._note_closing(instant)
        passed = self.market.advance(instant)
        self.instant = instant
        if len(passed.bars):
            medium, quotes = self.market.legs[MEDIUM], self.market.quotes
            features = self.features.take(passed.bars, medium=medium, quotes=quotes)
            self.harvest.closed.append(Closed(self.run_id, passed.bars, features))
        if passed.profile is not None:
            past = self.features.roll(passed.profile)
            self.harvest.learned.append(Learned(self.run_id, self.market.profile_session, passed.profile, past))
        heard = self.watch.look(
            instant, market=self.market, features=self.features, bars=passed.bars, version=self.version
        )
        rows = None
        if (news := (passed.news | heard.fell_silent) & self.market.universe.own).any():
            rows = self.watch.marked(self.market.scores(instant, around=self.features.surroundings))[news]
            self.harvest.scored.append(Scored(self.run_id, instant, rows, self.version))
            self.instants_scored += 1
        judged = self.watch.judge(
            instant, heard, market=self.market, features=self.features, rows=rows, version=self.version
        )
        self.harvest.conditions += heard.changes + judged
        self._adopt(instant)

    def _note_closing(self, instant: int) -> None:
        """Note that the session of the instant before this one is over."""
        assert self.market is not None
        before, now = self.market.session_at(self.instant), self.market.session_at(instant)
        if before is not None and (now is None or now.key != before.key):
            self.harvest.closings.append(Closing(self.run_id, min(before.close_us, instant)))

    def _adopt(self, instant: int) -> None:
        """Go on with the version that this run adopted here, or else with one that was offered since."""
        known, offered = self.schedule.get(instant), self._offered
        if known is not None:
            self._go_on_with(known)
        elif offered is not None and instant > max(self.schedule, default=0):
            self._offered = None
            if offered.number != self.version.number:
                self._go_on_with(offered)
                self.harvest.adopted.append(Adopted(self.run_id, instant, offered))

    def _go_on_with(self, version: Version) -> None:
        assert self.market is not None and self.features is not None
        self.version = version
        self.market.follow(version.model)
        self.features.follow(self.market.profile)
