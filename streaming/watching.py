"""What the watchdog makes of each look at the pipeline: alerts, and requests to restart what is alive but silent.

Its alerts depend on wall clock, so no fold of the log raises them again; they concern no instrument and no run.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import Error as DatabaseProblem

from alerts import services as alerts
from alerts.conditions import Change
from risk import config_services as configuration
from risk.alert_kinds import FEED_STOPPED, LAG, STALLED
from risk.configuration import RiskConfig, Version
from streaming import services
from streaming.source_queries import problem_of_choice
from streaming.status import PipelineStatus, pipeline_status

logger = structlog.get_logger(__name__)
STARTING_SECONDS: Final = 30.0
SECONDS_BETWEEN_RESTARTS: Final = 30.0  # doubled while restarts do not help: a busy machine must get through a start
LONGEST_BETWEEN_RESTARTS: Final = 240.0
AFTER_OUTAGE_SECONDS: Final = 12.0  # what waited for a store goes on by itself; a restart would only cost time
# What the supervisor calls those that share the work of a silent part: which of them hangs cannot be told from outside.
SHARED: Final = {"worker": ("worker", "second-worker")}
NO_RUN: Final = 0


class Watch:
    """Judges each look; `requests` is the folder in which the supervisor looks for `restart-<process>`."""

    def __init__(self, *, requests: Path, started: float) -> None:
        self._requests = requests
        self._patient_until = started + STARTING_SECONDS
        self._spared_until = started
        self._between_restarts = SECONDS_BETWEEN_RESTARTS
        self._known: dict[str, bool] = {}  # what this process has stored of each condition

    def look_once(self, *, now: float) -> None:
        """Look at the pipeline and act; a database that does not answer is logged, and looked for again next time."""
        try:
            self.look(pipeline_status(), now=now)
        except DatabaseProblem as problem:
            logger.warning("database does not answer", error=str(problem))
            self._spared_until = now + AFTER_OUTAGE_SECONDS

    def look(self, status: PipelineStatus, *, now: float) -> None:
        """Report the look itself, keep the alerts of what is found, and ask for restarts."""
        services.beat("watchdog", feed_state=status.feed_state, lag_seconds=status.lag_seconds)
        version = configuration.in_force()
        is_starting = STALLED not in self._known and status.is_stalled and now < self._patient_until
        found = {} if is_starting else conditions(status, version.config, before=self._known)
        if not status.is_stalled and (problem := problem_of_choice()) is not None:
            found[FEED_STOPPED] = {"problem": problem}
        for rule, facts in found.items():
            self._keep(rule, facts, source=status.source or "", version=version)
        if not status.is_stalled:
            self._between_restarts = SECONDS_BETWEEN_RESTARTS
        elif not is_starting and not status.log_replaced:
            self._ask_for_restart(status, now=now)

    def _keep(self, rule: str, facts: Mapping[str, Any] | None, *, source: str, version: Version) -> None:
        """Store that a condition began or ended; what the process has stored already is not stored again.

        A rule that is disabled has no alert, whatever is found.
        """
        asked = version.config.rule(rule)
        is_on = facts is not None and asked.enabled
        if self._known.get(rule) == is_on:
            return
        if is_on:
            logger.error(rule.upper(), **(facts or {}))
        reason = "" if is_on else "recovered" if asked.enabled else "rule_changed"
        change = Change(
            rule, NO_RUN, time.time_ns() // 1000, None, is_on, version.number, facts or {}, reason,
            severity=asked.severity,
        )  # fmt: skip
        alerts.keep_platform_condition(change, source=source)
        self._known[rule] = is_on

    def _ask_for_restart(self, status: PipelineStatus, *, now: float) -> None:
        """Ask once per patience, and only when database and log have answered for a while: else it helps nobody."""
        if not status.log_answers:
            self._spared_until = now + AFTER_OUTAGE_SECONDS
        if status.head is None or now < max(self._patient_until, self._spared_until):
            return
        self._requests.mkdir(parents=True, exist_ok=True)
        for part in status.silent_processes:
            logger.error("restart asked for", process=part, position=status.position)
            for process in SHARED.get(part, (part,)):
                (self._requests / f"restart-{process}").touch()
        self._patient_until = now + self._between_restarts
        self._between_restarts = min(2 * self._between_restarts, LONGEST_BETWEEN_RESTARTS)


def conditions(
    status: PipelineStatus, config: RiskConfig, *, before: Mapping[str, bool]
) -> dict[str, Mapping[str, Any] | None]:
    """Return of each condition that can be judged the facts, or None where it does not hold.

    A stalled pipeline lags and cannot be told from a stopped feed: then only the stall is judged.  On a log that was
    replaced nothing can be said; its alert has been raised where that was found.
    """
    if status.log_replaced:
        return {}
    if status.is_stalled:
        return {STALLED: _stall(status)}
    found: dict[str, Mapping[str, Any] | None] = {STALLED: None}
    if status.overload_seconds is not None:
        found.update(_lag(status.overload_seconds, config, is_on=before.get(LAG, False)))
    if status.feed_state == "stale":
        found[FEED_STOPPED] = {"silent_seconds": round(status.feed_silent_seconds or 0.0, 1)}
    elif status.feed_state != "unknown":
        found[FEED_STOPPED] = None
    return found


def _stall(status: PipelineStatus) -> Mapping[str, Any]:
    silent = {"worker": status.worker_silent_seconds, "beat": status.beat_silent_seconds}
    who = status.silent_processes[-1]
    return {"who": who, "silent_seconds": round(silent[who] or settings.PIPELINE_STALLED_AFTER_SECONDS, 1)}


def _lag(lag: float, config: RiskConfig, *, is_on: bool) -> dict[str, Mapping[str, Any] | None]:
    """Return the condition of waiting ticks; between the two limits it stays as it is."""
    if lag > config.lag_alert_seconds:
        return {LAG: {"lag_seconds": round(lag, 1), "limit_seconds": config.lag_alert_seconds}}
    return {LAG: None} if lag < config.lag_clear_seconds or not is_on else {}
