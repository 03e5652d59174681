"""A record in plain sentences.  Pure: every number that is said is one of the record's, rounded.

Nothing is computed here that the record does not hold, and nothing is said of causes outside it: the sentences read the
stored decomposition, they do not guess.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite
from typing import Final

# Points smaller than this would be said as 0.000.
SMALLEST: Final = 0.0005
WORDS: Final[Mapping[str, str]] = {
    "recent_moves": "how far its price has moved lately",
    "jump": "a sudden jump",
    "market_wide": "what the whole market does",
    "option_market": "what the option market expects",
    "calendar": "the calendar (expiry, a weekend behind it, the falls of recent days)",
    "recalibration": "the correction for how recent scores turned out",
}
STATES: Final[Mapping[str, str]] = {
    "PRIOR": "It is a PRIOR: the score leans on what is usual for its class, because its own history is short or the "
    "horizon and windows in force are not those that the model was fitted with.",
    "STALE": "It is STALE: no tick came for longer than it may take in an open market, so this is what was last known.",
    "CLOSED": "The market is CLOSED: this is the score of the last second of trading.",
    "HALTED": "Trading is HALTED: this is the last score before.",
}
SOURCES: Final[Mapping[str, str]] = {
    "simulated": "The market is simulated: no money moves, and the numbers are about invented prices.",
    "replay": "The market is a replay of recorded ticks: the numbers are about that day, not about today.",
    "unknown": "Which feed the record came from is not known any more.",
}


@dataclass(frozen=True)
class RecordFacts:
    """What a stored record says: moves and the barrier in logs, `protection_cost` as a fraction of the price."""

    symbol: str
    timestamp: str
    score: float
    severity: str
    state: str
    source: str
    price: float
    horizon_minutes: float
    barrier: float
    expected_move: float
    protection_cost: float
    decomposition: Mapping[str, float] | None
    engine_version: str
    model_version: str
    config_version: int


@dataclass(frozen=True)
class Citation:
    """The page of the documentation, and the heading in it, that says what a sentence rests on."""

    document: str
    heading: str


@dataclass(frozen=True)
class Sentence:
    """One thing that is true of the record, and where its meaning is written down."""

    about: str
    text: str
    citation: Citation | None = None


MEANING: Final = Citation("docs/risk-model.md", "What the score says and how it is made")
POINTS: Final = Citation("docs/risk-model.md", "Why: points that add up")
ORIGIN: Final = Citation("docs/risk-model.md", "Where the numbers come from")
THRESHOLDS: Final = Citation("docs/configuration.md", "Configuration at run time")
SIMULATED: Final = Citation("docs/simulator.md", "The simulated market")


def sentences(facts: RecordFacts) -> list[Sentence]:
    """Return what the record says, most important first.

    Raises ValueError for a record whose score, price or barrier is not a finite number.
    """
    if not all(map(isfinite, (facts.score, facts.price, facts.barrier, facts.expected_move, facts.protection_cost))):
        raise ValueError(f"a record's numbers must be finite, were {facts}")
    return [
        _meaning(facts),
        _severity(facts),
        *_state(facts),
        *_source(facts),
        *_why(facts),
        _moves(facts),
        _made(facts),
    ]


def _meaning(facts: RecordFacts) -> Sentence:
    if facts.state == "CLOSED":
        text = f"{facts.symbol} was last scored {facts.score:.3f}, as of {facts.timestamp}."
        return Sentence("meaning", text, MEANING)
    away = facts.price * (exp(facts.barrier) - 1.0)
    text = (
        f"{facts.symbol} scores {facts.score:.3f} at {facts.timestamp}: the calibrated probability that within the "
        f"next {facts.horizon_minutes:.0f} trading minutes its price moves at least {100 * facts.barrier:.2f} % "
        f"(about ₹{away:,.2f}) away from ₹{facts.price:,.2f}, up or down."
    )
    return Sentence("meaning", text, MEANING)


def _severity(facts: RecordFacts) -> Sentence:
    text = f"Its severity is {facts.severity}, by the thresholds of configuration {facts.config_version}."
    if not facts.config_version:
        text = f"Its severity is {facts.severity}, by the thresholds that were in force then."
    return Sentence("severity", text, THRESHOLDS)


def _state(facts: RecordFacts) -> list[Sentence]:
    return [Sentence("state", STATES[facts.state], MEANING)] if facts.state in STATES else []


def _source(facts: RecordFacts) -> list[Sentence]:
    if facts.source not in SOURCES:
        return []
    return [Sentence("source", SOURCES[facts.source], SIMULATED if facts.source == "simulated" else None)]


def _why(facts: RecordFacts) -> list[Sentence]:
    if facts.decomposition is None:
        return [Sentence("why", "Why it says so was not kept with records of that time.", POINTS)]
    base = facts.decomposition["base"]
    points = {name: value for name, value in facts.decomposition.items() if name != "base"}
    told = [Sentence("why", f"In its normal conditions the score would be {base:.3f}.", POINTS)]
    for name, value in sorted(points.items(), key=lambda one: -abs(one[1])):
        if abs(value) >= SMALLEST:
            verb = "adds" if value > 0 else "takes away"
            text = f"{_capital(WORDS.get(name, name))} {verb} {abs(value):.3f}."
            told.append(Sentence("why", text, POINTS))
    if len(told) == 1:
        told.append(Sentence("why", "Nothing moves it away from that by as much as can be seen.", POINTS))
    return told


def _moves(facts: RecordFacts) -> Sentence:
    text = (
        f"One standard deviation of its move until then is {100 * facts.expected_move:.2f} %; insuring against a fall "
        f"to the barrier would cost {100 * facts.protection_cost:.3f} % of the price by Black-76."
    )
    return Sentence("moves", text, MEANING)


def _made(facts: RecordFacts) -> Sentence:
    text = f"The score was made by engine {facts.engine_version} with model {facts.model_version or 'of that time'}."
    return Sentence("made", text, ORIGIN)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
