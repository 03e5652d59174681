"""The rules of a partition's fold that judge measures: what they remember, and which alerts they open and end.

Judged at record instants by log time alone; what is remembered is stored with each commit.  The score itself, silence,
frozen prices and the watchdog's rules are judged elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from alerts.conditions import Change
from alerts.rule_judge import Cells, Terms, forget, judge
from alerts.rule_measures import Sight
from alerts.rule_scope import Scopes
from risk.alert_kinds import CLOSING_MINUTES, KINDS, OPENING_MINUTES, SCORE
from risk.alert_rules import AlertRule
from risk.configuration import RiskConfig, Version
from risk.quant.calendar import MINUTE_US, Session
from risk.quant.universe import Universe

SCHEMA: Final = 1
RULE_CHANGED, RECOVERED, MARKET_CLOSED, NOT_SCHEDULED = "rule_changed", "recovered", "market_closed", "not_scheduled"
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Row = Sequence[Any]  # key, kind, instrument, since, left, whether an alert goes on
KEY, INSTRUMENT, IS_ON = 0, 2, 5


@dataclass(frozen=True)
class Judged:
    """What the rules found at an instant: changes for the alerts, and the measures [R, S] that they were judged by."""

    changes: list[Change]
    values: Floats


class RuleWatch:
    """The rules with levels of one run in one partition: R rules in the order of the configuration, S symbols."""

    def __init__(self, universe: Universe, *, run: int) -> None:
        self._universe, self._run, self._scopes = universe, run, Scopes(universe)
        self._all: tuple[AlertRule, ...] | None = None  # as of the last judgement; None: nothing was judged here yet
        self._session = 0  # that was judged last
        self._stored: list[Row] = []  # what an earlier process remembered, until it is judged again
        self.rules: tuple[AlertRule, ...] = ()
        self._scope = np.zeros((0, len(universe)), dtype=np.bool_)
        self._terms = Terms.of(())
        self._cells = Cells.blank(0, len(universe))

    @property
    def memory(self) -> dict[str, Any]:
        """What is pending and what goes on, as JSON: a row for each cell that is not empty, for `restore`."""
        return {"schema": SCHEMA, "session": self._session, "cells": self._rows()}

    def restore(self, memory: Mapping[str, Any] | None) -> None:
        """Go on from what `memory` says; None: nothing was judged.  Raises ValueError for another schema."""
        if memory is None:
            return
        if memory["schema"] != SCHEMA:
            raise ValueError(f"the memory of alert rules must have schema {SCHEMA}, was {memory['schema']}")
        self._all, self._session, self._stored = None, memory["session"], list(memory["cells"])

    def look(self, instant: int, *, session: Session, seen: Sight, version: Version) -> Judged:
        """Judge every rule at a record instant of an open session."""
        changes = self._begin(session, instant, version)
        if not self.rules:
            return Judged(changes, np.zeros(self._scope.shape))
        values = np.stack([seen.measured(rule.kind, rule.window) for rule in self.rules])
        part = part_of(session, instant)
        resting = np.array([[part not in rule.schedule] for rule in self.rules])
        over = forget(self._cells, np.broadcast_to(resting, values.shape))
        is_judged = self._scope & ~resting & ~self._has_no_record(values)
        steps = judge(self._cells, values, is_judged, instant=instant, terms=self._terms)
        changes += self._ended(over, instant, version.number, NOT_SCHEDULED)
        changes += self._ended(steps.ended, instant, version.number, RECOVERED)
        changes += self._opened(steps.opened, values, instant, version.number)
        return Judged(changes, values)

    def close(self, instant: int, version: Version) -> list[Change]:
        """End everything: the market is closed, and nothing stays pending."""
        changes = list(self._adopt(instant, version))
        going = forget(self._cells, np.ones(self._scope.shape, dtype=np.bool_))
        return changes + list(self._ended(going, instant, version.number, MARKET_CLOSED))

    def _begin(self, session: Session, instant: int, version: Version) -> list[Change]:
        """Take up the version's rules; no alert outlives its session, though another one may follow without a pause."""
        before, self._session = self._session, session.key
        return list(self._adopt(instant, version)) if before == session.key else self.close(instant, version)

    def _has_no_record(self, values: Floats) -> Bools:
        """Return where nothing can be said [R, S]: between two of its records a symbol's score stands as it was."""
        of_score = np.array([[rule.kind == SCORE] for rule in self.rules])
        return of_score & np.isnan(values)

    def _adopt(self, instant: int, version: Version) -> Iterator[Change]:
        """Take up the version's rules, and end the alerts of what is judged no more; a rule of the same key and kind
        goes on from what it remembers."""
        if version.config.rules is self._all or version.config.rules == self._all:
            return
        rows = self._rows()
        self._compile(version.config)
        self._cells, self._stored = self._placed(rows), []
        going = {(row[KEY], row[INSTRUMENT]) for row in self._rows() if row[IS_ON]}
        for row in rows:
            if row[IS_ON] and (row[KEY], row[INSTRUMENT]) not in going:
                yield Change(row[KEY], self._run, instant, row[INSTRUMENT], False, version.number, reason=RULE_CHANGED)

    def _rows(self) -> list[Row]:
        """Return a row for each cell that is not empty."""
        if self._all is None:
            return self._stored
        cells = self._cells
        rule, symbol = np.nonzero((cells.since > 0) | cells.is_on)
        names = [(one.key, one.kind) for one in self.rules]
        columns = (
            self._universe.instruments[symbol], cells.since[rule, symbol], cells.left[rule, symbol],
            cells.is_on[rule, symbol],
        )  # fmt: skip
        facts = zip(*(column.tolist() for column in columns), strict=True)
        return [(*names[place], *rest) for place, rest in zip(rule.tolist(), facts, strict=True)]

    def _compile(self, config: RiskConfig) -> None:
        self._all = config.rules
        self.rules = tuple(rule for rule in config.rules if rule.enabled and not rule.is_built_in)
        self._terms = Terms.of(self.rules)
        self._scope = np.array([self._scopes.of(rule) for rule in self.rules], dtype=np.bool_).reshape(
            len(self.rules), len(self._universe)
        )
        self._cells = Cells.blank(*self._scope.shape)

    def _placed(self, rows: Iterable[Row]) -> Cells:
        """Return the cells of stored rows; of a rule or symbol that is judged no more nothing is taken."""
        places = {(rule.key, rule.kind): place for place, rule in enumerate(self.rules)}
        columns = {pk: column for column, pk in enumerate(self._universe.instruments.tolist())}
        cells = Cells.blank(*self._scope.shape)
        for key, kind, instrument, since, left, is_on in rows:
            place, column = places.get((key, kind)), columns.get(instrument)
            if place is not None and column is not None and self._scope[place, column]:
                cells.since[place, column], cells.left[place, column] = since, left
                cells.is_on[place, column] = is_on
        return cells

    def _opened(self, opened: Bools, values: Floats, instant: int, config_version: int) -> Iterator[Change]:
        for place, column in np.argwhere(opened).tolist():
            rule = self.rules[place]
            facts = {
                "kind": rule.kind, "value": round(float(values[place, column]), 6), "enter": rule.enter,
                "exit": rule.exit, "window": rule.window, "unit": KINDS[rule.kind].unit,
            }  # fmt: skip
            instrument = int(self._universe.instruments[column])
            yield Change(
                rule.key, self._run, instant, instrument, True, config_version, facts, kind=rule.kind,
                severity=rule.severity,
            )  # fmt: skip

    def _ended(self, ended: Bools, instant: int, config_version: int, reason: str) -> Iterator[Change]:
        for place, column in np.argwhere(ended).tolist():
            instrument = int(self._universe.instruments[column])
            yield Change(self.rules[place].key, self._run, instant, instrument, False, config_version, reason=reason)


def part_of(session: Session, instant: int) -> str:
    """Return which part of the session an instant lies in."""
    if instant < session.open_us + OPENING_MINUTES * MINUTE_US:
        return "opening"
    return "closing" if instant >= session.close_us - CLOSING_MINUTES * MINUTE_US else "middle"
