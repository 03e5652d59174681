"""Which notifications are withheld: by a silence, or because the market's own alert speaks for them.  Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from risk.configuration import LEVELS

MARKET_FAMILY: Final = "market_wide"
BASE: Final = "base"
WITHHELD: Final = "withheld: "  # how the reason of everything that is withheld begins


@dataclass(frozen=True)
class Subject:
    """What decides whether an alert is told; `severity` is the highest of what would be said of it.

    Without a symbol it concerns all of them.  `market_share` is None of what is no score.
    """

    alert_id: int
    run: int
    rule: str
    symbol: str | None
    exchange: str | None
    severity: str
    market_share: float | None


@dataclass(frozen=True)
class Scope:
    """What a silence is about; an empty set leaves its part open."""

    symbols: frozenset[str] = frozenset()
    exchanges: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    max_severity: str = "HIGH"

    def covers(self, subject: Subject) -> bool:
        """Return whether every part that is named fits.  What concerns all symbols is in no list of symbols."""
        return (
            LEVELS.index(subject.severity) <= LEVELS.index(self.max_severity)
            and (not self.symbols or subject.symbol in self.symbols)
            and (not self.exchanges or subject.exchange in self.exchanges)
            and (not self.rules or subject.rule in self.rules)
        )


@dataclass(frozen=True)
class Silenced:
    """An active silence."""

    pk: int
    author: str
    reason: str
    ends_at: datetime
    scope: Scope


@dataclass(frozen=True)
class Mutes:
    """What withholds notifications at an instant: active silences, and score alerts of the market's index that go on.

    `speaking` leaves out what is resolved: nobody looks at it any more.
    """

    silences: Sequence[Silenced] = ()
    speaking: Sequence[Subject] = ()
    least_share: float = 1.0

    def silence_of(self, subject: Subject) -> Silenced | None:
        """Return the silence that holds longest of those that cover it."""
        fitting = [one for one in self.silences if one.scope.covers(subject)]
        return max(fitting, key=lambda one: (one.ends_at, one.pk), default=None)

    def inhibitor_of(self, subject: Subject) -> int | None:
        """Return the index's alert that speaks for it, None where its notification is its own.

        It must be of the same run, at least as severe, not silenced itself, and the market-wide family must explain
        more than `least_share` of the score.
        """
        if subject.market_share is None or not subject.market_share > self.least_share:
            return None
        return min((one.alert_id for one in self._heard() if _may_speak_for(one, subject)), default=None)

    def reason(self, subject: Subject) -> str:
        """Return by what it is withheld, in words; empty where it is told."""
        if silence := self.silence_of(subject):
            return f"{WITHHELD}silence {silence.pk}"
        inhibitor = self.inhibitor_of(subject)
        return "" if inhibitor is None else f"{WITHHELD}alert {inhibitor} of the market"

    def _heard(self) -> Iterator[Subject]:
        return (one for one in self.speaking if self.silence_of(one) is None)


def market_share(decomposition: Mapping[str, float]) -> float:
    """Return which share of the points that raised a score above its base the market-wide family has, in [0, 1].

    Points that lowered the score are left out, so that they never make the share larger.  0 where nothing raised it.
    """
    raised = {name: points for name, points in decomposition.items() if name != BASE and points > 0.0}
    total = sum(raised.values())
    return raised.get(MARKET_FAMILY, 0.0) / total if total else 0.0


def _may_speak_for(index: Subject, subject: Subject) -> bool:
    return (
        index.alert_id != subject.alert_id
        and index.run == subject.run
        and index.symbol != subject.symbol
        and LEVELS.index(index.severity) >= LEVELS.index(subject.severity)
    )
