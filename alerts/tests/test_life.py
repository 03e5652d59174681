"""Random lives of alerts in the store, held against the oracle: scores, pauses, configurations, sessions, people.

Commits lie where chance puts them; after each, the store must hold the oracle's episodes, no more and no fewer.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.tests.factories import make_user
from alerts import people_services as people
from alerts import services
from alerts import snooze_services as snoozes
from alerts.judging import Closing, Judged
from alerts.models import Alert, AlertEvent, Classification
from alerts.tests.factories import BEGAN, BEGAN_US, SECOND, batch
from alerts.tests.oracle import Episode, Oracle
from audit.models import AuditEntry
from risk.configuration import LEVELS, RiskConfig, Version
from risk.tests.rows import make_instruments
from riskplatform.lib.errors import Conflict

CONFIGS = [
    RiskConfig(),
    RiskConfig(alert_from="HIGH"),
    RiskConfig(alert_from="LOW", alert_pending_seconds=3),
    RiskConfig(critical_pending_seconds=20, alert_hold_seconds=10, alert_keep_firing_seconds=30),
    RiskConfig(alert_pending_seconds=0, alert_hold_seconds=0, alert_keep_firing_seconds=0),
]
SCORES = st.sampled_from([0.1, 0.26, 0.35, 0.41, 0.43, 0.49, 0.5, 0.6, 0.71, 0.73, 0.79, 0.8, 0.83, 0.85, 0.9, 0.97])
PEOPLE = ["acknowledge", "resolve", "reopen", "snooze", "assign", "comment"]
MACHINE_KINDS = ["opened", "rose", "fell", "recovering", "returned", "ended"]


class Lives(RuleBasedStateMachine):
    """Three symbols of one partition."""

    @initialize()
    def begin(self) -> None:
        # The example's transaction is rolled back at its end, and the next begins with an empty store.
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.symbols = make_instruments()
        self.analyst = make_user("analyst")
        self.oracles: dict[tuple[int, int], Oracle] = defaultdict(Oracle)
        self.run, self.second, self.config = 1, 0, 0
        self.waiting: list[Judged | Closing] = []
        self.ended: list[services.RunEnd] = []
        self.statuses: dict[tuple[int, int, float], str] = {}

    @rule(
        gap=st.sampled_from([1, 1, 1, 5, 14, 15, 16, 60, 121]),
        scores=st.dictionaries(st.integers(0, 2), SCORES, min_size=1),
    )
    def records(self, gap: int, scores: dict[int, float]) -> None:
        self._records(gap, scores)

    @rule(scores=st.lists(SCORES, min_size=2, max_size=2), count=st.integers(2, 40))
    def a_stretch(self, scores: list[float], count: int) -> None:
        """Scores that stand or tremble for a while: what pends has time to open."""
        for number in range(count):
            self._records(4, {0: scores[number % 2], 1: scores[0]})

    @rule(to=st.sampled_from(range(len(CONFIGS))))
    def adopt(self, to: int) -> None:
        self.config = to

    @rule(pause=st.sampled_from([1, 63_000]))
    def close_the_session(self, pause: int) -> None:
        self.second += 1
        self.waiting.append(Closing(self.run, BEGAN_US + self.second * SECOND))
        self._end_all("market_closed")
        self.second += pause

    @rule()
    def begin_another_run(self) -> None:
        self.ended.append(services.RunEnd(self.run, BEGAN_US + self.second * SECOND))
        self._end_all("run_ended")
        self.run += 1

    @rule()
    def commit(self) -> None:
        services.judge_records(self.waiting, ended=self.ended, partition=0)
        self.waiting, self.ended = [], []
        self._follow_rises()

    @precondition(lambda self: Alert.objects.exists())
    @rule(choice=st.integers(0, 2), verb=st.sampled_from(PEOPLE))
    def a_person_acts(self, choice: int, verb: str) -> None:
        alert = Alert.objects.order_by("-id")[:3][min(choice, min(Alert.objects.count(), 3) - 1)]
        before, allowed = alert.status, self._allows(alert, verb)
        try:
            self._act(verb, alert.pk)
            assert allowed, f"{verb} was not refused on {before}"
        except Conflict:
            assert not allowed, f"{verb} was refused on {before}"
        after = {"acknowledge": "acknowledged", "resolve": "resolved", "reopen": "open"}.get(verb, before)
        self.statuses[self._key(alert)] = after if allowed else before

    @invariant()
    def the_store_holds_the_oracles_episodes(self) -> None:
        if self.waiting or self.ended:
            return
        stored = sorted(map(_of_alert, Alert.objects.all()))
        assert stored == sorted(
            _of_episode(run, self.symbols[symbol].pk, one)
            for (run, symbol), oracle in self.oracles.items()
            for one in oracle.episodes
        )

    @invariant()
    def severity_never_moves_without_a_line(self) -> None:
        for alert in Alert.objects.prefetch_related("events"):
            lines = [line for line in alert.events.all() if line.kind in MACHINE_KINDS]
            assert lines[0].kind == "opened" and [line.kind for line in lines].count("opened") == 1
            assert all(later.before == sooner.after for sooner, later in pairwise(lines))
            assert (alert.phase == "ended") == (lines[-1].kind == "ended")
            assert alert.severity == (lines[-1].before if alert.phase == "ended" else lines[-1].after)
            assert alert.status == self.statuses.get(self._key(alert), "open")

    @invariant()
    def every_line_has_its_audit_entry(self) -> None:
        assert AuditEntry.objects.filter(object_type="alert").count() == AlertEvent.objects.count()

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def _records(self, gap: int, scores: dict[int, float]) -> None:
        self.second += gap
        version = Version(self.config + 1, CONFIGS[self.config])
        named = {self.symbols[symbol].pk: score for symbol, score in scores.items()}
        self.waiting.append(batch(named, second=self.second, run=self.run, version=version))
        for symbol, score in scores.items():
            self.oracles[self.run, symbol].see(self.second, score, version.config)

    def _end_all(self, reason: str) -> None:
        for (run, _), oracle in self.oracles.items():
            if run == self.run:
                oracle.end(self.second, reason)

    def _follow_rises(self) -> None:
        """What rose in this commit was acknowledged for something milder."""
        rose = AlertEvent.objects.filter(kind="withdrawn").select_related("alert")
        for alert in {line.alert for line in rose}:
            newest = alert.events.filter(kind__in=["withdrawn", "acknowledged", "resolved", "reopened"]).latest("id")
            if newest.kind == "withdrawn":
                risen = alert.events.filter(kind="rose", id__lt=newest.pk)
                assert risen.exists() and self.statuses[self._key(alert)] in ("acknowledged", "open")
                self.statuses[self._key(alert)] = "open"

    def _allows(self, alert: Alert, verb: str) -> bool:
        return {
            "acknowledge": alert.status == "open",
            "resolve": alert.status != "resolved",
            "reopen": alert.status == "resolved",
            "snooze": alert.status != "resolved",
            "assign": alert.status != "resolved" and alert.assignee == "",
            "comment": True,
        }[verb]

    def _act(self, verb: str, pk: int) -> None:
        by = self.analyst
        match verb:
            case "resolve":
                people.resolve(pk, by=by, classification=Classification.NEWS, note="results")
            case "assign":
                people.assign(pk, by=by, to=by)
            case "comment":
                people.comment(pk, by=by, note="seen")
            case "snooze":
                snoozes.snooze(pk, by=by, minutes=5)
            case _:
                getattr(people, verb)(pk, by=by)

    @staticmethod
    def _key(alert: Alert) -> tuple[int, int, float]:
        return alert.run, alert.instrument_id or 0, _seconds(alert.opened_at)


Shape = tuple[int, int, float, str, str, str, float, int, str, float]


def _of_alert(alert: Alert) -> Shape:
    ended = _seconds(alert.ended_at) if alert.ended_at else -1.0
    return (alert.run, alert.instrument_id or 0, _seconds(alert.opened_at), alert.severity, alert.peak_severity,
            alert.phase, alert.peak_score or 0.0, alert.crossings, alert.end_reason, ended)  # fmt: skip


def _of_episode(run: int, symbol: int, one: Episode) -> Shape:
    ended = -1.0 if one.ended is None else one.ended
    return (run, symbol, one.opened, LEVELS[one.level], LEVELS[one.peak_level], one.phase, one.peak, one.crossings,
            one.reason, ended)  # fmt: skip


def _seconds(instant: datetime) -> float:
    return (instant - BEGAN) / timedelta(seconds=1)


@pytest.mark.django_db
def test_random_lives_are_those_that_the_oracle_tells() -> None:
    few = settings(max_examples=10, stateful_step_count=15, deadline=None, report_multiple_bugs=False)
    run_state_machine_as_test(Lives, settings=few)
