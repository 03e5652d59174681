"""A score rule tried on stored records, and what became of the price after each alert.

Records are judged at their instants by the rule's own judgement, in the order of time, run by run.
"""

from itertools import groupby
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alerts.rule_firing import Firing, Tried, alone, opened
from alerts.rule_measures import of_scores
from alerts.rule_scope import Scopes
from alerts.rule_watch import RuleWatch
from risk.alert_rules import AlertRule
from risk.models import BarQuerySet, MinuteBar, RiskRecord, State
from risk.quant.calendar import MINUTE_US, Session, TradingClock
from risk.quant.universe import Universe
from risk.services import whole_universe
from risk.storage import microseconds, moment
from risk.stored_sessions import clock_of

COLUMNS: Final = ("run", "instant", "instrument_id", "score", "price", "barrier", "horizon_minutes", "state")
ONE_LINE: Final = "only records that are still kept, the newest {most:,} of the rule's symbols at most"


class _Record(NamedTuple):
    run: int
    instant: int
    instrument: int
    score: float
    price: float
    barrier: float
    horizon_us: int
    is_open: bool


def judge(rule: AlertRule, *, most: int) -> Tried:
    """Return what the newest `most` records of the rule's symbols would have opened."""
    universe = whole_universe()
    scope = universe.instruments[Scopes(universe).of(rule)]
    records = _records(scope.tolist(), most)
    tried = Tried(not_covered=(ONE_LINE.format(most=most),))
    for run, group in groupby(records, key=lambda one: one.run):
        of_run = list(group)
        _judge_run(rule, of_run, universe, clock_of(run), tried)
    tried.unknown = sorted(set(scope.tolist()) - {one.instrument for one in records})
    return tried


def _records(instruments: list[int], most: int) -> list[_Record]:
    rows = RiskRecord.objects.filter(instrument__in=instruments).order_by("-id").values_list(*COLUMNS)[:most]
    return sorted(map(_record, rows))


def _record(row: tuple[Any, ...]) -> _Record:
    run, instant, instrument, score, price, barrier, horizon, state = row
    horizon_us = round(horizon * MINUTE_US)
    is_open = state != State.CLOSED
    return _Record(run, microseconds(instant), instrument, score, float(price), barrier, horizon_us, is_open)


def _judge_run(rule: AlertRule, records: list[_Record], universe: Universe, clock: TradingClock, tried: Tried) -> None:
    watch, version, going = RuleWatch(universe, run=records[0].run), alone(rule), list[tuple[Firing, _Record, int]]()
    before: Session | None = None
    for instant, group in groupby(records, key=lambda one: one.instant):
        session = clock.session_at(instant)
        if before is not None and session != before:
            watch.close(instant, version)  # as the fold does when a session ends
        if session is not None and session != before:
            tried.opens.append(session.open_us)
        before = session
        if session is None:
            continue
        tried.saw(instant)
        now = {one.instrument: one for one in group if one.is_open}
        tried.judged += len(now)
        judged = watch.look(instant, session=session, seen=of_scores(_scores(now, universe)), version=version)
        for instrument, _ in opened(judged.changes):
            firing = Firing(instrument, instant, is_of_score=True)
            going.append((firing, now[instrument], session.close_us))
            tried.firings.append(firing)
    outcomes = _Outcomes(records)
    for firing, record, close_us in going:
        firing.touched = outcomes.touched(record, until=min(_over_at(record), close_us))


def _over_at(record: _Record) -> int:
    """Return when a record's horizon is over."""
    return record.instant + record.horizon_us


def _scores(now: dict[int, _Record], universe: Universe) -> NDArray[np.float64]:
    scores = np.full(len(universe), np.nan)
    for instrument, record in now.items():
        scores[np.searchsorted(universe.instruments, instrument)] = record.score
    return scores


class _Outcomes:
    """What a run's prices did: those of its records, and the highs and lows of its minutes."""

    def __init__(self, records: list[_Record]) -> None:
        self._run = records[0].run
        self._instants = np.array([one.instant for one in records])
        self._instruments = np.array([one.instrument for one in records])
        self._prices = np.array([one.price for one in records])

    def touched(self, record: _Record, *, until: int) -> bool | None:
        """Return whether the price moved the barrier before `until`; None while that is not over."""
        moves = np.abs(np.log(self._after(record, until) / record.price))
        if (moves >= record.barrier).any():
            return True
        is_over = self._minutes(record).filter(start__gte=moment(until - MINUTE_US)).exists()
        return False if is_over else None

    def _after(self, record: _Record, until: int) -> NDArray[np.float64]:
        """Return the prices behind the record: of records, and of minutes that lie wholly between."""
        later = (self._instants > record.instant) & (self._instants <= until)
        own = self._prices[later & (self._instruments == record.instrument)]
        inside = self._minutes(record).filter(start__gte=moment(record.instant), start__lte=moment(until - MINUTE_US))
        extremes = np.array(list(inside.values_list("high", "low")), dtype=np.float64).ravel()
        return np.concatenate([own, extremes])

    def _minutes(self, record: _Record) -> BarQuerySet:
        return MinuteBar.objects.filter(run=self._run, instrument=record.instrument, is_warm_up=False)
