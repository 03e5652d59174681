"""Is every symbol heard, and does its price move?  Decided in the fold at record instants, from log time alone.

An episode of one symbol begins when it is silent while others tick; when none ticks, one episode of the whole feed
begins instead.  After the whole feed was away each symbol has its full patience again before it counts as missing.
While the market is closed, or halted by a market-wide breaker, nothing begins.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerts.conditions import Change
from alerts.rule_scope import Scopes
from alerts.rule_watch import RULE_CHANGED, RuleWatch
from risk.alert_kinds import FROZEN, STALE
from risk.configuration import RiskConfig, Version
from risk.frozen import FrozenMinutes
from risk.quant.calendar import MINUTE_US, Session
from risk.quant.feature_fold import FeatureFold
from risk.quant.liquidity import BUCKET_MINUTES
from risk.quant.market import MarketFold
from risk.quant.scoring import State
from risk.quant.universe import Universe
from risk.silence import SECOND_US, Hearing, Patience, hearing, mean_gap
from streaming.rule_sight import rule_sight

BoolArray = NDArray[np.bool_]

TICKS_CAME, MARKET_CLOSED = "ticks_came", "market_closed"
# The lowest market-wide breaker, as a move from the last close: from there on a silent market may be a halted one.
BREAKER: Final = 0.10


class Heard(NamedTuple):
    """Episodes that began or ended at an instant, and which symbols became stale with it [S]."""

    changes: list[Change]
    fell_silent: BoolArray
    hearing: Hearing | None = None  # None while the market is closed


@dataclass(frozen=True)
class _Now:
    """What a look is about."""

    run: int
    instant: int
    version: Version

    def began(self, rule: str, instrument: int | None, facts: dict[str, Any]) -> Change:
        number, severity = self.version.number, self.version.config.rule(rule).severity
        return Change(rule, self.run, self.instant, instrument, True, number, facts, severity=severity)

    def ended(self, rule: str, instrument: int | None, reason: str) -> Change:
        return Change(rule, self.run, self.instant, instrument, False, self.version.number, reason=reason)


class FeedWatch:
    """The open episodes of one run in one partition.

    `speaks_for` is how many symbols the whole feed has in the partition that tells of its silence, 0 in the others.
    """

    def __init__(self, universe: Universe, *, run: int, speaks_for: int) -> None:
        self._instruments, self._own = universe.instruments, universe.own
        self._run, self._speaks_for = run, speaks_for
        self.stale = np.zeros(len(universe), dtype=np.bool_)
        self.missing = self.stale.copy()  # symbols whose own episode is open
        self.standing = self.stale.copy()  # symbols whose frozen price is an open episode
        self.is_mute = False  # whether the episode of the whole feed is open
        self.returned_us = 0  # when the whole feed was last heard again
        self.elsewhere_us = 0  # when other partitions last had ticks
        self.frozen = FrozenMinutes(universe.instruments)
        self.rules = RuleWatch(universe, run=run)
        self._scopes = Scopes(universe)

    @property
    def hearing(self) -> dict[str, Any]:
        """What is known of the feed as a whole, and what the rules remember, for `restore`."""
        feed = {"is_mute": self.is_mute, "returned_us": self.returned_us, "elsewhere_us": self.elsewhere_us}
        return {**feed, "rules": self.rules.memory}

    def look(
        self, instant: int, *, market: MarketFold, features: FeatureFold, bars: NDArray[np.void], version: Version
    ) -> Heard:
        """Return what began and ended at a record instant, at which `bars` closed."""
        now, session = _Now(self._run, instant, version), market.session_at(instant)
        self.frozen.take(bars)
        if session is None:
            return Heard(list(self._close(now)), np.zeros_like(self.stale))
        heard = self._hear(instant, session, market, features, version.config)
        fell_silent = heard.silent & ~self.stale
        self.stale = heard.silent
        halted = heard.is_mute and abs(market.price_change) >= BREAKER
        changes = [
            *self._feed(now, heard, is_halted=halted),
            *self._symbols(now, heard, _patience(version.config), newest=market.newest_us),
            *self._prices(now, session.key),
        ]
        return Heard(changes, fell_silent, heard)

    def judge(
        self,
        instant: int,
        heard: Heard,
        *,
        market: MarketFold,
        features: FeatureFold,
        rows: NDArray[np.void] | None,
        version: Version,
    ) -> list[Change]:
        """Judge the rules that have levels at an instant that was looked at; `rows` are its records, None without."""
        session = market.session_at(instant)
        if session is None or heard.hearing is None:
            return self.rules.close(instant, version)
        seen = rule_sight(
            market,
            features,
            instant=instant,
            session=session,
            hearing=heard.hearing,
            returned_us=self.returned_us,
            still_minutes=self.frozen.minutes_of(session.key),
            rows=rows,
        )
        return self.rules.look(instant, session=session, seen=seen, version=version).changes

    def marked(self, rows: NDArray[np.void]) -> NDArray[np.void]:
        """Set the state of the rows (dtype SCORE, of all symbols) that are stale, and return them."""
        rows["state"] = np.where(self.stale & (rows["state"] != State.CLOSED), State.STALE, rows["state"])
        return rows

    def _hear(
        self, instant: int, session: Session, market: MarketFold, features: FeatureFold, config: RiskConfig
    ) -> Hearing:
        arrivals = features.past.arrivals
        bucket = (instant - session.open_us) // MINUTE_US // BUCKET_MINUTES
        usual = mean_gap(arrivals[:, min(bucket, arrivals.shape[1] - 1)])
        limits = _patience(config).limits(usual)
        return hearing(
            market.newest_us,
            instant_us=instant,
            open_us=session.open_us,
            limits=limits,
            elsewhere_us=self.elsewhere_us,
            elsewhere_limit=float(config.stale_after_seconds),
        )

    def _feed(self, now: _Now, heard: Hearing, *, is_halted: bool) -> Iterator[Change]:
        rule = now.version.config.rule(STALE)
        is_told = rule.enabled and rule.is_of_all
        if self.is_mute and not is_told:
            self.is_mute = False
            yield from self._told(now.ended(STALE, None, RULE_CHANGED))
        elif heard.is_mute and not self.is_mute and not is_halted and is_told:
            self.is_mute = True
            yield from self._told(now.began(STALE, None, self._silence(heard)))
        elif self.is_mute and not heard.is_mute:
            self.is_mute = False
            if heard.feed_has_new_ticks:
                self.returned_us = now.instant
            yield from self._told(now.ended(STALE, None, TICKS_CAME if heard.feed_has_new_ticks else MARKET_CLOSED))

    def _told(self, change: Change) -> Iterator[Change]:
        """Yield a change of the whole feed where this partition is the one to tell it."""
        if self._speaks_for:
            yield change

    def _silence(self, heard: Hearing) -> dict[str, Any]:
        elsewhere = self._speaks_for - int(self._own.sum())
        return {"symbols": int((heard.seen & self._own).sum()) + elsewhere, "silent_seconds": round(heard.feed_age, 1)}

    def _symbols(self, now: _Now, heard: Hearing, patience: Patience, *, newest: NDArray[np.int64]) -> Iterator[Change]:
        judged = self._scopes.of(now.version.config.rule(STALE))
        yield from self._no_longer(now, STALE, self.missing & ~judged)
        self.missing &= judged
        for column in np.flatnonzero(self.missing & ~heard.silent).tolist():
            reason = TICKS_CAME if heard.has_new_ticks[column] else MARKET_CLOSED
            yield now.ended(STALE, int(self._instruments[column]), reason)
        self.missing &= heard.silent
        if not heard.feed_age <= patience.heard_seconds:
            return
        patient = now.instant - self.returned_us > heard.limits * SECOND_US
        beginning = heard.silent & ~self.missing & patient & judged
        self.missing |= beginning
        for column in np.flatnonzero(beginning).tolist():
            facts = {
                "silent_seconds": round(float(heard.age_seconds[column]), 1),
                "limit_seconds": round(float(heard.limits[column]), 1),
                "last_tick_us": int(newest[column]),
            }
            yield now.began(STALE, int(self._instruments[column]), facts)

    def _prices(self, now: _Now, session: int) -> Iterator[Change]:
        config = now.version.config
        judged = self._scopes.of(config.rule(FROZEN))
        yield from self._no_longer(now, FROZEN, self.standing & ~judged)
        self.standing = self.standing & judged
        frozen = self.frozen.frozen(config.frozen_price_minutes, session=session) & judged
        for column in np.flatnonzero(self.standing & ~frozen).tolist():
            yield now.ended(FROZEN, int(self._instruments[column]), "price_moved")
        for column in np.flatnonzero(frozen & ~self.standing).tolist():
            facts = {"price": int(self.frozen.price[column]) / 100, "minutes": int(self.frozen.minutes[column])}
            yield now.began(FROZEN, int(self._instruments[column]), facts)
        self.standing = frozen

    def _no_longer(self, now: _Now, rule: str, those: BoolArray) -> Iterator[Change]:
        """End the episodes of symbols that the rule no longer judges."""
        for column in np.flatnonzero(those).tolist():
            yield now.ended(rule, int(self._instruments[column]), RULE_CHANGED)

    def _close(self, now: _Now) -> Iterator[Change]:
        """End every episode: the market is closed."""
        if self.is_mute:
            yield from self._told(now.ended(STALE, None, MARKET_CLOSED))
        for rule, open_ones in ((STALE, self.missing), (FROZEN, self.standing)):
            for column in np.flatnonzero(open_ones).tolist():
                yield now.ended(rule, int(self._instruments[column]), MARKET_CLOSED)
        self.is_mute, self.returned_us = False, 0
        for mask in (self.stale, self.missing, self.standing):
            mask[:] = False


def restore(
    watch: FeedWatch,
    *,
    stale: Iterable[int],
    missing: Iterable[int],
    standing: Iterable[int],
    is_mute: bool = False,
    returned_us: int = 0,
    elsewhere_us: int = 0,
    rules: Mapping[str, Any] | None = None,
    bars: NDArray[np.void],
) -> FeedWatch:
    """Put back what the last commit stored: instruments that were stale, those with open episodes, what the rules
    remember, the newest bars."""
    instruments = watch._instruments
    watch.stale, watch.missing, watch.standing = (
        np.isin(instruments, list(those)) for those in (stale, missing, standing)
    )
    watch.is_mute, watch.returned_us, watch.elsewhere_us = is_mute, returned_us, elsewhere_us
    watch.rules.restore(rules)
    watch.frozen.take(bars)
    return watch


def _patience(config: RiskConfig) -> Patience:
    return Patience(floor_seconds=float(config.stale_after_seconds), gaps=config.stale_after_gaps)
