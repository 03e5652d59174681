"""Explanations that were asked for, and their trace in the audit log."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from audit import services as audit
from explain import documents
from explain.reasons import RecordFacts, Sentence, sentences
from explain.retrieval import Index, Section, excerpt
from risk.live_state import mark_stale
from risk.messages import stamp
from risk.models import LatestRisk, RiskRecord
from riskplatform.lib import errors

SourcesOfRuns = Callable[[Iterable[int]], Mapping[int, str]]
MOST_RESULTS = 5
DETERMINISTIC = "deterministic"


class RecordMissing(errors.Missing):
    code = "record_not_found"


class SearchOff(errors.Conflict):
    code = "search_off"


@dataclass(frozen=True)
class Explanation:
    """A record in sentences; `written_by` says that no language model had a hand in it."""

    record_id: int
    facts: RecordFacts
    sentences: list[Sentence]
    written_by: str = DETERMINISTIC

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True)
class Found:
    """A section of the documentation, its best paragraph and how well it fits."""

    section: Section
    excerpt: str
    score: float


def language_model() -> str:
    """Return whether there is a language model to speak of; none writes anything here."""
    return "configured, not used" if settings.OPENAI_API_KEY else "not configured"


@transaction.atomic
def explain_record(
    *, by: User, sources_of_runs: SourcesOfRuns, record_id: int | None = None, symbol: str | None = None
) -> Explanation:
    """Explain a record, or the newest one of a symbol.  Raises RecordMissing."""
    record = _record(record_id, symbol)
    source = sources_of_runs({record.run}).get(record.run, "unknown")
    if isinstance(record, LatestRisk):
        mark_stale([record])
    facts = RecordFacts(
        symbol=record.instrument.symbol,
        timestamp=stamp(record.instant),
        score=record.score,
        severity=record.severity,
        state=record.state,
        source=source,
        price=float(record.price),
        horizon_minutes=record.horizon_minutes,
        barrier=record.barrier,
        expected_move=record.expected_move,
        protection_cost=record.protection_cost,
        decomposition=record.decomposition,
        engine_version=record.engine_version,
        model_version=record.model_version,
        config_version=record.config_version,
    )
    number = record.record_id if isinstance(record, LatestRisk) else record.pk
    audit.record(
        action="explanation_asked", actor=by, object_type="risk_record", object_id=number,
        detail={"symbol": facts.symbol, "score": facts.score},
    )  # fmt: skip
    return Explanation(number, facts, sentences(facts))


def search(query: str, *, by: User) -> list[Found]:
    """Return the sections of the shipped documentation that fit a question; asking is audited.  Raises SearchOff."""
    hits = _index_or_refuse().search(query, most=MOST_RESULTS)
    audit.record(
        action="documentation_asked", actor=by, object_type="documentation", detail={"query": query, "found": len(hits)}
    )
    return [Found(hit.section, excerpt(hit.section, query), round(hit.score, 4)) for hit in hits]


def contents() -> list[Section]:
    """Return every section that can be found.  Raises SearchOff."""
    return list(_index_or_refuse().sections)


def _index_or_refuse() -> Index:
    if not settings.RAG_ENABLED:
        raise SearchOff("The search over the documentation is switched off here (RAG_ENABLED).")
    return documents.index()


def _record(record_id: int | None, symbol: str | None) -> RiskRecord | LatestRisk:
    if record_id is not None:
        record = RiskRecord.objects.select_related("instrument").filter(pk=record_id).first()
        if record is None:
            raise RecordMissing(f"There is no record {record_id}; records are kept for a limited time.")
        return record
    named = Q(instrument__symbol=symbol) | Q(instrument__aliases__alias=symbol)
    latest = LatestRisk.objects.select_related("instrument").filter(named).first()
    if latest is None:
        raise RecordMissing(f"There is no record of a symbol {symbol!r}.")
    return latest
