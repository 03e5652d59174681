"""One run's day on paper: symbols by score, severities, alerts and what became of them, model and data source.

Reads only.  A day is an Indian date of the run's own time: for a replay the recorded one.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Max, Min, QuerySet

from alerts import page_facts
from alerts.models import Alert
from risk import stats
from risk.models import Instrument, MarketRollup, RiskRecord, Severity, State
from risk.quant.calendar import IST
from risk.quant.model import ScoreModel, default_model
from risk.stats import Period, SymbolStats
from riskplatform.lib.errors import Missing
from streaming.models import FeedRun
from streaming.watching import NO_RUN

MINUTES: Final = 5
MOST_ALERTS: Final = 200
MOST_RUNS: Final = 30
UNKNOWN: Final = "unknown"


class NothingRecorded(Missing):
    code = "nothing_recorded"


@dataclass(frozen=True)
class Known:
    """A run that can be reported on, and the Indian dates that it has records of."""

    run: FeedRun
    first: date
    last: date


@dataclass(frozen=True)
class Row:
    """A symbol: its scores over the day, and its state in the day's newest record (unknown where that is deleted)."""

    stats: SymbolStats
    name: str
    severity: str
    state: str


@dataclass(frozen=True)
class Share:
    """How many records were of a severity; `percent` of all of the day."""

    severity: str
    records: int
    percent: float


@dataclass(frozen=True)
class ModelFacts:
    """Which versions the day's newest records name, and how the model was fitted, where its file is still here."""

    model: str
    engine: str
    configuration: str
    notes: list[tuple[str, str]]


@dataclass(frozen=True)
class AlertRow:
    alert: Alert
    title: str
    opened: str
    lasted: str
    outcome: str


@dataclass(frozen=True)
class Report:
    """All that is printed; `priors` are the symbols whose score leaned on what is usual for their class."""

    run: FeedRun
    day: date
    rows: list[Row]
    shares: list[Share]
    alerts: list[AlertRow]
    alerts_in_all: int
    model: ModelFacts
    newest: datetime | None
    priors: list[str]


def known_runs() -> list[Known]:
    """Return the newest runs with their days, newest first."""
    runs = FeedRun.objects.in_bulk(list(FeedRun.objects.values_list("pk", flat=True)[:MOST_RUNS]))
    spans = MarketRollup.objects.filter(run__in=list(runs)).values_list("run").annotate(Min("start"), Max("start"))
    found = [Known(runs[run], indian_date(first), indian_date(last)) for run, first, last in spans]
    return sorted(found, key=lambda known: -known.run.pk)


def indian_date(instant: datetime) -> date:
    return instant.astimezone(IST).date()


def report(run: FeedRun, day: date) -> Report:
    """Return the report of a day.  Raises NothingRecorded for one without scores."""
    period = _period(day)
    found = stats.symbols_of(run.pk, period)
    if not found:
        raise NothingRecorded(f"Run {run.pk} has no scores of {day:%d %b %Y} (or its first minute has not passed yet).")
    newest = _newest_records(run, period)
    states = {record.instrument.symbol: record.state for record in newest}
    rows, alerts = _rows(found, states), _alerts(run, period)
    return Report(
        run=run,
        day=day,
        rows=rows,
        shares=_shares([row.stats for row in rows]),
        alerts=[_alert(alert) for alert in alerts.select_related("instrument")[:MOST_ALERTS]],
        alerts_in_all=alerts.count(),
        model=_model(newest),
        newest=max((record.instant for record in newest), default=None),
        priors=[row.stats["symbol"] for row in rows if row.state == State.PRIOR],
    )


def _period(day: date) -> Period:
    begin = datetime(day.year, day.month, day.day, tzinfo=IST)
    return Period(begin, begin + timedelta(days=1), MINUTES)


def _rows(found: list[SymbolStats], states: dict[str, str]) -> list[Row]:
    names = dict(Instrument.objects.values_list("symbol", "name"))
    own = [one for one in found if one["symbol"] in names]  # copies of an instrument have its scores
    return [
        Row(one, names[one["symbol"]], _highest(one["severities"]), states.get(one["symbol"], UNKNOWN)) for one in own
    ]


def _highest(severities: dict[str, int]) -> str:
    return next(severity for severity in reversed(Severity.values) if severities[severity] or severity == "NORMAL")


def _shares(found: list[SymbolStats]) -> list[Share]:
    total = sum(one["records"] for one in found)
    counts = {severity: sum(one["severities"][severity] for one in found) for severity in reversed(Severity.values)}
    return [Share(severity, count, 100 * count / total) for severity, count in counts.items()]


def _newest_records(run: FeedRun, period: Period) -> list[RiskRecord]:
    """Return the newest record of each symbol among the last ones of the day; none where they are deleted."""
    own = RiskRecord.objects.filter(run=run.pk, instant__gte=period.since, instant__lt=period.until)
    last = own.aggregate(last=Max("instant"))["last"]
    if last is None:
        return []
    near = own.filter(instant__gt=last - timedelta(minutes=1)).select_related("instrument").order_by("instant")
    return list({record.instrument_id: record for record in near}.values())


def _alerts(run: FeedRun, period: Period) -> QuerySet[Alert]:
    """Return the day's alerts, oldest first; those of the platform itself live in the wall clock, not in a replay."""
    runs = [run.pk] if run.source == FeedRun.Source.REPLAY else [run.pk, NO_RUN]
    opened = Alert.objects.filter(run__in=runs, opened_at__gte=period.since, opened_at__lt=period.until)
    return opened.order_by("opened_at", "id")


def _alert(alert: Alert) -> AlertRow:
    return AlertRow(
        alert, page_facts.title(alert), f"{alert.opened_at.astimezone(IST):%H:%M:%S}", page_facts.duration(alert),
        _outcome(alert),
    )  # fmt: skip


def _outcome(alert: Alert) -> str:
    if alert.resolved_by:
        as_what = alert.get_classification_display() or "not classified"
        return f"resolved by {alert.resolved_by} as {as_what}" + (f": {alert.note}" if alert.note else "")
    if alert.acknowledged_by:
        return f"acknowledged by {alert.acknowledged_by}, not resolved"
    return f"{alert.get_status_display().lower()}: nobody has taken care of it"


def _model(newest: list[RiskRecord]) -> ModelFacts:
    versions = sorted({record.model_version for record in newest if record.model_version})
    return ModelFacts(
        model=", ".join(versions) or UNKNOWN,
        engine=", ".join(sorted({record.engine_version for record in newest})) or UNKNOWN,
        configuration=", ".join(str(one) for one in sorted({record.config_version for record in newest})) or UNKNOWN,
        notes=_notes(default_model(), versions),
    )


def _notes(model: ScoreModel, versions: list[str]) -> list[tuple[str, str]]:
    """Return how the shipped model was fitted, where it is the one that scored; operators' settings are a suffix."""
    if not versions or not all(one.partition("+")[0] == model.version for one in versions):
        return []
    return list(model.fitted.items())
